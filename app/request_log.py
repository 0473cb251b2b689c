"""The log: one line for each request, under an id that the client is told too.

It goes to standard error, as LOG_FORMAT says.  Other rooms write to ``app.auth`` and the like with the
standard library alone; what they write gets the id of the request that it belongs to.
"""

import logging
import re
from time import perf_counter
from urllib.parse import quote
from uuid import uuid4

from flask import Flask, Response, g, has_request_context, request
from flask.logging import default_handler

from app.util.log_format import JsonFormatter, TextFormatter

REQUEST_ID = "X-Request-ID"
WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{1,128}")
MAX_PATH_LENGTH = 200  # more than any path here has

_FORMATTERS = {"json": JsonFormatter, "text": TextFormatter}
_access_log = logging.getLogger("app.access")

# What belongs to one request is kept in its environ: `g` may belong to a context around several requests.
_ID, _BEGAN, _STATUS = "app.request_id", "app.began", "app.status"


def register_request_log(app: Flask) -> None:
    """Log each request of *app*.  It comes before all that has hooks, so that it sees what they do."""
    default_handler.setFormatter(_FORMATTERS[app.config["LOG_FORMAT"]]())
    default_handler.addFilter(_name_request)
    log = logging.getLogger(app.name)
    log.addHandler(default_handler)
    log.setLevel(app.config["LOG_LEVEL"])
    logging.getLogger("werkzeug").addFilter(_is_no_request_line)
    app.before_request(_begin)
    app.after_request(_tell_id)
    app.teardown_request(_log_request)


def request_id() -> str:
    """Return what the client calls this request, if that is well-formed, or else a name of our own."""
    environ = request.environ
    if _ID not in environ:
        given = request.headers.get(REQUEST_ID, "")
        environ[_ID] = given if WELL_FORMED.fullmatch(given) else uuid4().hex
    name: str = environ[_ID]
    return name


def _begin() -> None:
    request.environ[_BEGAN] = perf_counter()
    g.pop("identity", None)  # nobody is known yet; a context around this request may remember somebody


def _tell_id(response: Response) -> Response:
    response.headers[REQUEST_ID] = request_id()
    request.environ[_STATUS] = response.status_code
    return response


def _log_request(_error: BaseException | None) -> None:
    """Write the line of a request, without its query, which may bear secrets.

    It is written when the request is over, so that there is one line even where no answer could be made.
    """
    environ = request.environ
    if _BEGAN not in environ:
        return  # a context without a request, as url_for wants one
    facts = {
        "method": request.method,
        "path": quote(request.path[:MAX_PATH_LENGTH]),
        "status": environ.get(_STATUS, 500),
        "duration_ms": round((perf_counter() - environ[_BEGAN]) * 1000, 3),
        "public_id": getattr(g.get("identity"), "public_id", None),
    }
    _access_log.info("request", facts)


def _name_request(record: logging.LogRecord) -> bool:
    """Give *record* the id of its request."""
    record.request_id = request_id() if has_request_context() else None
    return True


def _is_no_request_line(record: logging.LogRecord) -> bool:
    """Tell whether the development server's *record* is none of its lines per request, which show the query.

    Of what it says for information, only those have arguments.
    """
    return record.levelno > logging.INFO or not record.args
