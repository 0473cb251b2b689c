"""How many calls had better run at once: few that compete, more while those wait for something.

Python runs one thread at a time.  Threads that all have something to do hand over to each other whenever one
of them reads a row, and each time the processor changes to another: with eight busy threads a request takes
up to half as much processor time again as with two.  A thread that waits, for a lock or for a database, takes
nothing, and is not to hold up others.
"""

from __future__ import annotations

import time
from collections.abc import Collection

FEW = 2  # while they are busy: one works while another reads
LONG = 0.02  # seconds; beside a call that takes longer, another one runs
LOOK_SECONDS = 0.01  # between two looks at how busy this process is
IDLE = 0.3  # share of a processor below which more calls run, and above which fewer


class Concurrency:
    """A number of calls, up to *most*, that follows how busy this process is."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._few = min(FEW, most)
        self._clock = self._worked = 0.0

    def allows_one_beside(self, began: Collection[float]) -> bool:
        """Tell whether a call may run beside those that *began* at these moments (of time.monotonic)."""
        running = len(began)
        if running < self._few or running >= self._most:
            return running < self._most
        long_ago = time.monotonic() - LONG
        return sum(moment > long_ago for moment in began) < self._few

    def allows(self, running: int) -> bool:
        """Tell whether so many calls may run, however long they take."""
        return running <= self._few

    def begin_to_look(self) -> None:
        """Begin to look at how busy this process is, from this moment on."""
        self._clock, self._worked = time.monotonic(), time.process_time()

    def look(self) -> None:
        """Follow how busy this process was since the look before."""
        clock, worked = self._clock, self._worked
        self.begin_to_look()
        share = (self._worked - worked) / max(self._clock - clock, LOOK_SECONDS / 10)
        wanted = self._few + (1 if share < IDLE else -1)
        self._few = min(max(wanted, FEW), self._most)
