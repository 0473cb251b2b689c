"""Headers that every answer of the API has, whoever made it."""

from flask import Flask, Response, request

from app.api.security_headers import keep_address, keep_content_type, keep_https, limit_content

CORS_EXPOSED = ("Link", "Total-Count", "Location", "WWW-Authenticate", "Retry-After", "X-Request-ID")


def register_headers(app: Flask) -> None:
    """Tell caches and browsers what they must not do with what *app* answers."""
    for add_header in (_keep_private, keep_content_type, limit_content, keep_address, keep_https):
        app.after_request(add_header)


def _keep_private(response: Response) -> Response:
    """Mark the answer to a request with a token as its owner's alone (RFC 9111, 3.5)."""
    response.vary.add("Authorization")
    if "Authorization" in request.headers and "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "private, no-cache"
    return response
