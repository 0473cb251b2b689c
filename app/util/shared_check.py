"""A check that takes as long as it likes, for which nobody waits longer than a moment."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock, Thread
from typing import Generic, TypeVar

T = TypeVar("T")


class SharedCheck(Generic[T]):
    """A check that all who ask at one time share, and for which each waits *seconds* at most.

    One that takes longer goes on in a thread of its own, and whoever asks next begins another, up to
    *at_most*.  Nobody waits for the end of such a thread: Python cannot interrupt it, and it must
    not keep the process from stopping.
    """

    def __init__(self, *, seconds: float, at_most: int) -> None:
        self.seconds = seconds
        self.at_most = at_most
        self._lock = Lock()
        self._late: list[Future[T]] = []
        self._current: Future[T] | None = None

    def ask(self, check: Callable[[], T]) -> T:
        """Return what *check*, or the same one begun for others, returns, or raise what it raises.

        Raises TimeoutError when time is up, and at once while *at_most* checks are late, or the system has no
        thread for another one.
        """
        future = self._shared(check)
        try:
            return future.result(self.seconds)
        finally:
            self._forget(future)

    def _shared(self, check: Callable[[], T]) -> Future[T]:
        with self._lock:
            if self._current is None:
                self._late = [future for future in self._late if not future.done()]
                if len(self._late) >= self.at_most:
                    raise TimeoutError("earlier checks are still going on")
                self._current = _begun(check)
            return self._current

    def _forget(self, future: Future[T]) -> None:
        """Let whoever asks next begin anew; a *future* without a result counts as late."""
        with self._lock:
            if self._current is future:
                self._current = None
                self._late.append(future)


def _begun(check: Callable[[], T]) -> Future[T]:
    future: Future[T] = Future()
    try:
        Thread(target=_fulfil, args=(future, check), daemon=True).start()
    except RuntimeError as error:
        raise TimeoutError(str(error)) from error
    return future


def _fulfil(future: Future[T], check: Callable[[], T]) -> None:
    try:
        future.set_result(check())
    except BaseException as error:  # noqa: BLE001 - whoever waits gets it
        future.set_exception(error)
