"""The pool of connections: who gets which one, and who waits."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.util.queue import Empty

from app.util.database.prompt_pool import PromptPool

MOST = 3


@pytest.fixture
def pool() -> Iterator[PromptPool]:
    """A pool of connections to nowhere, which are as good as any."""
    pool = PromptPool(
        lambda: sqlite3.connect(":memory:", check_same_thread=False),
        pool_size=MOST - 1,
        max_overflow=1,
        timeout=0.01,
    )
    yield pool
    pool.dispose()


def test_connection_that_was_used_last_is_the_next(pool: PromptPool):
    first, last = pool.connect(), pool.connect()
    wanted = last.dbapi_connection
    first.close()
    last.close()

    assert pool.connect().dbapi_connection is wanted


def test_there_are_never_more_than_were_allowed(pool: PromptPool):
    lent = [pool.connect() for _ in range(MOST)]

    with pytest.raises(PoolTimeoutError):
        pool.connect()
    assert pool.checkedout() == len(lent)


def test_whoever_waits_gets_what_another_gives_back(pool: PromptPool):
    pool._timeout = 60
    lent = [pool.connect() for _ in range(MOST)]
    with ThreadPoolExecutor(1) as thread:
        wanted = thread.submit(pool.connect)
        lent[0].close()

        assert wanted.result().dbapi_connection is not None


def test_many_at_once_share_what_there_is(pool: PromptPool):
    pool._timeout = 60
    used: set[int] = set()

    def use(_number: int) -> Any:
        connection = pool.connect()
        mine = id(connection.dbapi_connection)
        assert mine not in used, "one connection for two at once"
        used.add(mine)
        connection.execute("SELECT 1")
        used.remove(mine)
        connection.close()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(use, range(500)))

    assert pool.checkedout() == 0


@pytest.mark.parametrize("block", [True, False])
def test_connection_that_somebody_takes_while_another_looks_is_not_there(
    pool: PromptPool, monkeypatch: pytest.MonkeyPatch, block: bool
):
    looks = [False, True]  # it is there; the next time it is not
    idle = pool._pool
    monkeypatch.setattr(idle, "_empty", lambda: looks.pop(0) if looks else True)

    with pytest.raises(Empty):
        idle.get(block, timeout=0.001)


def test_it_says_what_it_does_to_sqlalchemys_log_and_not_to_ours(pool: PromptPool):
    assert pool.logger.name.startswith("sqlalchemy.pool")  # type: ignore[attr-defined]
