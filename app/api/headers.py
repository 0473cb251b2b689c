"""Headers that every answer of the API has, whoever made it."""

from flask import Flask, Response, request

CORS_EXPOSED = ("Link", "Total-Count", "Location", "WWW-Authenticate", "Retry-After", "X-Request-ID")


def register_headers(app: Flask) -> None:
    """Let no shared cache keep what *app* answers to a token."""
    app.after_request(_keep_private)


def _keep_private(response: Response) -> Response:
    """Mark the answer to a request with a token as its owner's alone (RFC 9111, 3.5)."""
    response.vary.add("Authorization")
    if "Authorization" in request.headers and "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "private, no-cache"
    return response
