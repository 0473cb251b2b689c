"""Threads in which an event loop has a function called."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from math import inf
from queue import SimpleQueue
from threading import Thread
from typing import Generic, TypeVar

from app.util.server.concurrency import LOOK_SECONDS, Concurrency

A = TypeVar("A")
R = TypeVar("R")


@dataclass(slots=True, eq=False)
class _Call(Generic[A, R]):
    argument: A
    answer: asyncio.Future[R]
    began: float = inf


class ThreadPool(Generic[A, R]):
    """Calls *function* for an event loop, in the order in which it is asked to, in up to so many *threads*.

    They are started when they are first needed, and as few calls run at once as get by.
    """

    def __init__(self, function: Callable[[A], R], *, threads: int) -> None:
        self._function = function
        self._threads: list[Thread] = []
        self._given: SimpleQueue[_Call[A, R] | None] = SimpleQueue()
        self._waiting: deque[_Call[A, R]] = deque()
        self._running: set[_Call[A, R]] = set()
        self._concurrency = Concurrency(threads)
        self._is_watched = False

    async def run(self, argument: A) -> R:
        """Return what the function returns for *argument*, or raise what it raises."""
        call: _Call[A, R] = _Call(argument, asyncio.get_running_loop().create_future())
        self._waiting.append(call)
        if len(self._waiting) == 1:  # behind others there is no room either
            self._begin_calls()
        return await call.answer

    def end(self) -> None:
        """Wait for the calls that run, and end all threads."""
        for _ in self._threads:
            self._given.put(None)
        for thread in self._threads:
            thread.join()

    # In the event loop, which alone decides how many calls run:

    def _begin_calls(self) -> None:
        while self._waiting and self._has_room() and self._has_thread() and (call := self._next_call()):
            self._running.add(call)
            self._given.put(call)
        if self._waiting and not self._is_watched:
            self._concurrency.begin_to_look()
            self._watch()

    def _has_room(self) -> bool:
        return self._concurrency.allows_one_beside([call.began for call in self._running])

    def _watch(self) -> None:
        self._is_watched = True
        asyncio.get_running_loop().call_later(LOOK_SECONDS, self._look)

    def _look(self) -> None:
        """Let more or fewer calls run, while some wait for their turn."""
        self._is_watched = False
        self._concurrency.look()
        self._begin_calls()

    def _has_thread(self) -> bool:
        """Tell whether there is a thread for one more, if need be a new one."""
        if len(self._running) < len(self._threads):
            return True
        thread = Thread(target=self._work, args=[asyncio.get_running_loop()], daemon=True)
        try:
            thread.start()
        except RuntimeError:  # the system has no more: those that there are go on, and later it may
            return False
        self._threads.append(thread)
        return True

    def _ended(self, call: _Call[A, R], following: _Call[A, R] | None, give: Callable[[], None]) -> None:
        self._running.discard(call)
        if not call.answer.done():  # nobody has given it up
            give()
        if following:
            self._running.add(following)
        else:
            self._begin_calls()

    # In a thread:

    def _work(self, loop: asyncio.AbstractEventLoop) -> None:
        while call := self._given.get():
            following: _Call[A, R] | None = call
            while following:
                following = self._run(following, loop)

    def _run(self, call: _Call[A, R], loop: asyncio.AbstractEventLoop) -> _Call[A, R] | None:
        """Run *call*, and return the one that this thread runs next without being given it."""
        call.began = time.monotonic()
        give: Callable[[], None]
        try:
            give = partial(call.answer.set_result, self._function(call.argument))
        except BaseException as error:  # noqa: BLE001 - whoever asked gets it
            give = partial(call.answer.set_exception, error)
        following = self._next_call() if self._concurrency.allows(len(self._running)) else None
        with suppress(RuntimeError):  # the loop is closed: nobody waits for an answer any more
            loop.call_soon_threadsafe(self._ended, call, following, give)
        return following

    # In either:

    def _next_call(self) -> _Call[A, R] | None:
        try:
            while (call := self._waiting.popleft()).answer.cancelled():
                pass  # nobody waits for it any more
            return call
        except IndexError:
            return None  # another thread took it
