"""An operator's history moved from a file to PostgreSQL: all of it or nothing, told by counts and sums."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import psycopg
import pytest

from bot.__main__ import main
from bot.core.errors import StoreUnusable
from bot.core.job import State
from bot.core.ledger import Purse
from bot.store import postgres
from bot.store.postgres import PostgresStore
from bot.store.postgresql.dialect import PostgresConnection, prepare
from bot.store.postgresql.moving import TABLES, move
from bot.store.sqlite import SqliteStore, migrate
from tests.builders import NOON
from tests.postgres import empty_database
from tests.store.accounted import sums_that_differ
from tests.store.bustle import BEGIN, MEMBERS, STEADY, operate, set_up

ROOT: Final = Path(__file__).parents[2]
OPERATIONS: Final = 400


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with members, managers, jobs in every state, grants and acts."""
    path = tmp_path_factory.mktemp("history") / "zoetrope.db"

    async def fill() -> None:
        async with SqliteStore.open(path, BEGIN) as store:
            await set_up(store)
            for number in range(OPERATIONS):
                await operate(store, number)

    asyncio.run(fill())
    return path


@pytest.fixture
def target() -> str:
    return empty_database("moved")


async def told(store: SqliteStore | PostgresStore) -> Sequence[object]:
    """Return what members and managers read."""
    office = store.office
    return [
        await store.counts(),
        await store.head_of_line(100),
        *[await store.recent(member, 100) for member in MEMBERS],
        *[await office.entries(Purse(member, STEADY), 100) for member in MEMBERS],
        await office.deeds(None, 100),
        await office.policy(STEADY),
        await office.figures(STEADY),
        await office.bound(STEADY),
        sorted(await store.unfinished()),
    ]


async def test_everybody_reads_afterwards_what_they_read_before_and_life_goes_on(
    history: Path, target: str
) -> None:
    said: list[str] = []
    async with SqliteStore.open(history, BEGIN) as before:
        expected = await told(before)

    move(history, target, NOON, said.append)

    assert said[-1] == f"moved: {target}"
    assert any(line.startswith(f"jobs {State.DELIVERED}: ") for line in said)
    async with PostgresStore.open(target, NOON) as store:
        assert await told(store) == expected
        done = [await operate(store, number) for number in range(OPERATIONS, OPERATIONS + 150)]
        assert {"accepted", "managed", "delivered"} <= {*done}
    with psycopg.connect(target) as session:
        prepare(session)
        assert [*sums_that_differ(PostgresConnection(session))] == []


def test_a_move_that_is_killed_has_done_nothing_and_begun_again_ends_right(
    history: Path, target: str
) -> None:
    postgres.migrate(target, NOON)
    command = [sys.executable, "-m", "bot", "migrate", "--from", f"sqlite:///{history}", "--to", target]
    # The last table cannot be filled, so it is killed in the middle however fast it is.
    with psycopg.connect(target) as held:
        held.execute(f"LOCK TABLE {TABLES[-1]} IN SHARE MODE".encode())
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            for line in process.stdout:
                if line == f"{TABLES[-2]}: copied\n":
                    os.kill(process.pid, signal.SIGKILL)
        assert process.returncode == -signal.SIGKILL

    assert rows(target) == dict.fromkeys(TABLES, 0)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == f"moved: {target}"
    again = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert again.stdout.splitlines()[-1] == f"there already: {target}"


def rows(target: str) -> dict[str, int]:
    with psycopg.connect(target) as session:
        found = {
            table: session.execute(f"SELECT count(*) FROM {table}".encode()).fetchone() for table in TABLES
        }
    return {table: row[0] for table, row in found.items() if row is not None}


async def test_a_database_with_other_content_is_left_as_it_is(history: Path, target: str) -> None:
    async with PostgresStore.open(target, NOON) as store:
        await store.remember("a", "1")

    with pytest.raises(StoreUnusable, match="it has other content"):
        move(history, target, NOON, _unsaid)

    assert rows(target) == {**dict.fromkeys(TABLES, 0), "facts": 1}


async def test_a_file_that_a_bot_has_open_is_not_moved(history: Path, target: str) -> None:
    async with SqliteStore.open(history, BEGIN):
        with pytest.raises(StoreUnusable, match="is in use by process"):
            move(history, target, NOON, _unsaid)


def test_a_file_that_is_not_there_is_not_moved(tmp_path: Path, target: str) -> None:
    with pytest.raises(StoreUnusable, match="not there"):
        move(tmp_path / "zoetrope.db", target, NOON, _unsaid)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--from", "sqlite:///a.db"],
        ["--to", "postgresql://me:geheim@host/db"],
        ["--from", "postgresql://me:geheim@host/db", "--to", "sqlite:///a.db"],
    ],
)
def test_what_is_no_move_is_refused_without_a_word_of_what_was_written(
    arguments: Sequence[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["migrate", *arguments]) == 78

    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("migrate: expected --from sqlite:///FILE --to postgresql://")
    assert "geheim" not in line


def test_a_new_file_moves_as_well(tmp_path: Path, target: str) -> None:
    migrate(tmp_path / "zoetrope.db", NOON)

    move(tmp_path / "zoetrope.db", target, NOON, _unsaid)

    assert rows(target) == dict.fromkeys(TABLES, 0)


def _unsaid(_: str) -> None:
    """Say nothing."""
