"""The threads in which requests are answered: few at once, more while those wait, and in order."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from math import isnan, nan
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Thread, get_ident
from types import SimpleNamespace

import pytest

from app.util.server import concurrency, thread_pool
from app.util.server.concurrency import FEW, Concurrency
from app.util.server.thread_pool import ThreadPool

CALLS = 6
PATIENCE = 20  # seconds


class Doorway:
    """A function whose calls begin, are told of, and wait until they are let through."""

    def __init__(self) -> None:
        self.begun: SimpleQueue[int] = SimpleQueue()
        self._doors = [Event() for _ in range(CALLS)]

    def __call__(self, number: int) -> int:
        self.begun.put(number)
        assert self._doors[number].wait(PATIENCE)
        return number * number

    def let_through(self, *numbers: int) -> None:
        for number in numbers:
            self._doors[number].set()

    async def next_begun(self) -> int:
        return await asyncio.to_thread(self.begun.get, timeout=PATIENCE)


@contextmanager
def pool_of(function: Callable[[int], int], threads: int) -> Iterator[ThreadPool[int, int]]:
    pool = ThreadPool(function, threads=threads)
    yield pool
    pool.end()


def calls_of(pool: ThreadPool[int, int], count: int = CALLS) -> list[Awaitable[int]]:
    return [asyncio.ensure_future(pool.run(number)) for number in range(count)]


@pytest.fixture
def nobody_takes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long a call takes, and however little this process does, no thread counts as one that waits."""
    monkeypatch.setattr(concurrency, "LONG", float("inf"))
    monkeypatch.setattr(concurrency, "IDLE", -1.0)
    monkeypatch.setattr(concurrency, "CALM", -1.0)


@pytest.fixture
def doorway() -> Doorway:
    return Doorway()


def test_each_call_gets_its_own_answer() -> None:
    async def answers() -> list[int]:
        return await asyncio.gather(*calls_of(pool))

    with pool_of(lambda number: number * number, threads=3) as pool:
        assert asyncio.run(answers()) == [number * number for number in range(CALLS)]


@pytest.mark.parametrize("kind", [Exception, BaseException])
def test_who_asks_gets_the_error_and_the_pool_goes_on(kind: type[BaseException]) -> None:
    def fail_first(number: int) -> int:
        if number == 0:
            raise kind
        return number

    async def ask() -> int:
        first, second = calls_of(pool, 2)
        with pytest.raises(kind):
            await asyncio.wait_for(first, PATIENCE)
        return await asyncio.wait_for(second, PATIENCE)

    with pool_of(fail_first, threads=1) as pool:
        assert asyncio.run(ask()) == 1


def test_calls_wait_for_a_thread_that_the_system_does_not_give_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    refusals = [RuntimeError("can't start new thread")] * 2

    class ScarceThread(Thread):
        def start(self) -> None:
            if refusals:
                raise refusals.pop()
            super().start()

    async def answers() -> list[int]:
        return await asyncio.wait_for(asyncio.gather(*calls_of(pool)), PATIENCE)

    monkeypatch.setattr(thread_pool, "Thread", ScarceThread)
    with pool_of(lambda number: number * number, threads=3) as pool:
        assert asyncio.run(answers()) == [number * number for number in range(CALLS)]
    assert refusals == []


def test_call_that_nobody_waits_for_any_more_is_not_made(doorway: Doorway) -> None:
    async def give_up() -> list[int]:
        first, given_up, last = [asyncio.ensure_future(call) for call in calls_of(pool, 3)]
        assert await doorway.next_begun() == 0
        given_up.cancel()
        doorway.let_through(0, 1, 2)
        return await asyncio.gather(first, last)

    with pool_of(doorway, threads=1) as pool:
        assert asyncio.run(give_up()) == [0, 4]
    assert doorway.begun.get_nowait() == 2
    assert doorway.begun.empty()


@pytest.mark.usefixtures("nobody_takes_long")
def test_few_calls_run_at_once_and_others_follow_in_order(doorway: Doorway) -> None:
    async def follow() -> None:
        calls = calls_of(pool)
        assert {await doorway.next_begun() for _ in range(FEW)} == set(range(FEW))
        assert doorway.begun.empty()
        for number in range(CALLS - FEW):
            doorway.let_through(number)
            assert await doorway.next_begun() == number + FEW
            assert doorway.begun.empty()
        doorway.let_through(*range(CALLS))
        await asyncio.gather(*calls)

    with pool_of(doorway, threads=CALLS) as pool:
        asyncio.run(follow())


def test_beside_calls_that_take_long_others_run_up_to_the_number_of_threads(
    doorway: Doorway, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def crowd() -> None:
        calls = calls_of(pool)
        assert {await doorway.next_begun() for _ in range(CALLS - 1)} == set(range(CALLS - 1))
        assert doorway.begun.empty()
        doorway.let_through(*range(CALLS))
        await asyncio.gather(*calls)

    monkeypatch.setattr(concurrency, "IDLE", -1.0)
    monkeypatch.setattr(concurrency, "CALM", -1.0)
    with pool_of(doorway, threads=CALLS - 1) as pool:
        asyncio.run(crowd())


def test_while_the_process_has_nothing_to_do_more_calls_run(
    doorway: Doorway, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def crowd() -> None:
        calls = calls_of(pool)
        assert {await doorway.next_begun() for _ in range(CALLS)} == set(range(CALLS))
        doorway.let_through(*range(CALLS))
        await asyncio.gather(*calls)

    monkeypatch.setattr(concurrency, "LONG", float("inf"))
    with pool_of(doorway, threads=CALLS) as pool:
        asyncio.run(crowd())


@pytest.mark.parametrize(("waited", "calls"), [(0.9, FEW), (0.0, CALLS), (nan, FEW)])
def test_calls_that_wait_make_room_for_others_where_processors_are_to_be_had(
    monkeypatch: pytest.MonkeyPatch, waited: float, calls: int
) -> None:
    clock = SimpleNamespace(monotonic=lambda: now, process_time=lambda: now / 2)
    monkeypatch.setattr(concurrency, "time", clock)
    monkeypatch.setattr(Concurrency, "_pressure", lambda _self: now * waited)
    now = 0.0
    allowed = Concurrency(CALLS)

    for _ in range(CALLS):
        now += 1
        allowed.look()

    assert allowed.allows(calls)
    assert not allowed.allows(calls + 1)


def test_pressure_is_what_the_system_tells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "cpu"
    file.write_text("some avg10=0.10 avg60=11.71 avg300=25.12 total=3410059\nfull avg10=0.00 total=0\n")
    monkeypatch.setattr(concurrency, "PRESSURE", str(file))

    assert Concurrency(CALLS)._pressure() == 3.410059


@pytest.mark.parametrize("name", ["missing", "."], ids=["not there", "not to be read"])
def test_pressure_is_no_number_where_the_system_tells_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(concurrency, "PRESSURE", str(tmp_path / name))

    assert isnan(Concurrency(CALLS)._pressure())


def test_a_process_that_is_busy_again_goes_back_to_few(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SimpleNamespace(monotonic=lambda: now, process_time=lambda: worked)
    monkeypatch.setattr(concurrency, "time", clock)
    monkeypatch.setattr(Concurrency, "_pressure", lambda _self: 0.0)
    now = worked = 0.0
    allowed = Concurrency(CALLS)

    for _ in range(CALLS):
        now += 1
        allowed.look()
    assert allowed.allows(CALLS)

    for _ in range(CALLS):
        now, worked = now + 1, worked + 0.9
        allowed.look()
    assert allowed.allows(FEW)
    assert not allowed.allows(FEW + 1)


def test_one_call_after_the_other_needs_one_thread() -> None:
    async def ask() -> set[int]:
        return {await pool.run(number) for number in range(CALLS)}

    with pool_of(lambda _: get_ident(), threads=CALLS) as pool:
        assert len(asyncio.run(ask())) == 1


def test_whoever_gives_a_call_up_disturbs_nobody(doorway: Doorway) -> None:
    async def give_up() -> int:
        given_up, other = (asyncio.ensure_future(pool.run(number)) for number in (0, 2))
        await doorway.next_begun()
        given_up.cancel()
        doorway.let_through(0, 2)
        return await other

    with pool_of(doorway, threads=1) as pool:
        assert asyncio.run(give_up()) == 4


def test_the_end_waits_for_the_calls_that_run(doorway: Doorway) -> None:
    async def leave() -> list[Awaitable[int]]:
        calls = calls_of(pool, 1)
        await doorway.next_begun()
        return calls

    pool = ThreadPool(doorway, threads=1)
    asyncio.run(leave())
    end = Thread(target=pool.end)
    end.start()
    end.join(0.1)
    has_waited = end.is_alive()
    doorway.let_through(0)
    end.join(PATIENCE)

    assert has_waited
    assert not end.is_alive()
