"""Absolute URLs of this API, of which a document may have hundreds.

``url_for`` builds one; those that differ from it in one place are made of its two parts.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, TypeAlias

from flask import url_for

from app.util.environ import CALLED
from app.util.present import present_request
from app.util.remembered import remembered

NameCalled: TypeAlias = tuple[str | None, ...]
_PLACE = "-place-"
_JUST_WRITTEN = 128  # URLs that are wanted again soon, in the same document
_is_plain = re.compile(r"[\w-]+", re.ASCII).fullmatch  # nothing that a URL would want quoted


def name_called(environ: Mapping[str, Any]) -> NameCalled:
    """Return how the client called this server, which Flask has checked: the beginning of each URL."""
    return tuple(map(environ.get, CALLED))


def url_of(endpoint: str, called: NameCalled | None = None) -> str:
    """Return the URL of *endpoint*, which has no parameters, of this server as it was *called*."""
    return _url_of(endpoint, called or name_called(present_request().environ))


def url_writer(endpoint: str, key: str, called: NameCalled | None = None) -> Callable[[str], str]:
    """Return what makes of a value the URL of *endpoint* with that value as its parameter *key*."""
    return _url_writer(endpoint, key, called or name_called(present_request().environ))


@lru_cache
def _url_of(endpoint: str, _called: NameCalled) -> str:
    return url_for(endpoint, _external=True)


@lru_cache
def _url_writer(endpoint: str, key: str, _called: NameCalled) -> Callable[[str], str]:
    before, after = url_for(endpoint, _external=True, **{key: _PLACE}).split(_PLACE)

    @remembered(_JUST_WRITTEN)
    def write(value: str) -> str:
        if _is_plain(value):
            return f"{before}{value}{after}"
        return url_for(endpoint, _external=True, **{key: value})

    return write
