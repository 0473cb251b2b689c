"""Headers that every answer has, whoever made it."""

from collections.abc import Mapping
from typing import Any, TypeAlias

Headers: TypeAlias = list[tuple[str, str]]

CORS_EXPOSED = ("ETag", "Link", "Total-Count", "Location", "WWW-Authenticate", "Retry-After", "X-Request-ID")

# Nothing in an answer is to be run, loaded or framed (CSP, level 3); a page that needs more says so itself.
NO_CONTENT_AT_ALL = ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
# Only https may tell a browser that has come by https never to come by http (RFC 6797, 7.2).
ALWAYS_HTTPS = ("Strict-Transport-Security", f"max-age={365 * 24 * 3600}")
ALWAYS = (
    ("X-Content-Type-Options", "nosniff"),  # no other type than the one that is said (Fetch)
    ("Referrer-Policy", "no-referrer"),  # no other site learns from which address a browser has come
)


def with_common_headers(environ: Mapping[str, Any], headers: Headers) -> Headers:
    """Return *headers* and those that are missing, for the answer to the request of *environ*."""
    present = dict(headers)
    if "Vary" in present:  # several of them, maybe, which say as much as one (RFC 9110, 5.3)
        present["Vary"] = ", ".join(value for name, value in headers if name == "Vary")
        headers = [header for header in headers if header[0] != "Vary"]
    return [*headers, *_privacy(environ, present), *_restrictions(environ, present)]


def _privacy(environ: Mapping[str, Any], present: Mapping[str, str]) -> Headers:
    """Mark the answer to a request with a token as its owner's alone (RFC 9111, 3.5)."""
    vary = [("Vary", f"{present['Vary']}, Authorization" if "Vary" in present else "Authorization")]
    if "HTTP_AUTHORIZATION" in environ and "Cache-Control" not in present:
        return [*vary, ("Cache-Control", "private, no-cache")]
    return vary


def _restrictions(environ: Mapping[str, Any], present: Mapping[str, str]) -> Headers:
    """Say what a browser must not do with the answer."""
    headers = [*ALWAYS]
    if NO_CONTENT_AT_ALL[0] not in present:
        headers.append(NO_CONTENT_AT_ALL)
    if environ.get("wsgi.url_scheme") == "https":
        headers.append(ALWAYS_HTTPS)
    return headers
