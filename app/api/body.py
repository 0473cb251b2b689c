"""The body of a request: whole, of a known length and within the limit, or refused.

Servers differ in what they tell of a body that breaks off: some end it as if it were whole, and a
field that was cut would be stored.  So the length that was announced is held against what came.
"""

from io import BytesIO
from typing import IO

from flask import Request
from werkzeug.exceptions import ClientDisconnected, LengthRequired, RequestEntityTooLarge
from werkzeug.utils import cached_property

from app.util.present import present_app


class WholeBodyRequest(Request):
    """A request that reads its body at once, when it is first asked for it."""

    @cached_property
    def stream(self) -> IO[bytes]:
        """Return the body.  Raises a refusal: 400 cut short, 411 of unknown length, 413 too large."""
        return BytesIO(self._read_body(self.environ["wsgi.input"]))

    def close(self) -> None:
        """Close the files that came, if any was looked for."""
        if "files" in self.__dict__:
            super().close()

    def _read_body(self, source: IO[bytes]) -> bytes:
        length, limit = self.content_length, present_app().config["MAX_CONTENT_LENGTH"]
        if length is None:
            # Of a body in chunks nobody downstream can tell whether the last chunk came.
            if self.environ.get("wsgi.input_terminated") and _read(source, 1):
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
