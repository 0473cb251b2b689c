"""When, for whom, and under which URL a document is written: what it depends on besides what is stored."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from app.api.urls import UrlRoot, url_root
from app.util.datetime_util import utc_now
from app.util.environ import CALLER_KEY
from app.util.present import present_request


class Occasion(NamedTuple):
    """The one instant *now* of a document, and the one from which time that is left is *counted*.

    They differ only where a document is written again as it was some time ago, to see what has changed.
    *root* is what all links begin with.
    """

    now: datetime
    counted: datetime
    root: UrlRoot = ()
    for_administrator: bool = False

    @classmethod
    def present(cls) -> Occasion:
        """Return the occasion of answering the present request."""
        now, environ = utc_now(), present_request().environ
        caller = environ.get(CALLER_KEY)
        return cls(now, now, url_root(environ), caller is not None and caller.identity.admin)

    @classmethod
    def at(cls, instant: datetime) -> Occasion:
        """Return an occasion of which only the *instant* counts."""
        return cls(instant, instant)
