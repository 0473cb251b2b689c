"""Who is measured: how each application is loaded, and which server its documentation recommends."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from bench.dataset import SECRET_KEY
from bench.workload import OPERATIONS

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Peer:
    """One way of writing the API.

    *application* is ``module:name``; *instants* is the type of its columns of time on PostgreSQL;
    *walk_query* asks for the first page of a walk through all widgets; *operations* are those that are
    measured in process.
    """

    name: str
    label: str
    application: str
    interface: Literal["wsgi", "asgi"]
    server: Literal["serve.py", "crowded", "roaming", "granian", "gunicorn", "uvicorn"]
    has_migrations: bool = False
    instants: str = "timestamp"
    environ: Mapping[str, str] = field(default_factory=dict)
    walk_query: str = "page=1&per_page=100"
    operations: Sequence[str] = tuple(OPERATIONS)

    @property
    def tables(self) -> tuple[bool, str]:
        """Return what is the same for peers whose databases have the same tables."""
        return self.has_migrations, self.instants


EXPERT, FASTAPI_FLOOR = "bench.peers.fastapi_expert", "bench.peers.fastapi_floor"
OURS = Peer(
    "ours",
    "this project",
    "run:app",
    "wsgi",
    "serve.py",
    has_migrations=True,
    walk_query="cursor=start&per_page=100",
)
PEERS = {
    peer.name: peer
    for peer in (
        OURS,
        Peer(
            "ours-logging",
            "this project, a line of log per request",
            "run:app",
            "wsgi",
            "serve.py",
            has_migrations=True,
            environ={"LOG_LEVEL": "INFO"},
        ),
        Peer(
            "ours-crowded",
            "this project, all threads at once",
            "run:app",
            "wsgi",
            "crowded",
            has_migrations=True,
        ),
        Peer(
            "ours-roaming",
            "this project, workers on any processor",
            "run:app",
            "wsgi",
            "roaming",
            has_migrations=True,
        ),
        Peer("floor", "floor: Flask, one statement, orjson", "bench.peers.floor.app:app", "wsgi", "granian"),
        Peer("plain", "plain Flask-RESTx", "bench.peers.plain.app:app", "wsgi", "gunicorn"),
        Peer("taught", "FastAPI as taught", "bench.peers.fastapi_taught.main:app", "asgi", "uvicorn"),
        Peer("expert-sync", "FastAPI by an expert, sync", f"{EXPERT}.core_sync:app", "asgi", "uvicorn"),
        Peer("expert-async", "FastAPI by an expert, async", f"{EXPERT}.core_async:app", "asgi", "uvicorn"),
        Peer(
            "fastapi-floor-sync",
            "floor of FastAPI, sync",
            f"{FASTAPI_FLOOR}.synchronous:app",
            "asgi",
            "uvicorn",
        ),
        Peer(
            "fastapi-floor-async",
            "floor of FastAPI, async",
            f"{FASTAPI_FLOOR}.asynchronous:app",
            "asgi",
            "uvicorn",
        ),
        Peer(
            "drf",
            "Django REST Framework",
            "bench.peers.drf.wsgi:application",
            "wsgi",
            "gunicorn",
            instants="timestamptz",
            environ={"DJANGO_SETTINGS_MODULE": "bench.peers.drf.settings"},
        ),
    )
}


def environ_of(peer: Peer, database_url: str) -> dict[str, str]:
    """Return the environment in which *peer* runs on a database: production, and no log of requests."""
    return {
        **os.environ,
        "FLASK_ENV": "production",
        "SECRET_KEY": SECRET_KEY,
        "DATABASE_URL": database_url,
        "LOG_LEVEL": "ERROR",
        "PYTHONPATH": str(ROOT),
        "TZ": "UTC",
        **peer.environ,
    }
