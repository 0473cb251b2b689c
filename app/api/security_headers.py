"""What a browser must not do with an answer, whoever made it."""

from collections.abc import Mapping
from typing import Any

# Nothing in an answer is to be run, loaded or framed (CSP, level 3); a page that needs more says so itself.
NO_CONTENT_AT_ALL = ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
# Only https may tell a browser that has come by https never to come by http (RFC 6797, 7.2).
ALWAYS_HTTPS = ("Strict-Transport-Security", f"max-age={365 * 24 * 3600}")
ALWAYS = (
    ("X-Content-Type-Options", "nosniff"),  # no other type than the one that is said (Fetch)
    ("Referrer-Policy", "no-referrer"),  # no other site learns from which address a browser has come
)


def guards(environ: Mapping[str, Any], present: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the headers that guard an answer, whose own headers are *present*."""
    headers = [*ALWAYS]
    if NO_CONTENT_AT_ALL[0] not in present:
        headers.append(NO_CONTENT_AT_ALL)
    if environ.get("wsgi.url_scheme") == "https":
        headers.append(ALWAYS_HTTPS)
    return headers
