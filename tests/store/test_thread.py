"""The one private thing that the store uses of aiosqlite; an upgrade that changes it fails here first."""

import asyncio
import sqlite3
import threading
from pathlib import Path

import pytest

from bot.store.thread import database_thread


async def test_a_function_runs_whole_in_the_connections_own_thread(tmp_path: Path) -> None:
    steps: list[str] = []

    def work(connection: sqlite3.Connection) -> str:
        steps.append("begin")
        (answer,) = connection.execute("SELECT 'yes'").fetchone()
        steps.append("end")
        return f"{answer} from {threading.current_thread().name}"

    async with database_thread(lambda: sqlite3.connect(tmp_path / "a.db")) as thread:
        first, second = await asyncio.gather(thread.run(work), thread.run(work))

    assert first == second
    assert first.startswith("yes")
    assert threading.current_thread().name not in first
    assert steps == ["begin", "end"] * 2


async def test_a_function_that_was_sent_runs_to_its_end_without_its_caller(tmp_path: Path) -> None:
    is_inside, may_go_on = threading.Event(), threading.Event()

    def work(connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TABLE made (it)")
        is_inside.set()
        assert may_go_on.wait(10)
        connection.execute("INSERT INTO made VALUES (1)")
        connection.commit()

    async with database_thread(lambda: sqlite3.connect(tmp_path / "a.db")) as thread:
        caller = asyncio.create_task(thread.run(work))
        assert await asyncio.to_thread(is_inside.wait, 10)
        caller.cancel()
        with pytest.raises(asyncio.CancelledError):
            await caller
        may_go_on.set()
        count = await thread.run(
            lambda connection: connection.execute("SELECT count(*) FROM made").fetchone()
        )

    assert tuple(count) == (1,)


async def test_an_error_reaches_the_caller_as_it_is(tmp_path: Path) -> None:
    async with database_thread(lambda: sqlite3.connect(tmp_path / "a.db")) as thread:
        with pytest.raises(sqlite3.OperationalError, match="no such table"):
            await thread.run(lambda connection: connection.execute("SELECT * FROM nowhere"))


async def test_a_connection_that_cannot_be_opened_leaves_no_thread(tmp_path: Path) -> None:
    before = set(threading.enumerate())

    with pytest.raises(sqlite3.OperationalError):
        async with database_thread(lambda: sqlite3.connect(tmp_path / "nowhere" / "a.db")):
            pass

    for thread in set(threading.enumerate()) - before:
        await asyncio.to_thread(thread.join, 10)
        assert not thread.is_alive()
