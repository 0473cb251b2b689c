"""The request that is being answered, and the application that answers it, themselves.

Flask's proxies for them look each attribute up in themselves first, in vain, with an error that is raised and
caught.  Where every request passes, that is worth one step around them.
"""

from flask import Flask, Request, current_app, request


def present_request() -> Request:
    """Return the request that is being answered.  Raises RuntimeError where none is."""
    return request._get_current_object()  # type: ignore[attr-defined, no-any-return]


def present_app() -> Flask:
    """Return the application that is at work.  Raises RuntimeError where none is."""
    return current_app._get_current_object()  # type: ignore[attr-defined, no-any-return]
