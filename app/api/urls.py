"""Absolute URLs of this API, of which a document may have hundreds.

``url_for`` builds one; those that differ from it in one place are made of its two parts.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TypeAlias

from flask import request, url_for

_Base: TypeAlias = tuple[str | None, ...]
_CALLED = ("wsgi.url_scheme", "HTTP_HOST", "SERVER_NAME", "SERVER_PORT", "SCRIPT_NAME")
_PLACE = "-place-"
_is_plain = re.compile(r"[\w-]+", re.ASCII).fullmatch  # nothing that a URL would want quoted


def url_of(endpoint: str) -> str:
    """Return the URL of *endpoint*, which has no parameters."""
    return _url_of(endpoint, _base())


def url_writer(endpoint: str, key: str) -> Callable[[str], str]:
    """Return what makes of a value the URL of *endpoint* with that value as its parameter *key*."""
    before, after = _parts(endpoint, key, _base())

    def write(value: str) -> str:
        if _is_plain(value):
            return f"{before}{value}{after}"
        return url_for(endpoint, _external=True, **{key: value})

    return write


def _base() -> _Base:
    """Return how the client called this server, which Flask has checked: the beginning of each URL."""
    return tuple(map(request.environ.get, _CALLED))


@lru_cache
def _url_of(endpoint: str, _base: _Base) -> str:
    return url_for(endpoint, _external=True)


@lru_cache
def _parts(endpoint: str, key: str, _base: _Base) -> list[str]:
    return url_for(endpoint, _external=True, **{key: _PLACE}).split(_PLACE)
