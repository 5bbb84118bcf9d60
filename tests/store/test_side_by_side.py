"""Old and new side by side on one PostgreSQL: the program of before goes on where it may."""

import asyncio
import shutil
from collections.abc import Sequence
from pathlib import Path

import psycopg
import pytest

from bot.core.errors import StoreUnusable
from bot.store import postgres
from bot.store.numbered import migrations_in
from bot.store.postgres import PostgresStore
from bot.store.postgresql.dialect import PostgresConnection, prepare
from bot.store.postgresql.migrate import MIGRATIONS
from tests.builders import NOON
from tests.postgres import empty_database
from tests.store.accounted import sums_that_differ
from tests.store.bustle import BEGIN, operate, set_up

EXPANDED = """
ALTER TABLE jobs ADD COLUMN added TEXT NOT NULL DEFAULT '';
CREATE TABLE more (number BIGINT PRIMARY KEY);
"""


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    """The migrations of a later version: ours and one more, which a test writes."""
    folder = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, folder)
    return folder


@pytest.fixture
def url() -> str:
    return empty_database("side_by_side")


def upgrade(url: str, folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> int:
    """Bring the database up to the later version, as that would do it; return the number of its schema."""
    number = len(migrations_in(MIGRATIONS)) + 1
    (folder / f"{number:04}_more.sql").write_text(script)
    with monkeypatch.context() as patch:
        patch.setattr(postgres, "MIGRATIONS", folder)
        assert postgres.migrate(url, NOON)[1] == number
    return number


async def busy(store: PostgresStore, numbers: Sequence[int]) -> set[str]:
    return {await operate(store, number) for number in numbers}


async def test_a_program_works_on_under_a_schema_that_was_expanded_beneath_it(
    url: str, newer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = len(migrations_in(MIGRATIONS))
    async with PostgresStore.open(url, BEGIN) as running:
        await set_up(running)
        await busy(running, range(100))
        await asyncio.to_thread(upgrade, url, newer, monkeypatch, f"-- since: {known}\n{EXPANDED}")
        assert {"accepted", "managed"} <= await busy(running, range(100, 200))
        # Started anew as well, and beside the other.
        async with PostgresStore.open(url, BEGIN) as started:
            assert {"accepted", "managed"} <= await busy(started, range(200, 300))
            assert await started.counts() == await running.counts()

    with psycopg.connect(url) as session:
        prepare(session)
        assert [*sums_that_differ(PostgresConnection(session))] == []


async def test_a_program_leaves_a_schema_alone_that_does_not_say_that_it_may(
    url: str, newer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = upgrade(url, newer, monkeypatch, EXPANDED)

    with pytest.raises(StoreUnusable, match=f"a newer Zoetrope .its schema is number {number}"):
        async with PostgresStore.open(url, NOON):
            pass


async def test_two_that_start_at_once_make_the_schema_once(url: str) -> None:
    done = await asyncio.gather(*(asyncio.to_thread(postgres.migrate, url, NOON) for _ in range(4)))

    assert {after for _, after in done} == {len(migrations_in(MIGRATIONS))}
    with psycopg.connect(url) as session:
        found = session.execute("SELECT number FROM migrations ORDER BY number").fetchall()
    assert found == [(migration.number,) for migration in migrations_in(MIGRATIONS)]


async def test_a_database_of_another_program_is_refused(url: str) -> None:
    with psycopg.connect(url) as session:
        session.execute("CREATE TABLE jobs (id BIGINT)")

    with pytest.raises(StoreUnusable, match="tables of another program"):
        postgres.migrate(url, NOON)


@pytest.mark.parametrize("address", ["127.0.0.1:1/zoetrope", "127.0.0.1:1"])
def test_a_database_that_is_not_there_is_told_without_the_password(address: str) -> None:
    with pytest.raises(StoreUnusable) as caught:
        postgres.migrate(f"postgresql://zoetrope:geheim@{address}", NOON)

    assert f"postgresql://zoetrope@{address}: " in str(caught.value.reason.facts["detail"])
    assert "geheim" not in str(caught.value.reason.facts["detail"])


async def test_tables_that_are_gone_end_the_store_for_good(url: str) -> None:
    async with PostgresStore.open(url, NOON) as store:
        with psycopg.connect(url) as session:
            session.execute("DROP TABLE facts")

        with pytest.raises(StoreUnusable):
            await store.recall("a")
        async with asyncio.timeout(1):
            assert "facts" in str((await store.broken()).reason.facts["detail"])
