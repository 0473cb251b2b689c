"""Whether this process lives, and whether it can serve: for load balancers, outside the API."""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from flask import Flask, Response, current_app
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import SecurityError

from app.api.responses import success
from app.errors import Unavailable
from app.extensions import db
from app.util.database.revisions import heads
from app.util.methods import SAFE_METHODS
from app.util.present import present_request
from app.util.shared_check import SharedCheck

VERSIONS = Path(__file__).parent.parent / "migrations" / "versions"
NO_ANSWER = "The database does not answer."
OTHER_REVISION = "The database is not at the revision that this application wants."
NOT_STORED = {"Cache-Control": "no-store"}

_MAX_LATE = 4  # threads, and connections of the pool, that a database which hangs may hold


def register_health(app: Flask) -> None:
    """Give *app* its probes, under whatever Host they are asked for."""
    app.extensions["health"] = SharedCheck[frozenset[str]](seconds=0.8, at_most=_MAX_LATE)
    for path, view in PROBES.items():
        app.add_url_rule(path, view_func=view)
    app.before_request(_answer_probe_of_any_host)


def healthz() -> Response:
    """Say that this process answers.  The database is not asked: a new process would not mend it."""
    return success("alive", headers=NOT_STORED)


def readyz() -> Response:
    """Say that requests can be served, in less than a second.

    Raises Unavailable while the database does not answer, or is not at the head of the migrations.
    """
    engine, check = db.engine, current_app.extensions["health"]
    try:
        revisions = check.ask(lambda: _revisions(engine))
    except (SQLAlchemyError, TimeoutError) as error:
        current_app.logger.warning("Not ready: %s", str(error) or "no answer in time")
        raise Unavailable(NO_ANSWER) from error
    if revisions != _heads() or not revisions:
        raise Unavailable(OTHER_REVISION)
    return success("ready", headers=NOT_STORED)


PROBES: Mapping[str, Callable[[], Response]] = {"/healthz": healthz, "/readyz": readyz}


def _answer_probe_of_any_host() -> Response | None:
    """Answer a load balancer that asks by address, which TRUSTED_HOSTS need not name.

    That setting keeps foreign names out of links, and a probe's answer has none.
    """
    request = present_request()
    refused = isinstance(request.routing_exception, SecurityError)
    probe = PROBES.get(request.path) if refused and request.method in SAFE_METHODS else None
    return probe() if probe else None


def _revisions(engine: Engine) -> frozenset[str]:
    """Return the revisions that the database of *engine* says it is at."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return frozenset()
        return frozenset(connection.scalars(text("SELECT version_num FROM alembic_version")))


@cache
def _heads() -> frozenset[str]:
    """Return the revisions at which migrations/ ends, as they were when this process first asked."""
    return heads(VERSIONS)
