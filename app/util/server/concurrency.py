"""How many calls had better run at once: few that compete, more while those wait for something.

Python runs one thread at a time.  Threads that all have something to do hand over to each other whenever one
of them reads a row, and each time the processor changes to another: with eight busy threads a request takes
up to half as much processor time again as with two.  A thread that waits, for a lock or for a database, takes
nothing, and is not to hold up others.  But while processes wait for a processor, the database's among them,
this one seems less busy than it would be, and more threads would wait with them.
"""

from __future__ import annotations

import os
import time
from collections.abc import Collection
from functools import cached_property
from math import nan

FEW = 2  # while they are busy: one works while another reads
LONG = 0.02  # seconds; beside a call that takes longer, another one runs
LOOK_SECONDS = 0.01  # between two looks at how busy this process is
IDLE = 0.3  # share of a processor below which more calls run, and above which fewer
IDLE_IN_CALM = 0.8  # the same, where processors are to be had
CALM = 0.6  # share of the time in which some process may wait for a processor
PRESSURE = "/proc/pressure/cpu"  # Linux' account of that: its first total is in microseconds


class Concurrency:
    """A number of calls, up to *most*, that follows how busy this process is."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._few = min(FEW, most)
        self._clock = self._worked = self._waited = 0.0

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
        self._clock, self._worked, self._waited = time.monotonic(), time.process_time(), self._pressure()

    def look(self) -> None:
        """Follow how busy this process was since the look before, which the same thread has taken."""
        clock, worked, waited = self._clock, self._worked, self._waited
        self.begin_to_look()
        seconds = max(self._clock - clock, LOOK_SECONDS / 10)
        limit = IDLE_IN_CALM if (self._waited - waited) / seconds < CALM else IDLE
        wanted = self._few + (1 if (self._worked - worked) / seconds < limit else -1)
        self._few = min(max(wanted, FEW), self._most)

    def _pressure(self) -> float:
        """Return how many seconds some process has waited for a processor; not a number if nobody knows."""
        try:
            account = os.pread(self._account, 100, 0)
        except OSError:
            return nan  # compared with CALM, it is not less
        return int(account.partition(b"total=")[2].split()[0]) / 1e6

    @cached_property
    def _account(self) -> int:
        """The file of PRESSURE, kept open: it is read a hundred times a second."""
        return os.open(PRESSURE, os.O_RDONLY)
