"""Views that are coroutines, on aiosqlite or asyncpg."""

from bench.peers.fastapi_expert.asynchronous import make_app
from bench.peers.fastapi_floor import drivers

app = make_app(drivers.fetch, drivers.prepare, drivers.UniqueViolation, drivers.lifespan)
