"""A look from outside: the same sentences as opening, beside a bot that runs, and nothing changed or made."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.core.errors import StoreUnusable
from bot.core.job import State
from bot.store.look import look
from bot.store.migrate import MIGRATIONS
from bot.store.numbered import migrations_in
from bot.store.sqlite import SqliteStore
from tests.builders import NOON, a_stored_job
from tests.store.old import an_old_file
from tests.store.test_opening import another_process

ALL = len(migrations_in(MIGRATIONS))


def files_in(directory: Path) -> set[str]:
    return {path.name for path in directory.iterdir()}


async def test_a_file_that_is_not_there_is_looked_at_and_not_made(tmp_path: Path) -> None:
    seen = look(tmp_path / "zoetrope.db", 9)

    assert (seen.applied, seen.pending, seen.holder, seen.in_doubt) == (0, ALL, None, ())
    assert files_in(tmp_path) == set()


async def test_a_file_without_tables_is_not_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "zoetrope.db"
    path.touch()

    assert (look(path, 9).applied, look(path, 9).pending) == (0, ALL)
    assert path.stat().st_size == 0


async def test_jobs_in_doubt_are_seen_while_the_store_is_open(tmp_path: Path) -> None:
    path = tmp_path / "zoetrope.db"
    async with SqliteStore.open(path, NOON) as store:
        jobs = [await a_stored_job(store, State.UNKNOWN) for _ in range(3)]
        await a_stored_job(store, State.RUNNING)
        beside = look(path, 9)
    after = look(path, 2)

    assert beside.holder is not None
    assert {doubt.id for doubt in beside.in_doubt} == {job.id for job in jobs}
    assert {(doubt.owner_id, doubt.since, doubt.command) for doubt in beside.in_doubt} == {
        (jobs[0].owner_id, NOON, "seedance-pro")
    }
    assert (after.holder, len(after.in_doubt), after.pending) == (None, 2, 0)


def test_a_file_of_the_first_version_answers_and_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "zoetrope.db"
    (doubtful,) = an_old_file(path, [State.UNKNOWN])
    before = path.read_bytes()

    seen = look(path, 9)

    assert (seen.applied, seen.pending, [doubt.id for doubt in seen.in_doubt]) == (1, ALL - 1, [doubtful.id])
    assert path.read_bytes() == before


async def test_the_process_that_has_it_open_is_named_and_keeps_it(tmp_path: Path) -> None:
    path = tmp_path / "zoetrope.db"
    with another_process(path) as first:
        assert look(path, 9).holder == f"process {first.pid}"
        with pytest.raises(StoreUnusable, match=f"process {first.pid}"):
            async with SqliteStore.open(path, NOON):
                pass


async def test_a_process_that_was_killed_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "zoetrope.db"
    with another_process(path) as first:
        first.kill()
        first.wait()

    assert look(path, 9).holder is None


async def test_a_look_leaves_the_database_to_the_next_who_opens_it(tmp_path: Path) -> None:
    path = tmp_path / "zoetrope.db"
    async with SqliteStore.open(path, NOON) as store:
        job = await a_stored_job(store, State.UNKNOWN)
    before = path.read_bytes()

    look(path, 9)

    assert path.read_bytes() == before
    async with SqliteStore.open(path, NOON) as store:
        assert await store.get(job.id) == job


def made_newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO migrations VALUES (?, 'later', 'x', 0)", (ALL + 1,))


def made_foreign(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA application_id = 7")


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-4096])


def overwritten(path: Path) -> None:
    path.write_text("dear diary, today I was a database")


@pytest.mark.parametrize("spoil", [made_newer, made_foreign, cut_short, overwritten])
async def test_what_cannot_be_opened_is_refused_in_the_same_sentence(
    tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    path = tmp_path / "zoetrope.db"
    async with SqliteStore.open(path, NOON):
        pass
    spoil(path)

    with pytest.raises(StoreUnusable) as looked:
        look(path, 9)
    with pytest.raises(StoreUnusable) as opened:
        async with SqliteStore.open(path, NOON):
            pass

    assert str(looked.value) == str(opened.value)
