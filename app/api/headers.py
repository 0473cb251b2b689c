"""Headers that every answer has, whoever made it."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from app.api.security_headers import guards

Headers: TypeAlias = list[tuple[str, str]]

CORS_EXPOSED = ("ETag", "Link", "Total-Count", "Location", "WWW-Authenticate", "Retry-After", "X-Request-ID")


def complete(environ: Mapping[str, Any], headers: Headers) -> Headers:
    """Return *headers* and those that are missing, for the answer to the request of *environ*."""
    present = dict(headers)
    if "Vary" in present:  # several of them, maybe, which say as much as one (RFC 9110, 5.3)
        present["Vary"] = ", ".join(value for name, value in headers if name == "Vary")
        headers = [header for header in headers if header[0] != "Vary"]
    return [*headers, *_privacy(environ, present), *guards(environ, present)]


def _privacy(environ: Mapping[str, Any], present: Mapping[str, str]) -> Headers:
    """Mark the answer to a request with a token as its owner's alone (RFC 9111, 3.5)."""
    vary = [("Vary", f"{present['Vary']}, Authorization" if "Vary" in present else "Authorization")]
    if "HTTP_AUTHORIZATION" in environ and "Cache-Control" not in present:
        return [*vary, ("Cache-Control", "private, no-cache")]
    return vary
