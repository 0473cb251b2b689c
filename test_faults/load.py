"""A bounded load of writes and reads, and what became of each."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Event, Lock

from test.util import WIDGETS, widget
from test_faults.processes import Reply, Site

THREADS = 8
LONGEST_SECONDS = 300  # many times what a test takes: only a load that gets nowhere lasts so long


class Load:
    """Threads that create widgets called *prefix*-N, each name once, and read every fourth time.

    It ends by itself after LONGEST_SECONDS.
    """

    def __init__(self, site: Site, token: str, prefix: str) -> None:
        self.site, self.token, self.prefix = site, token, prefix
        self.deadline = time.monotonic() + LONGEST_SECONDS
        self.replies: list[Reply] = []
        self.acknowledged: set[str] = set()
        self._numbers, self._lock, self._stopped = count(), Lock(), Event()
        self._pool = ThreadPoolExecutor(THREADS)
        self._futures = [self._pool.submit(self._work) for _ in range(THREADS)]

    def __enter__(self) -> Load:
        return self

    def __exit__(self, *error: object) -> None:
        if error[0]:
            self.stop()
        self._pool.shutdown()
        for future in self._futures:
            future.result()

    def _work(self) -> None:
        while time.monotonic() < self.deadline and not self._stopped.is_set():
            with self._lock:
                number = next(self._numbers)
            name = f"{self.prefix}-{number}"
            reply = self.site.post(WIDGETS, widget(name=name), self.token)
            self.replies.append(reply)
            if reply.status == 201:
                self.acknowledged.add(name)
            if number % 4 == 0:
                self.replies.append(self.site.get(f"{WIDGETS}?per_page=5", self.token))

    def wait_for_more(self, writes: int) -> None:
        """Wait until so many more writes were acknowledged."""
        self._wait_until_grown(lambda: len(self.acknowledged), writes)

    def wait_for_failures(self, number: int) -> None:
        """Wait until so many more requests have failed."""
        self._wait_until_grown(lambda: len(self.failures), number)

    def _wait_until_grown(self, size: Callable[[], int], by: int) -> None:
        wanted = size() + by
        while size() < wanted:
            assert time.monotonic() < self.deadline, self.statuses
            time.sleep(0.01)

    def stop(self) -> None:
        """Let each thread end with the request that it is at."""
        self._stopped.set()

    @property
    def statuses(self) -> Counter[int]:
        return Counter(reply.status for reply in self.replies)

    @property
    def failures(self) -> list[Reply]:
        return [reply for reply in self.replies if reply.status not in (200, 201)]

    def lost(self) -> set[str]:
        """Return the names of the widgets that were acknowledged and are not there."""
        return self.acknowledged - set(stored_names(self.site, self.token))


def stored_names(site: Site, token: str) -> Iterator[str]:
    """Yield the name of each widget that is there."""
    for page in count(1):
        body = site.get(f"{WIDGETS}?per_page=100&page={page}", token).body
        yield from (item["name"] for item in body["items"])
        if not body["has_next"]:
            return
