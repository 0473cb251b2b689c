"""The method with which the API was asked."""

from typing import Any

from flask import Request

UNKNOWN = "UNKNOWN"  # no view has it


class MethodRequest(Request):
    """A request whose method is the one that was sent: for a method case means something (RFC 9110, 9.1).

    Werkzeug would take ``delete`` for DELETE, which a rule of the proxy in front does not know.
    """

    def __init__(self, environ: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        if not environ["REQUEST_METHOD"].isupper():
            environ["REQUEST_METHOD"] = UNKNOWN
        super().__init__(environ, *args, **kwargs)
