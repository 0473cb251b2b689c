"""What wakes the supervisor: a signal may set it at any moment, and is never lost."""

import sys
from collections.abc import Callable
from threading import Thread
from types import FrameType
from typing import Any

import pytest

from serve import Interruption

LINES = range(1, 6)
PATIENCE = 20  # seconds


def ends(call: Callable[[], Any]) -> bool:
    """Tell whether *call* returns, instead of waiting for ever."""
    thread = Thread(target=call, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    return not thread.is_alive()


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


@pytest.mark.parametrize("line", LINES)
def test_it_may_be_set_wherever_a_signal_interrupts_who_sets_it(line: int):
    interruption = Interruption()

    assert ends(lambda: interrupted(interruption.set, interruption.set, at=line))

    assert ends(interruption.wait)


@pytest.mark.parametrize("line", LINES)
def test_it_may_be_set_wherever_a_signal_interrupts_who_waits(line: int):
    interruption = Interruption()
    interruption.set()

    assert ends(lambda: interrupted(interruption.wait, interruption.set, at=line))

    interruption.set()
    assert ends(interruption.wait)


def test_what_comes_while_a_reason_is_dealt_with_wakes_the_supervisor_again():
    interruption = Interruption()
    interruption.set()
    interruption.wait()

    interruption.set()
    interruption.clear()

    assert ends(interruption.wait)
