"""What wakes the supervisor: a signal may set it at any moment, and is never lost."""

import sys
from collections.abc import Callable
from types import FrameType, SimpleNamespace
from typing import Any

import pytest

from serve import Interruption

LINES = range(1, 12)


@pytest.fixture
def server() -> SimpleNamespace:
    return SimpleNamespace(interrupt_signal=False)


def interrupted(call: Callable[[], Any], handler: Callable[[], None], *, at: int) -> Any:
    """Return what *call* returns, which *handler* interrupts at its so many-th line, as a signal's does."""
    lines = 0

    def trace(frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal lines
        lines += event == "line"
        if event == "line" and lines == at:
            sys.settrace(None)
            handler()
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        return call()
    finally:
        sys.settrace(before)


def test_it_is_set_until_it_is_cleared(server: SimpleNamespace):
    event = Interruption(server)

    seen = [event.is_set(), event.wait(0)]
    event.set()
    event.set()
    seen += [event.is_set(), event.wait(), event.wait(0)]
    event.clear()
    seen += [event.is_set(), event.wait(0)]

    assert seen == [False, False, True, True, True, False, False]


@pytest.mark.parametrize("line", LINES)
def test_it_may_be_set_wherever_a_signal_interrupts_who_sets_it_or_waits(server: SimpleNamespace, line: int):
    event = Interruption(server)

    interrupted(event.set, event.set, at=line)

    assert interrupted(lambda: event.wait(10), event.set, at=line)


@pytest.mark.parametrize("line", LINES)
def test_signal_to_end_is_not_lost_while_a_dead_worker_is_dealt_with(server: SimpleNamespace, line: int):
    event = Interruption(server)
    event.set()

    def handler() -> None:
        server.interrupt_signal = True
        event.set()

    interrupted(event.clear, handler, at=line)
    if not server.interrupt_signal:  # it was over before
        handler()

    assert event.wait(0)
