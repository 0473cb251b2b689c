"""When, and for whom, a document is written: all that it depends on besides what is stored and its URL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import request

from app.util.datetime_util import utc_now
from app.util.environ import CALLER_KEY


@dataclass(frozen=True, slots=True)
class Occasion:
    """The one instant *now* of a document, and the one from which time that is left is *counted*.

    They differ only where a document is written again as it was some time ago, to see what has changed.
    """

    now: datetime
    counted: datetime

    @classmethod
    def present(cls) -> Occasion:
        """Return the occasion of writing now."""
        now = utc_now()
        return cls(now, now)


def is_for_administrator() -> bool:
    """Tell whether an administrator is calling."""
    caller = request.environ.get(CALLER_KEY)
    return caller is not None and caller.identity.admin
