"""A cache of what a function returned before, at the least cost."""

from collections.abc import Callable, Hashable
from typing import TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class _Results(dict[K, V]):
    def __init__(self, function: Callable[[K], V], at_most: int) -> None:
        super().__init__()
        self.__wrapped__ = function
        self._at_most = at_most

    def __missing__(self, argument: K) -> V:
        if len(self) >= self._at_most:
            self.clear()
        result = self[argument] = self.__wrapped__(argument)
        return result


def remembered(at_most: int) -> Callable[[Callable[[K], V]], Callable[[K], V]]:
    """Let a function of one argument remember *at_most* results, and forget them all when there are more.

    ``functools.lru_cache``, which keeps them in the order of their use, takes twice the memory for each, and
    twice the time to find it.
    """
    return lambda function: _Results(function, at_most).__getitem__
