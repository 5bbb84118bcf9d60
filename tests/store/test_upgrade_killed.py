"""An upgrade that is killed anywhere: the file is of one version or of the next, and a new start goes on.

The real command in a process of its own, ended by SIGKILL; and a log of which a power loss has left a part.
"""

import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from bot.core.job import Job, State
from bot.opening import EX_UNAVAILABLE
from bot.store.database import connect, inspect
from bot.store.migrate import MIGRATIONS, apply_pending
from bot.store.numbered import Migration, migrations_in
from bot.store.sqlite import SqliteStore
from tests.builders import NOON
from tests.depth import TIMES
from tests.store.killed import Nursery, Where, nursery, passages
from tests.store.old import an_old_file

KNOWN: Final = migrations_in(MIGRATIONS)
LATEST: Final = len(KNOWN)
KILLED: Final = -9

# Steps of SQLite's machine at which a life ends, evenly spread over some thousands.
STEPS: Final = 10 * TIMES

# Bytes of a page in the log, halved; a header of 32 goes before all of them.
# https://www.sqlite.org/fileformat.html#walformat
HALF_A_FRAME: Final = (24 + 4096) // 2

Begin = Callable[[Path], Sequence[Job]]


def nothing_yet(_: Path) -> Sequence[Job]:
    return []


def an_old_one(path: Path) -> Sequence[Job]:
    return an_old_file(path, [*State] * 3)


def an_old_one_left_by_a_kill(path: Path) -> Sequence[Job]:
    """Write an old file whose last changes are in its log only."""
    first = path.with_name("first.db")
    jobs = an_old_file(first, [*State] * 3)
    with closing(sqlite3.connect(first)) as connection:
        connection.execute("UPDATE jobs SET shown = version")
        connection.commit()
        copy_of(first, path)
    assert path.with_name(f"{path.name}-wal").stat().st_size > 0
    return [replace(job, shown=job.version) for job in jobs]


@pytest.mark.parametrize("begin", [nothing_yet, an_old_one, an_old_one_left_by_a_kill])
async def test_an_upgrade_that_is_killed_anywhere_leaves_one_version_or_the_other(
    tmp_path: Path, begin: Begin
) -> None:
    before, path = tmp_path / "before.db", tmp_path / "zoetrope.db"
    jobs = begin(before)
    numbers = set[int]()
    with nursery(tmp_path) as lives:
        for where, number in every_point(lives, before, path):
            copy_of(before, path)
            assert lives.life(path, where, number) == KILLED

            numbers.add(number_of(path))
            await goes_on(path, jobs)

    assert numbers == set(range(inspect(before, KNOWN), LATEST + 1))


async def test_an_upgrade_that_is_killed_again_and_again_comes_to_its_end(tmp_path: Path) -> None:
    before, path = tmp_path / "before.db", tmp_path / "zoetrope.db"
    jobs = an_old_one_left_by_a_kill(before)
    with nursery(tmp_path) as lives:
        calls = [number for where, number in every_point(lives, before, path) if where is Where.CALL]
        copy_of(before, path)
        # Once the upgrade is done, a life has fewer calls to make.
        ends = [lives.life(path, Where.CALL, number) for number in calls]

    assert ends.count(KILLED) > len(calls) // 2
    assert set(ends) <= {KILLED, 0}
    await goes_on(path, jobs)


async def test_of_an_upgrades_log_any_part_may_be_lost(tmp_path: Path) -> None:
    before, done, path = (tmp_path / f"{name}.db" for name in ("before", "done", "zoetrope"))
    jobs = an_old_one(before)
    copy_of(before, done)
    with nursery(tmp_path) as lives:
        *_, (where, last) = (point for point in every_point(lives, before, path) if point[0] is Where.CALL)
        # The last two are around the closing, which takes the log in.
        assert lives.life(done, where, last - 1) == KILLED
    log = done.with_name("done.db-wal").read_bytes()

    numbers = list[int]()
    for length in range(32, len(log) + 1, HALF_A_FRAME):
        copy_of(done, path)
        path.with_name(f"{path.name}-wal").write_bytes(log[:length].ljust(len(log), b"\0"))
        numbers.append(number_of(path))
        await goes_on(path, jobs)

    assert numbers == sorted(numbers)
    assert set(numbers) == set(range(1, LATEST + 1))


def test_the_file_of_a_newer_version_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "zoetrope.db"
    later = [*KNOWN, Migration(LATEST + 1, "later", "CREATE TABLE later (word TEXT) STRICT;\n")]
    with closing(connect(path, later)) as connection:
        apply_pending(connection, later, NOON)
    content = path.read_bytes()

    with nursery(tmp_path) as lives:
        assert lives.life(path) == EX_UNAVAILABLE

    assert path.read_bytes() == content


def every_point(lives: Nursery, before: Path, path: Path) -> Iterator[tuple[Where, int]]:
    """Have one life come to its end, and return where another can die."""
    copy_of(before, path)
    assert lives.life(path) == 0
    passed = passages(path)
    for number in range(1, passed[Where.CALL] + 1):
        yield Where.CALL, number
    for number in range(1, passed[Where.STEP], max(1, passed[Where.STEP] // STEPS)):
        yield Where.STEP, number


def copy_of(before: Path, path: Path) -> None:
    """Put a database with its log in the place of another, or nothing where there is none."""
    for suffix in ("", "-wal", "-shm", "-journal", ".lock"):
        path.with_name(f"{path.name}{suffix}").unlink(missing_ok=True)
    for suffix in ("", "-wal"):
        if (part := before.with_name(f"{before.name}{suffix}")).exists():
            shutil.copy(part, path.with_name(f"{path.name}{suffix}"))


def number_of(path: Path) -> int:
    """Return the version of a sound file, which has the tables of just that version."""
    number = inspect(path, KNOWN)
    if number == 0:
        return 0
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert tables(connection) == tables_of(number)
    return number


@cache
def tables_of(number: int) -> Sequence[tuple[str, str]]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        apply_pending(connection, KNOWN[:number], NOON)
        return tables(connection)


def tables(connection: sqlite3.Connection) -> Sequence[tuple[str, str]]:
    found = connection.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name")
    return [(name, " ".join(text.split())) for name, text in found]


async def goes_on(path: Path, jobs: Sequence[Job]) -> None:
    """Start on the file, and find every job as it was."""
    async with SqliteStore.open(path, NOON) as store:
        assert [await store.get(job.id) for job in jobs] == jobs
        assert sum((await store.counts()).values()) == len(jobs)
    assert number_of(path) == LATEST
