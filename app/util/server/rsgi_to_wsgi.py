"""From a request as granian has it (RSGI) to one as WSGI applications know it (PEP 3333)."""

import sys
from typing import IO
from wsgiref.types import WSGIEnvironment

from granian.rsgi import Scope

from app.util.remembered import remembered

UNREADABLE = "?"  # stands for the value of a header that is not ASCII, which granian does not give
UNKNOWN = "UNKNOWN"  # stands for a method with small letters, of which WSGI applications would make capitals
REMEMBERED = 256  # names of headers, which clients choose


def environ_of(scope: Scope, body: IO[bytes]) -> WSGIEnvironment:
    """Return the WSGI environment of the request *scope*, which has this *body*."""
    host, _, port = scope.server.rpartition(":")
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": scope.method if scope.method.isupper() else UNKNOWN,
        "SCRIPT_NAME": "",
        "PATH_INFO": _as_bytes(scope.path),
        "QUERY_STRING": _as_bytes(scope.query_string),
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": body,
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    headers = scope.headers
    for name in headers.keys():  # noqa: SIM118 - they are no mapping
        if "_" in name:
            continue  # X_Forwarded_For would pass for X-Forwarded-For, which a proxy has set
        values = headers.get_all(name)  # type: ignore[attr-defined]
        environ[_key_of(name)] = ",".join(values) if values else UNREADABLE
    if scope.authority:  # a request target in absolute form, which outdoes Host (RFC 9112, 3.2.2)
        environ["HTTP_HOST"] = scope.authority
    return environ


def _as_bytes(text: str) -> str:
    """Return *text* as PEP 3333 has it: each byte of its UTF-8 as one character."""
    return text if text.isascii() else text.encode().decode("latin-1")


@remembered(REMEMBERED)
def _key_of(name: str) -> str:
    key = name.upper().replace("-", "_")
    return key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
