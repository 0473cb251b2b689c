"""How often something was tried: counted by key, for a time, in memory or in Redis."""

import logging
import re
from collections.abc import Callable
from datetime import timedelta
from math import ceil, inf
from time import monotonic
from typing import TypeVar, cast
from urllib.parse import urlsplit

from limits import WindowStats, parse, parse_many
from limits.storage import MemoryStorage, RedisStorage, Storage, storage_from_string
from limits.strategies import FixedWindowRateLimiter, RateLimiter

from app.util.datetime_util import utc_now

STORAGES = ("memory", "redis", "rediss", "redis+unix")
SILENCE = {"socket_connect_timeout": 1, "socket_timeout": 1}  # seconds after which Redis counts as gone
# Of a client that reads what no server of its kind would say: RecursionError where that is nested deeply.
BROKEN = (ValueError, TypeError, OverflowError, RecursionError)
PAUSE_SECONDS = 30  # until a storage that failed is asked again
LONGEST = timedelta(days=366)  # for which anything is counted
T = TypeVar("T")
_counts_for_no_time = re.compile(r"(?:/|per)\s*0+\s*[a-z]", re.IGNORECASE).search
logger = logging.getLogger(__name__)


class AttemptLimiter:
    """Counters in the storage at *uri*, and in memory while that one fails.

    Flask-Limiter would not do for logins.  It counts a failure after the answer, whatever was counted
    meanwhile, so that guesses of the same moment all get through; and it knows one limit for each key,
    where what an address may do on an account depends on what all addresses have done there.
    """

    def __init__(self, uri: str) -> None:
        self.storage = _storage_at(uri)
        self._counters = FixedWindowRateLimiter(self.storage)
        self._own_counters = FixedWindowRateLimiter(MemoryStorage())
        known = self.storage.base_exceptions
        self._failures = (*BROKEN, *(known if isinstance(known, tuple) else [known]))
        self._asked_from = -inf

    def ask(self, question: Callable[[RateLimiter], T]) -> T:
        """Return the answer of the counters to *question*."""
        if monotonic() >= self._asked_from:
            try:
                return question(self._counters)
            except self._failures as error:
                logger.warning("Attempts are counted in memory, RATELIMIT_STORAGE_URI fails: %s", error)
                self._asked_from = monotonic() + PAUSE_SECONDS
        return question(self._own_counters)


class Attempts:
    """What *limiter* counts under *key*, and how often a *limit* such as "10 per hour" allows it."""

    def __init__(self, limiter: AttemptLimiter, limit: str, *key: str) -> None:
        self.limiter = limiter
        self.limit = parse(limit)
        self.key = key

    def are_spent(self, allowed: int | None = None) -> bool:
        """Tell whether there were as many as the limit allows, or only *allowed*."""
        left_over = 0 if allowed is None else max(0, self.limit.amount - allowed)
        return self._window().remaining <= left_over

    def count(self) -> bool:
        """Count one more, and tell whether the limit allows it."""
        return self.limiter.ask(lambda counters: counters.hit(self.limit, *self.key))

    def seconds_left(self) -> int:
        """Return the seconds, at least 1, until they are forgotten."""
        left = ceil(self._window().reset_time - utc_now().timestamp())
        return min(max(1, left), self.limit.get_expiry())  # utc_now() leaves fractions out

    def _window(self) -> WindowStats:
        return self.limiter.ask(lambda counters: counters.get_window_stats(self.limit, *self.key))


def is_storage(uri: str) -> bool:
    """Tell whether *uri* names a place where attempts can be counted, with options that there are."""
    try:
        parts = urlsplit(uri)
        if parts.scheme not in STORAGES or parts.port == 0:
            return False
        storage = _storage_at(uri)
        if isinstance(storage, RedisStorage):  # which reads its options now, and connects to nothing yet
            storage.storage.connection_pool.make_connection()
    except (ValueError, TypeError):
        return False
    return True


def _storage_at(uri: str) -> Storage:
    options = {} if uri.startswith("memory") else SILENCE
    return cast(Storage, storage_from_string(uri, **options))


def is_limit(text: str) -> bool:
    """Tell whether *text* is one limit, of at least one time, that counts for some time and not for years."""
    try:
        limits = parse_many(text)
    except ValueError:
        return False
    if len(limits) != 1 or _counts_for_no_time(text):  # which the library takes for one minute, or the like
        return False
    return limits[0].amount > 0 and limits[0].get_expiry() <= LONGEST.total_seconds()
