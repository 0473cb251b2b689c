"""An answer whose body is there as a whole."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Response


class WholeResponse(Response):
    """Gives a server its body in one piece, and its headers as they are.

    What Werkzeug does for any other answer has nothing to do here: Location and the like are absolute, and
    no file is to be closed.
    """

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer the request of *environ* (PEP 3333)."""
        start_response(self.status, self.headers.to_wsgi_list())
        return () if environ["REQUEST_METHOD"] == "HEAD" else self.response  # type: ignore[return-value]
