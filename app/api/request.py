"""A request as the views get it: asked of a host that means one, with a body that is whole, or refused."""

from functools import cached_property
from io import BytesIO
from typing import IO, Any

from flask import Request
from werkzeug.exceptions import ClientDisconnected, LengthRequired, RequestEntityTooLarge

from app.util.present import present_app


class ApiRequest(Request):
    """A request whose scheme and Host are in lower case, and whose body is read when it is first asked for.

    For both case means nothing (RFC 9110, 4.2.3), and a proxy may say HTTPS: where Flask looks for the host
    among TRUSTED_HOSTS, and in the links of the answer, it is one text.  Where HTTP/1.1 wants a host and none
    came, or none that a server could read, it is empty, which nobody trusts (RFC 9112, 3.2); else the
    server's own address would stand for it.

    Servers differ in what they tell of a body that breaks off: some end it as if it were whole, and a
    field that was cut would be stored.  So the length that was announced is held against what came.
    """

    def __init__(self, environ: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        environ["wsgi.url_scheme"] = environ["wsgi.url_scheme"].lower()
        if "HTTP_HOST" in environ:
            environ["HTTP_HOST"] = environ["HTTP_HOST"].lower()
        elif environ.get("SERVER_PROTOCOL") == "HTTP/1.1":
            environ["HTTP_HOST"] = ""
        super().__init__(environ, *args, **kwargs)

    @cached_property
    def blueprints(self) -> list[str]:
        """The blueprints of the view, the innermost first, which Flask asks for several times."""
        return super().blueprints

    @cached_property
    def stream(self) -> IO[bytes]:
        """The body.  Raises a refusal: 400 cut short, 411 of unknown length, 413 too large."""
        return BytesIO(self._read_body(self.environ["wsgi.input"]))

    def close(self) -> None:
        """Close the files that came, if any was looked for."""
        if "files" in self.__dict__:
            super().close()

    def _read_body(self, source: IO[bytes]) -> bytes:
        length, limit = self.content_length, present_app().config["MAX_CONTENT_LENGTH"]
        if length is None:
            # Of a body in chunks nobody downstream can tell whether the last chunk came.  One that is said to
            # have them is not touched: gunicorn has errors of its own for those that are broken.
            has_chunks = "HTTP_TRANSFER_ENCODING" in self.environ
            if has_chunks or (self.environ.get("wsgi.input_terminated") and _read(source, 1)):
                raise LengthRequired("Send the body with a Content-Length.")
            return b""
        if length > limit:
            raise RequestEntityTooLarge(f"The body must have at most {limit} bytes.")
        body = _read(source, length)
        if len(body) < length:
            raise ClientDisconnected("The body is shorter than its Content-Length.")
        return body


def _read(source: IO[bytes], size: int) -> bytes:
    """Return *size* bytes of *source*, or fewer where it ends.  Raises ClientDisconnected where it breaks."""
    try:
        return source.read(size)
    except OSError as error:  # a connection that is lost; chunks that are none, for Werkzeug's own server
        raise ClientDisconnected("The body cannot be read.") from error
