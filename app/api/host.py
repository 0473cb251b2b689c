"""The name under which the API was asked for."""

from typing import Any

from flask import Request


class HostRequest(Request):
    """A request whose Host is in lower case: for a host case means nothing (RFC 9110, 4.2.3).

    Where Flask looks for it among TRUSTED_HOSTS, and in the links of the answer, it is one text.  Where
    HTTP/1.1 wants one and none came, or none that a server could read, it is empty, which nobody trusts
    (RFC 9112, 3.2); else the server's own address would stand for it.
    """

    def __init__(self, environ: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        if "HTTP_HOST" in environ:
            environ["HTTP_HOST"] = environ["HTTP_HOST"].lower()
        elif environ.get("SERVER_PROTOCOL") == "HTTP/1.1":
            environ["HTTP_HOST"] = ""
        super().__init__(environ, *args, **kwargs)
