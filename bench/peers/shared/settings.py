"""What a peer is told by the environment."""

import os

DATABASE_URL = os.environ["DATABASE_URL"]
SECRET_KEY = os.environ["SECRET_KEY"]
ISSUER = "widget-api"
ALGORITHM = "HS256"
IS_SQLITE = DATABASE_URL.startswith("sqlite")
SQLITE_FILE = DATABASE_URL.removeprefix("sqlite:///")
SQLITE_WAIT_SECONDS = 2
# The same for everybody: readers pass a writer, and an acknowledged write survives a crash of the machine.
SQLITE_PRAGMAS = ("PRAGMA foreign_keys = ON", "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL")
