"""What a browser must not do with an answer, whoever made it."""

from flask import Response, request

# Nothing in an answer is to be run, loaded or framed.  A page that needs more has a policy of its own.
NO_CONTENT_AT_ALL = "default-src 'none'; frame-ancestors 'none'"
ONE_YEAR = 365 * 24 * 3600


def keep_content_type(response: Response) -> Response:
    """Let no browser guess another type than the one that is said (Fetch, X-Content-Type-Options)."""
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def limit_content(response: Response) -> Response:
    """Let a browser run, load and frame nothing, unless the answer has a policy (CSP, level 3)."""
    response.headers.setdefault("Content-Security-Policy", NO_CONTENT_AT_ALL)
    return response


def keep_address(response: Response) -> Response:
    """Let no other site know from which address a browser has come (Referrer Policy)."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def keep_https(response: Response) -> Response:
    """Let a browser that has come by https never come by http (RFC 6797, 7.2: only https may say so)."""
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = f"max-age={ONE_YEAR}"
    return response
