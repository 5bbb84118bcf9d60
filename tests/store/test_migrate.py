"""Migrations: forwards, whole or not at all, and to the same schema whichever way was taken."""

import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from bot.core.errors import StoreUnusable
from bot.core.job import State
from bot.store.database import connect, inspect
from bot.store.migrate import MIGRATIONS, apply_pending
from bot.store.numbered import Migration, migrations_in
from bot.store.sqlite import SqliteStore, migrate, pending
from tests.builders import NOON, a_stored_job

KNOWN = migrations_in(MIGRATIONS)
LATEST = len(KNOWN)
NEXT = """
-- A later version: one more column; with a comment.
ALTER TABLE jobs ADD COLUMN stars INTEGER CHECK (stars BETWEEN 1 AND 5);
CREATE TABLE extra (note TEXT DEFAULT 'a;b') STRICT;
"""


def schema_of(connection: sqlite3.Connection) -> Sequence[tuple[str, str]]:
    found = connection.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL").fetchall()
    return sorted((row["name"], " ".join(row["sql"].split())) for row in found)


def migrated(path: Path, *steps: Sequence[Migration]) -> Sequence[tuple[str, str]]:
    """Open the file once for each step, as successive versions would, and return its schema."""
    schema: Sequence[tuple[str, str]] = ()
    for known in steps:
        with closing(connect(path, known)) as connection:
            apply_pending(connection, known, NOON)
            schema = schema_of(connection)
    return schema


def with_the_next(directory: Path) -> Sequence[Migration]:
    shutil.copytree(MIGRATIONS, directory)
    (directory / f"{LATEST + 1:04}_stars.sql").write_text(NEXT)
    return migrations_in(directory)


def test_a_fresh_schema_equals_one_migrated_from_any_version(tmp_path: Path) -> None:
    fresh = migrated(tmp_path / "fresh.db", KNOWN)

    for number in range(len(KNOWN)):
        assert migrated(tmp_path / f"from-{number}.db", KNOWN[:number], KNOWN) == fresh
    one_by_one = [KNOWN[:number] for number in range(1, len(KNOWN) + 1)]
    assert migrated(tmp_path / "one-by-one.db", *one_by_one) == fresh


def test_migrate_tells_from_where_to_where(tmp_path: Path) -> None:
    path = tmp_path / "zoetrope.db"

    assert pending(path) == LATEST
    assert not path.exists()
    assert migrate(path, NOON) == (0, LATEST)
    assert pending(path) == 0
    assert migrate(path, NOON) == (LATEST, LATEST)


async def test_a_later_migration_keeps_the_jobs(tmp_path: Path) -> None:
    path = tmp_path / "zoetrope.db"
    async with SqliteStore.open(path, NOON) as store:
        jobs = [await a_stored_job(store, state) for state in State]
    later = with_the_next(tmp_path / "migrations")

    assert inspect(path, later) == LATEST
    with closing(connect(path, later)) as connection:
        assert apply_pending(connection, later, NOON) == (LATEST, LATEST + 1)
        found = connection.execute("SELECT id, stars FROM jobs").fetchall()
        records = connection.execute("SELECT number, name FROM migrations ORDER BY number").fetchall()

    assert {row["id"] for row in found} == {job.id for job in jobs}
    assert [tuple(record) for record in records] == [
        *((migration.number, migration.name) for migration in KNOWN),
        (LATEST + 1, "stars"),
    ]
    assert migrated(tmp_path / "fresh.db", later) == migrated(path, later)


async def test_a_migration_that_fails_leaves_nothing_of_itself(tmp_path: Path) -> None:
    path = tmp_path / "zoetrope.db"
    before = migrated(path, KNOWN)
    broken = [*KNOWN, Migration(LATEST + 1, "broken", NEXT + "INSERT INTO nowhere VALUES (1);\n")]

    with closing(connect(path, broken)) as connection:
        with pytest.raises(sqlite3.OperationalError, match="nowhere"):
            apply_pending(connection, broken, NOON)
        assert schema_of(connection) == before

    assert inspect(path, broken) == LATEST
    async with SqliteStore.open(path, NOON) as store:
        await a_stored_job(store)


def test_a_migration_that_was_changed_after_it_was_applied_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "zoetrope.db"
    migrate(path, NOON)
    changed = [Migration(1, "jobs", KNOWN[0].script + "-- changed"), *KNOWN[1:]]

    with pytest.raises(StoreUnusable, match="migration 1 is not ours"):
        inspect(path, changed)


def test_migrations_are_numbered_without_a_gap(tmp_path: Path) -> None:
    (tmp_path / "0001_a.sql").write_text("SELECT 1;")
    (tmp_path / "0003_c.sql").write_text("SELECT 1;")

    with pytest.raises(AssertionError):
        migrations_in(tmp_path)
