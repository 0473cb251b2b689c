"""Views that are functions, on sqlite3 or psycopg."""

from bench.peers.fastapi_expert.synchronous import make_app
from bench.peers.shared import connections

app = make_app(connections.fetch, connections.prepare, connections.UniqueViolation)
