"""What waits is committed together, and still each caller has a transaction of its own."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.core.errors import MemberError, Problem, StoreUnusable
from bot.store.batch import Transaction
from bot.store.writer import LARGEST_BATCH, Writer
from tests.store.words import a_writer, put, words, words_in


def putting(word: str) -> Callable[[Transaction], str]:
    return lambda transaction: put(transaction, word)


def refusing(word: str) -> Callable[[Transaction], str]:
    def work(transaction: Transaction) -> str:
        put(transaction, word)
        raise MemberError(Problem.QUOTA_DAILY)

    return work


class Doorkeeper:
    """Holds the database's thread inside a transaction until it may go on."""

    def __init__(self) -> None:
        self._inside, self._open = threading.Event(), threading.Event()

    def work(self, transaction: Transaction) -> str:
        put(transaction, "doorkeeper")
        self._inside.set()
        assert self._open.wait(10)
        return "doorkeeper"

    async def is_inside(self) -> None:
        assert await asyncio.to_thread(self._inside.wait, 10)

    def open(self) -> None:
        self._open.set()


async def test_what_waits_while_a_batch_runs_is_committed_together(tmp_path: Path) -> None:
    trace: list[str] = []
    door = Doorkeeper()
    async with a_writer(tmp_path / "a.db", trace) as writer:
        first = asyncio.create_task(writer.write(door.work))
        await door.is_inside()
        others = [asyncio.create_task(writer.write(putting(f"{n:03}"))) for n in range(100)]
        await asyncio.sleep(0)
        door.open()
        await asyncio.gather(first, *others)

        assert len(await writer.read(words)) == 101

    assert trace.count("COMMIT") == 2
    assert trace.count("BEGIN IMMEDIATE") == 2


async def test_a_batch_is_bounded(tmp_path: Path) -> None:
    trace: list[str] = []
    async with a_writer(tmp_path / "a.db", trace) as writer:
        await asyncio.gather(*(writer.write(putting(str(n))) for n in range(LARGEST_BATCH + 1)))

    assert trace.count("COMMIT") == 2


async def test_a_callers_error_is_its_own(tmp_path: Path) -> None:
    async with a_writer(tmp_path / "a.db") as writer:
        outcomes = await asyncio.gather(
            writer.write(putting("first")),
            writer.write(refusing("refused")),
            writer.write(putting("first")),
            writer.write(putting("last")),
            return_exceptions=True,
        )

        assert await writer.read(words) == ["first", "last"]

    assert outcomes[0] == "first"
    assert isinstance(outcomes[1], MemberError)
    assert isinstance(outcomes[2], sqlite3.IntegrityError)
    assert outcomes[3] == "last"


async def test_nobody_is_answered_before_the_commit(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    seen: list[tuple[str, bool]] = []

    async def caller(word: str) -> None:
        await writer.write(putting(word))
        seen.append((word, word in words_in(path)))

    async with a_writer(path) as writer:
        await asyncio.gather(*(caller(str(n)) for n in range(10)))

    assert seen
    assert all(durable for _, durable in seen)


async def test_calls_after_the_commit_run_in_the_loop_before_the_caller_goes_on(tmp_path: Path) -> None:
    heard: list[str] = []

    def announce(name: str, work: Callable[[Transaction], str]) -> Callable[[Transaction], str]:
        def announced(transaction: Transaction) -> str:
            transaction.after_commit(lambda: heard.append(f"{name} in {threading.current_thread().name}"))
            return work(transaction)

        return announced

    async with a_writer(tmp_path / "a.db") as writer:
        await writer.write(announce("done", putting("done")))
        with pytest.raises(MemberError):
            await writer.write(announce("refused", refusing("refused")))

    assert heard == [f"done in {threading.current_thread().name}"]


async def test_reads_see_every_write_that_was_answered_and_write_nothing(tmp_path: Path) -> None:
    trace: list[str] = []
    async with a_writer(tmp_path / "a.db", trace) as writer:
        await writer.write(putting("written"))
        trace.clear()

        looks = await asyncio.gather(*(writer.read(words) for _ in range(1000)))

    assert all(look == ["written"] for look in looks)
    assert "BEGIN IMMEDIATE" not in trace
    assert "COMMIT" not in trace


async def test_a_read_that_fails_fails_alone(tmp_path: Path) -> None:
    async with a_writer(tmp_path / "a.db") as writer:
        outcomes = await asyncio.gather(
            writer.read(lambda connection: connection.execute("SELECT * FROM nowhere").fetchall()),
            writer.read(words),
            return_exceptions=True,
        )

    assert isinstance(outcomes[0], sqlite3.OperationalError)
    assert outcomes[1] == []


async def test_a_caller_that_leaves_before_its_turn_has_done_nothing(tmp_path: Path) -> None:
    door = Doorkeeper()
    async with a_writer(tmp_path / "a.db") as writer:
        first = asyncio.create_task(writer.write(door.work))
        await door.is_inside()
        leaver = asyncio.create_task(writer.write(putting("leaver")))
        await asyncio.sleep(0)
        leaver.cancel()
        door.open()
        await first

        assert await writer.read(words) == ["doorkeeper"]


async def test_a_caller_that_leaves_in_its_turn_has_done_all_of_it(tmp_path: Path) -> None:
    door = Doorkeeper()
    heard: list[str] = []

    def work(transaction: Transaction) -> str:
        transaction.after_commit(lambda: heard.append("committed"))
        return door.work(transaction)

    async with a_writer(tmp_path / "a.db") as writer:
        leaver = asyncio.create_task(writer.write(work))
        await door.is_inside()
        leaver.cancel()
        door.open()
        with pytest.raises(asyncio.CancelledError):
            await leaver

        assert await writer.read(words) == ["doorkeeper"]
    assert heard == ["committed"]


async def test_cancelling_at_any_step_tears_nothing(tmp_path: Path) -> None:
    cancelled = 0

    async def twice(writer: Writer, n: int) -> None:
        await writer.write(lambda transaction: (put(transaction, f"{n} a"), put(transaction, f"{n} b")))

    async with a_writer(tmp_path / "a.db") as writer:
        for n in range(60):
            caller = asyncio.create_task(twice(writer, n))
            bystander = asyncio.create_task(writer.write(putting(f"{n} bystander")))
            for _ in range(n % 12):
                await asyncio.sleep(0)
            cancelled += caller.cancel()
            await asyncio.gather(caller, return_exceptions=True)
            assert await bystander == f"{n} bystander"
        found = set(await writer.read(words))

    assert cancelled
    for n in range(60):
        assert (f"{n} a" in found) == (f"{n} b" in found)
        assert f"{n} bystander" in found


async def test_what_waits_at_the_end_is_finished(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    async with a_writer(path) as writer:
        waiting = [asyncio.create_task(writer.write(putting(str(n)))) for n in range(700)]
        await asyncio.sleep(0)

    await asyncio.gather(*waiting)
    assert len(words_in(path)) == 700
    with pytest.raises(StoreUnusable, match="closed"):
        await writer.write(putting("too late"))


async def test_nobody_waits_for_ever_when_the_loop_is_torn_down(tmp_path: Path) -> None:
    async with a_writer(tmp_path / "a.db") as writer:
        for task in asyncio.all_tasks():
            if task.get_name() == "store":
                task.cancel()
        with pytest.raises((StoreUnusable, asyncio.CancelledError)):
            await asyncio.wait_for(writer.write(putting("lost")), 5)
        with pytest.raises(StoreUnusable):
            await asyncio.wait_for(writer.write(putting("lost")), 5)
