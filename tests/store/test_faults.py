"""Disks that are full or broken, files that are locked, processes that are killed: real ones, no mocks."""

import asyncio
import resource
import sqlite3
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bot.core.errors import PassingError, Problem, StoreUnusable
from bot.store.batch import Transaction
from tests.store.words import a_writer, put, words, words_in

ROOT = Path(__file__).parents[2]


def limit_pages(transaction: Transaction, pages: int) -> None:
    transaction.connection.execute(f"PRAGMA max_page_count = {pages}")


async def test_a_full_disk_refuses_and_works_again_once_there_is_room(tmp_path: Path) -> None:
    async with a_writer(tmp_path / "a.db") as writer:
        await writer.write(lambda here: put(here, "before"))
        await writer.write(lambda here: limit_pages(here, 10))
        with pytest.raises(PassingError) as refusal:
            await writer.write(lambda here: put(here, "x" * 100_000))
        assert await writer.read(words) == ["before"]

        await writer.write(lambda here: limit_pages(here, 10_000))
        await writer.write(lambda here: put(here, "after"))

    assert refusal.value.reason.problem is Problem.STORE_BUSY
    assert words_in(tmp_path / "a.db") == ["after", "before"]


async def test_a_full_disk_refuses_the_whole_batch(tmp_path: Path) -> None:
    async with a_writer(tmp_path / "a.db") as writer:
        await writer.write(lambda here: limit_pages(here, 10))
        outcomes = await asyncio.gather(
            writer.write(lambda here: put(here, "small")),
            writer.write(lambda here: put(here, "x" * 100_000)),
            return_exceptions=True,
        )
        assert await writer.read(words) == []

    assert all(isinstance(outcome, PassingError) for outcome in outcomes)


@contextmanager
def no_file_grows_beyond(size: int) -> Generator[None]:
    """Let the kernel refuse writes, which SQLite sees as an I/O error (Python ignores SIGXFSZ)."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_commit_that_fails_is_unknown_to_everybody_and_ends_the_store(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    async with a_writer(path) as writer:
        await writer.write(lambda here: put(here, "durable"))
        size = path.with_name("a.db-wal").stat().st_size
        with no_file_grows_beyond(size + 3000):
            outcomes = await asyncio.gather(
                *(writer.write(lambda here, n=n: put(here, f"{n}" * 3000)) for n in range(3)),
                return_exceptions=True,
            )
        assert all(isinstance(outcome, StoreUnusable) for outcome in outcomes)
        assert "COMMIT" in str(outcomes[0])

        reason = await asyncio.wait_for(writer.broken(), 5)
        with pytest.raises(StoreUnusable):
            await writer.write(lambda here: put(here, "afterwards"))
        with pytest.raises(StoreUnusable):
            await writer.read(words)

    assert "COMMIT" in str(reason)
    assert words_in(path) == ["durable"]


async def test_a_commit_that_the_database_refuses_ends_the_store(tmp_path: Path) -> None:
    def orphan(transaction: Transaction) -> None:
        transaction.connection.execute(
            "CREATE TABLE children (word REFERENCES words (word) DEFERRABLE INITIALLY DEFERRED)"
        )
        transaction.connection.execute("INSERT INTO children VALUES ('nobody')")

    async with a_writer(tmp_path / "a.db") as writer:
        outcomes = await asyncio.gather(
            writer.write(orphan), writer.write(lambda here: put(here, "beside")), return_exceptions=True
        )
        await asyncio.wait_for(writer.broken(), 5)

    assert [type(outcome) for outcome in outcomes] == [StoreUnusable, StoreUnusable]
    assert words_in(tmp_path / "a.db") == []


async def test_calls_after_a_failed_commit_are_not_made(tmp_path: Path) -> None:
    heard: list[str] = []

    def work(transaction: Transaction) -> None:
        transaction.after_commit(lambda: heard.append("committed"))
        put(transaction, "x" * 100_000)

    async with a_writer(tmp_path / "a.db") as writer:
        await writer.write(lambda here: limit_pages(here, 10))
        with pytest.raises(PassingError):
            await writer.write(work)

    assert heard == []


@contextmanager
def another_writer(path: Path, until: threading.Event) -> Generator[None]:
    """Hold the database's write lock, from another connection, until told otherwise or the context ends."""
    is_held = threading.Event()

    def hold() -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            is_held.set()
            until.wait(20)

    thread = threading.Thread(target=hold)
    thread.start()
    assert is_held.wait(10)
    try:
        yield
    finally:
        until.set()
        thread.join()


async def test_a_database_locked_for_a_moment_makes_writers_wait(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    released = threading.Event()
    async with a_writer(path) as writer:
        with another_writer(path, released):
            asyncio.get_running_loop().call_later(0.7, released.set)
            start = time.monotonic()
            assert await writer.write(lambda here: put(here, "patient")) == "patient"

    assert time.monotonic() - start >= 0.6
    assert words_in(path) == ["patient"]


async def test_a_database_locked_for_long_refuses_in_time_whoever_comes_when(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    took: list[float] = []

    async def caller(word: str) -> None:
        start = time.monotonic()
        with pytest.raises(PassingError):
            await writer.write(lambda here: put(here, word))
        took.append(time.monotonic() - start)

    async with a_writer(path) as writer:
        await writer.write(lambda here: put(here, "before"))
        with another_writer(path, threading.Event()):
            first = asyncio.create_task(caller("first"))
            await asyncio.sleep(0.5)
            second = asyncio.create_task(caller("second"))
            await asyncio.sleep(0)
            assert await asyncio.wait_for(writer.read(words), 3) == ["before"]
            await asyncio.gather(first, second)
        assert await writer.write(lambda here: put(here, "later")) == "later"

    assert len(took) == 2
    assert max(took) < 3
    assert words_in(path) == ["before", "later"]


async def test_whoever_reads_before_they_write_is_refused_in_time_behind_a_lock_as_well(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.db"
    async with a_writer(path) as writer:
        await writer.write(lambda here: put(here, "before"))
        with another_writer(path, threading.Event()):
            first = asyncio.create_task(writer.write(lambda here: put(here, "first")))
            await asyncio.sleep(0)
            start = time.monotonic()
            assert await writer.read(words) == ["before"]
            with pytest.raises(PassingError):
                await writer.write(lambda here: put(here, "second"))
            took = time.monotonic() - start
            with pytest.raises(PassingError):
                await first
        # Whoever comes later waits for a lock as long as the first.
        assert await writer.write(lambda here: put(here, "later")) == "later"
        with another_writer(path, released := threading.Event()):
            asyncio.get_running_loop().call_later(0.7, released.set)
            assert await writer.write(lambda here: put(here, "patient")) == "patient"

    assert took < 3
    assert words_in(path) == ["before", "later", "patient"]


KILLED = """
    import asyncio, os, signal, sys
    from pathlib import Path
    from tests.store.words import a_writer, put

    async def main():
        committed = 0
        async with a_writer(Path(sys.argv[1])) as writer:

            def pair(n):
                def work(here):
                    put(here, f"{n} a")
                    if n == int(sys.argv[2]):
                        os.kill(os.getpid(), signal.SIGKILL)
                    put(here, f"{n} b")
                return work

            async def caller(start):
                for n in range(start, 10_000, 20):
                    await writer.write(pair(n))
                    print(n, flush=True)

            await asyncio.gather(*(caller(start) for start in range(20)))

    asyncio.run(main())
"""


@pytest.mark.parametrize("point", [3, 207, 411])
def test_a_kill_in_the_middle_of_a_batch_leaves_whole_transactions_only(tmp_path: Path, point: int) -> None:
    path = tmp_path / "a.db"

    killed = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(KILLED), str(path), str(point)],
        cwd=ROOT,
        capture_output=True,
        timeout=60,
        check=False,
    )

    assert killed.returncode == -9, killed.stderr
    found = set(words_in(path))
    answered = [int(n) for n in killed.stdout.split()]
    assert (point < 20) == (not answered)
    assert all({f"{n} a", f"{n} b"} <= found for n in answered)
    assert f"{point} a" not in found
    assert {word[:-2] for word in found if word.endswith("a")} == {
        word[:-2] for word in found if word.endswith("b")
    }
