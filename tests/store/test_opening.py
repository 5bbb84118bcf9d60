"""Files that cannot be used: one sentence each, and not a byte of them changed."""

import asyncio
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bot.core.errors import StoreUnusable
from bot.core.job import State
from bot.store.sqlite import SqliteStore, migrate, pending
from tests.builders import NOON, a_stored_job

ROOT = Path(__file__).parents[2]


async def is_refused(path: Path, *hints: str) -> None:
    """Expect one sentence with every hint in it, and the file as it was."""
    before = content_of(path)
    with pytest.raises(StoreUnusable) as refusal:
        await opened(path)
    sentence = str(refusal.value)
    assert str(path) in sentence
    assert "\n" not in sentence
    for hint in hints:
        assert hint in sentence
    assert content_of(path) == before


async def opened(path: Path) -> None:
    async with SqliteStore.open(path, NOON):
        pass


def content_of(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def files_in(directory: Path) -> set[str]:
    return {path.name for path in directory.iterdir()}


async def a_database(path: Path) -> None:
    async with SqliteStore.open(path, NOON) as store:
        for state in State:
            await a_stored_job(store, state)


async def test_what_was_written_is_there_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "zoetrope.db"
    async with SqliteStore.open(path, NOON) as store:
        job = await a_stored_job(store, State.RUNNING)

    async with SqliteStore.open(path, NOON) as store:
        assert await store.get(job.id) == job


@pytest.mark.parametrize("name", ["with space.db", "what?mode=ro.db", "50%23#.db"])
async def test_any_name_is_taken_as_it_is(tmp_path: Path, name: str) -> None:
    await a_database(tmp_path / name)

    assert files_in(tmp_path) == {name, f"{name}.lock"}


async def test_an_empty_file_becomes_a_database(tmp_path: Path) -> None:
    path = tmp_path / "zoetrope.db"
    path.touch()

    await a_database(path)

    assert pending(path) == 0


HOLDER = """
    import asyncio, sys
    from pathlib import Path
    from bot.store.sqlite import SqliteStore
    from tests.builders import NOON

    async def main():
        async with SqliteStore.open(Path(sys.argv[1]), NOON):
            print("open", flush=True)
            await asyncio.to_thread(sys.stdin.read)

    asyncio.run(main())
"""


@contextmanager
def another_process(path: Path) -> Generator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", textwrap.dedent(HOLDER), str(path)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        yield process


async def test_a_second_process_leaves_at_once_and_names_the_first(tmp_path: Path) -> None:
    path = tmp_path / "zoetrope.db"
    with another_process(path) as first:
        await is_refused(path, f"process {first.pid}")
        with pytest.raises(StoreUnusable, match=str(first.pid)):
            migrate(path, NOON)


async def test_another_name_of_the_same_file_is_no_way_round(tmp_path: Path) -> None:
    path, link = tmp_path / "zoetrope.db", tmp_path / "link.db"
    link.symlink_to(path)
    async with SqliteStore.open(path, NOON):
        with pytest.raises(StoreUnusable, match=f"process {os.getpid()}"):
            await opened(link)


async def test_a_killed_process_leaves_no_lock_behind(tmp_path: Path) -> None:
    path = tmp_path / "zoetrope.db"
    with another_process(path) as first:
        first.send_signal(signal.SIGKILL)

    await a_database(path)


async def test_a_directory_is_no_database(tmp_path: Path) -> None:
    await is_refused(tmp_path, "is a directory")


async def test_a_missing_directory_is_named_and_not_made(tmp_path: Path) -> None:
    await is_refused(tmp_path / "data" / "zoetrope.db", str(tmp_path / "data"), "does not exist")

    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("content", [b"x", b"hello, world\n" * 1000, b"SQLite format 3\x00" + b"\xff" * 5000])
async def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "zoetrope.db"
    path.write_bytes(content)

    await is_refused(path, "not a database")


async def test_a_damaged_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "zoetrope.db"
    await a_database(path)
    content = bytearray(path.read_bytes())
    content[8192 : 8192 + 4096] = os.urandom(4096)
    path.write_bytes(content)

    await is_refused(path, "damaged")


async def test_a_database_that_was_cut_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "zoetrope.db"
    await a_database(path)
    path.write_bytes(path.read_bytes()[:-8192])

    await is_refused(path, "damaged")


@pytest.mark.parametrize("journal", ["wal", "delete"])
async def test_a_database_of_another_program_is_left_alone(tmp_path: Path, journal: str) -> None:
    path = tmp_path / "zoetrope.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA journal_mode = {journal}")
        connection.execute("CREATE TABLE jobs (id TEXT)")
        connection.commit()

    await is_refused(path, "another program")


async def test_a_database_of_a_newer_zoetrope_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "zoetrope.db"
    await a_database(path)
    with closing(sqlite3.connect(path)) as connection:
        (latest,) = connection.execute("SELECT max(number) FROM migrations").fetchone()
        later = [(latest + 1, "later"), (latest + 2, "much_later")]
        connection.executemany("INSERT INTO migrations VALUES (?, ?, 'abc', 0)", later)
        connection.commit()

    await is_refused(path, "newer")
    with pytest.raises(StoreUnusable, match="newer"):
        pending(path)


async def test_a_log_without_its_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "zoetrope.db"
    log = path.with_name("zoetrope.db-wal")
    log.write_bytes(b"what was committed last")

    await is_refused(path, "missing", log.name)

    assert log.read_bytes() == b"what was committed last"
    assert not path.exists()


@contextmanager
def an_ordinary_user() -> Generator[Path]:
    """A directory of one's own, and not the rights of root, whom no file mode stops."""
    directory = Path(tempfile.mkdtemp(prefix="zoetrope-"))
    nobody = 65534
    is_root = os.geteuid() == 0
    if is_root:
        os.chown(directory, nobody, nobody)
        os.seteuid(nobody)
    try:
        yield directory
    finally:
        if is_root:
            os.seteuid(0)
        directory.chmod(0o700)
        shutil.rmtree(directory)


async def test_a_file_that_may_not_be_written_is_left_alone() -> None:
    with an_ordinary_user() as directory:
        path = directory / "zoetrope.db"
        await a_database(path)
        path.chmod(0o400)

        await is_refused(path, "cannot be written")


async def test_a_file_that_may_not_be_read_is_left_alone() -> None:
    with an_ordinary_user() as directory:
        path = directory / "zoetrope.db"
        await a_database(path)
        size = path.stat().st_size
        path.chmod(0o000)

        with pytest.raises(StoreUnusable, match="cannot be"):
            await opened(path)
        assert path.stat().st_size == size


async def test_a_directory_that_may_not_be_written_is_named() -> None:
    with an_ordinary_user() as directory:
        directory.chmod(0o500)

        await is_refused(directory / "zoetrope.db", "cannot be written")

        assert files_in(directory) == set()


BIRTHS = """
    import itertools, os, signal, sqlite3, sys
    from pathlib import Path
    from bot.store.sqlite import migrate
    from tests.builders import NOON

    real, left = sqlite3.connect, 0

    def count(statement):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def connect(*arguments, **options):
        connection = real(*arguments, **options)
        connection.set_trace_callback(count)
        return connection

    sqlite3.connect = connect
    for left in itertools.count(1):
        child = os.fork()
        if child == 0:
            migrate(Path(sys.argv[1]) / f"{left}.db", NOON)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print(status, flush=True)
        if status != signal.SIGKILL:
            break
"""


def test_a_kill_at_any_statement_of_its_birth_leaves_a_file_that_can_be_used(tmp_path: Path) -> None:
    command = [sys.executable, "-c", textwrap.dedent(BIRTHS), str(tmp_path)]
    births = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, timeout=60, check=True).stdout.split()

    assert len(births) > 15
    assert set(births[:-1]) == {b"9"}
    assert births[-1] == b"0"
    for number in range(1, len(births) + 1):
        asyncio.run(a_database(tmp_path / f"{number}.db"))
