"""Conditional requests (RFC 9110, 13): entity tags, and what clients make depend on them.

A tag names the exact bytes of a document, so it is a strong one: it says at which instant they were written,
and what their hash is.  As time that is left runs out second by second, hardly two answers have the same tag.
But a document is no less true for being some seconds old.  So whether a tag is current is found out by
writing the present state as of the tag's instant: the same bytes mean that nothing but the clock has moved,
and that the client's document is still one of those that tell the present state.  What has come to pass in
the meantime, as a deadline does, is told as it is now, and makes other bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from http import HTTPStatus
from typing import Any, TypeAlias

from flask import Response
from flask_restx import Model

from app.api.occasion import Occasion
from app.api.responses import empty, json_bytes, written
from app.errors import StateChanged
from app.util.datetime_util import CLOCK_SECONDS
from app.util.digest import digest
from app.util.environ import IF_MATCH, IF_NONE_MATCH
from app.util.present import present_request

MAX_AGE = timedelta(hours=1)  # of a tag since which nothing but the clock has moved
MIN_AGE = -timedelta(seconds=CLOCK_SECONDS)  # of one that another instance has just given
MAX_TAGS = 8  # of one header that are looked at, the newest: for each the document is written again
ANY = "*"

Write: TypeAlias = Callable[[Occasion], bytes]
# Whole members of a list (RFC 9110, 8.8.3): others, whatever they have in them, name nothing here.
_our_tags = re.compile(r'(?:^|,)[ \t]*(W/)?"([0-9a-f]{8}-[0-9a-f]{32})"[ \t]*(?=,|$)').findall


def representation(
    model: Model,
    value: Any,
    headers: Mapping[str, str] | None = None,
    *,
    occasion: Occasion | None = None,
) -> Response:
    """Return 200 and *value* as *model* describes it, with its tag; or 304 if the client has it.

    Raises StateChanged if the client has made the answer depend on another state.
    """
    occasion = occasion or Occasion.present()
    body = written(model, value, occasion)
    tag = tag_of(occasion.now, body)
    if is_conditional():
        state = State(partial(written, model, value), occasion)
        if not state.matches:
            raise StateChanged
        if known := state.known_tag:
            return _not_modified(tag if known == ANY else known, headers or {})
    return json_bytes(body, headers={**(headers or {}), "ETag": f'"{tag}"'})


def _not_modified(tag: str, headers: Mapping[str, str]) -> Response:
    """Return 304 with those *headers* of the document that it repeats (RFC 9110, 15.4.5)."""
    kept = {name: value for name, value in headers.items() if name == "Cache-Control"}
    return empty(HTTPStatus.NOT_MODIFIED, {**kept, "ETag": f'"{tag}"'})


def expectation(model: Model) -> Callable[[Any], bool] | None:
    """Return what tells of a thing that *model* describes whether it is in the state that the request wants.

    It takes None where there is no such thing.  A request that wants no certain state has no expectation.
    """
    if not is_conditional():
        return None

    def is_expected(thing: Any) -> bool:
        state = State(None if thing is None else partial(written, model, thing), Occasion.present())
        return state.matches and not state.known_tag

    return is_expected


def is_conditional() -> bool:
    """Tell whether the request depends on a state (RFC 9110, 13.1).

    Nothing here has a time of its last change, without which there are no conditions by date.
    """
    environ = present_request().environ
    return IF_MATCH in environ or IF_NONE_MATCH in environ


def tag_of(instant: datetime, body: bytes) -> str:
    """Return the tag, without its quotes, of the document *body*, which is as of *instant*."""
    return f"{int(instant.timestamp()):08x}-{digest(body)}"


def instant_of(tag: str) -> datetime:
    """Return when the document that *tag* names was written."""
    return datetime.fromtimestamp(int(tag.partition("-")[0], 16), UTC)


@dataclass(frozen=True, slots=True)
class State:
    """The state of something on *occasion*: *write* gives its document; None means there is none."""

    write: Write | None
    occasion: Occasion

    @property
    def matches(self) -> bool:
        """Tell whether If-Match holds (RFC 9110, 13.1.1): only a strong tag names exact bytes."""
        sent = present_request().environ.get(IF_MATCH)
        return sent is None or self._find(sent, weakly=False) is not None

    @property
    def known_tag(self) -> str | None:
        """Return the tag, or ANY, in If-None-Match that is current, if there is one (RFC 9110, 13.1.2)."""
        return self._find(present_request().environ.get(IF_NONE_MATCH, ""), weakly=True)

    def _find(self, sent: str, *, weakly: bool) -> str | None:
        """Return which of the tags that were *sent* is current, those marked as weak among them or not."""
        if self.write is None:
            return None
        if sent.strip() == ANY:
            return ANY
        tags = {tag for weak, tag in _our_tags(sent) if weakly or not weak}
        recent = [tag for tag in tags if MIN_AGE <= self.occasion.now - instant_of(tag) <= MAX_AGE]
        newest = sorted(recent, reverse=True)[:MAX_TAGS]
        return next((tag for tag in newest if self._is_current(tag, self.write)), None)

    def _is_current(self, tag: str, write: Write) -> bool:
        instant = instant_of(tag)
        return tag == tag_of(instant, write(self.occasion._replace(counted=instant)))
