"""The name under which the API was asked for."""

from typing import Any

from flask import Request


class HostRequest(Request):
    """A request whose Host is in lower case: for a host case means nothing (RFC 9110, 4.2.3).

    Where Flask looks for it among TRUSTED_HOSTS, and in the links of the answer, it is one text.
    """

    def __init__(self, environ: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        if "HTTP_HOST" in environ:
            environ["HTTP_HOST"] = environ["HTTP_HOST"].lower()
        super().__init__(environ, *args, **kwargs)
