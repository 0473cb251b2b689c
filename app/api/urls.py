"""Absolute URLs of this API, of which a document may have hundreds.

``url_for`` builds one; those that differ from it in one place are made of its two parts.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, TypeAlias

from flask import url_for
from werkzeug.routing import BuildError, Map

from app.util.environ import URL_ROOT
from app.util.present import present_app, present_request
from app.util.remembered import remembered

UrlRoot: TypeAlias = tuple[str | None, ...]
_PLACE = "-Place-"
# What converters raise of a text that they do not take: their own code may be anybody's.
_NO_TEXT = (BuildError, ValueError, TypeError, AttributeError, LookupError, ArithmeticError)
_JUST_WRITTEN = 128  # URLs that are wanted again soon, in the same document
_is_plain = re.compile(r"[\w-]+", re.ASCII).fullmatch  # nothing that a URL would want quoted


def url_root(environ: Mapping[str, Any]) -> UrlRoot:
    """Return the parts of what URLs begin with, as the client wrote them and Flask has checked them."""
    return tuple(map(environ.get, URL_ROOT))


def url_of(endpoint: str, root: UrlRoot | None = None, /, **values: Any) -> str:
    """Return the URL of *endpoint*, which begins with *root*, or with that of the present request.

    *values* are those of the parameters in its path; what else there is becomes a query.
    """
    if values:
        return url_for(endpoint, _external=True, **values)
    return _url_of(endpoint, root or url_root(present_request().environ))


def url_writer(endpoint: str, key: str, root: UrlRoot | None = None) -> Callable[[Any], str]:
    """Return what makes of a value the URL of *endpoint* with that value as its parameter *key*."""
    return _url_writer(endpoint, key, root or url_root(present_request().environ))


def methods_of(endpoint: str) -> frozenset[str]:
    """Return the methods that *endpoint* has."""
    return _methods_of(endpoint, present_app().url_map)


@lru_cache
def _methods_of(endpoint: str, rules: Map) -> frozenset[str]:
    return frozenset[str]().union(*(rule.methods or () for rule in rules.iter_rules(endpoint)))


@lru_cache
def _url_of(endpoint: str, _root: UrlRoot) -> str:
    return url_for(endpoint, _external=True)


@lru_cache
def _url_writer(endpoint: str, key: str, _root: UrlRoot) -> Callable[[Any], str]:
    def build(value: Any) -> str:
        return url_for(endpoint, _external=True, **{key: value})

    around = _around(build)
    if around is None:
        return remembered(_JUST_WRITTEN)(build)
    before, after = around

    @remembered(_JUST_WRITTEN)
    def write(value: Any) -> str:
        return f"{before}{value}{after}" if _is_plain(str(value)) else build(value)

    return write


def _around(build: Callable[[str], str]) -> tuple[str, str] | None:
    """Return what stands around a value in the URLs that *build* makes, or None if it takes no text."""
    try:
        before, after = build(_PLACE).split(_PLACE)
    except _NO_TEXT:  # a converter takes numbers, say, or writes a text otherwise
        return None
    return before, after
