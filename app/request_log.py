"""The log: one line for each request, under an id that the client is told too.

It goes to standard error, as LOG_FORMAT says.  Other rooms write to ``app.auth`` and the like with the
standard library alone; what they write gets the id of the request that it belongs to.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from os import urandom
from typing import Any
from urllib.parse import quote

from flask import Flask, has_request_context, request

from app.util.environ import CALLER_KEY, ID_KEY
from app.util.log_format import JsonFormatter, TextFormatter

REQUEST_ID = "X-Request-ID"
WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{1,128}")
MAX_PATH_LENGTH = 200  # more than any path here has
_IS_PLAIN = re.compile(rf"[A-Za-z0-9/_.-]{{1,{MAX_PATH_LENGTH}}}").fullmatch
NO_FILE, NO_LINE = "", 0

_FORMATTERS = {"json": JsonFormatter, "text": TextFormatter}
_access_log = logging.getLogger("app.access")


class _ToStandardError(logging.Handler):
    """Writes to what is standard error when a record comes, which lets go of each whole line."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stderr.write(self.format(record) + "\n")
        except Exception:  # noqa: BLE001 - whoever logs is never to fail for it
            self.handleError(record)


handler = _ToStandardError()


def register_request_log(app: Flask) -> None:
    """Send what *app* logs to standard error, as its settings want it."""
    handler.setFormatter(_FORMATTERS[app.config["LOG_FORMAT"]]())
    handler.addFilter(_add_request_id)
    log = logging.getLogger(app.name)
    log.addHandler(handler)
    log.setLevel(app.config["LOG_LEVEL"])
    logging.getLogger("werkzeug").addFilter(_is_no_request_line)


def name_request(environ: MutableMapping[str, Any]) -> str:
    """Return what the client calls this request, if that is well-formed, or else a name of our own."""
    given = environ.get("HTTP_X_REQUEST_ID", "")
    name: str = given if WELL_FORMED.fullmatch(given) else urandom(16).hex()
    environ[ID_KEY] = name
    return name


def log_request(environ: MutableMapping[str, Any], *, status: int, seconds: float) -> None:
    """Write the line of a request, without its query, which may bear secrets."""
    if not _access_log.isEnabledFor(logging.INFO):
        return
    path = environ.get("PATH_INFO", "")
    facts = {
        "method": environ["REQUEST_METHOD"],
        "path": path if _IS_PLAIN(path) else quote(path.encode("latin-1")[:MAX_PATH_LENGTH]),
        "status": status,
        "duration_ms": round(seconds * 1000, 3),
        "public_id": getattr(environ.get(CALLER_KEY), "known_public_id", None),
        "request_id": environ[ID_KEY],
    }
    # Logger.info would look for the line of code that calls it, which is always this one.
    _access_log.handle(
        _access_log.makeRecord(_access_log.name, logging.INFO, NO_FILE, NO_LINE, "request", (facts,), None)
    )


def _add_request_id(record: logging.LogRecord) -> bool:
    """Give *record* the id of its request."""
    record.request_id = request.environ.get(ID_KEY) if has_request_context() else None
    return True


def _is_no_request_line(record: logging.LogRecord) -> bool:
    """Tell whether the development server's *record* is none of its lines per request, which show the query.

    Of what it says for information, only those have arguments.
    """
    return record.levelno > logging.INFO or not record.args
