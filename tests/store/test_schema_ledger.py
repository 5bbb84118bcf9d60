"""The schema's law about credits: the ledger is only added to, and nobody can forget to enter something."""

import sqlite3
from collections.abc import Generator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.ledger import Movement, Purse
from bot.core.quota import Layer
from bot.store import accounts, grants, places
from bot.store.database import connect
from bot.store.migrate import MIGRATIONS, apply_pending
from bot.store.numbered import migrations_in
from tests.builders import NOON, OWNER, PLACE, PLENTY, a_deed, a_job
from tests.store.accounted import discrepancies


@pytest.fixture
def connection(tmp_path: Path) -> Generator[sqlite3.Connection]:
    """A database with a grant, a deed, and a job that has its reservation."""
    known = migrations_in(MIGRATIONS)
    connection = connect(tmp_path / "zoetrope.db", known)
    apply_pending(connection, known, NOON)
    grants.give(connection, Purse(OWNER, PLACE), 5, timedelta(days=1), a_deed())
    places.note(connection, a_deed())
    accounts.admit(connection, a_job(), PLENTY)
    yield connection
    connection.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger SET used = 0",
        "UPDATE ledger SET why = 'because' WHERE number = 1",
        "DELETE FROM ledger",
        "DELETE FROM ledger WHERE number = 1",
        "UPDATE deeds SET actor_id = 1",
        "DELETE FROM deeds",
    ],
)
def test_what_was_entered_is_never_changed_and_never_forgotten(
    connection: sqlite3.Connection, statement: str
) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="is only ever added to"):
        connection.execute(statement)


@pytest.mark.parametrize(
    "change",
    ["cost = 1", "owner_id = 1", "guild_id = NULL", "estimated = 0", "day = '2025-06-16'", "bot_month = ''"],
)
def test_what_a_job_was_accepted_on_is_never_changed(connection: sqlite3.Connection, change: str) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="never changed"):
        connection.execute(f"UPDATE jobs SET {change}")


def test_a_job_with_a_reservation_cannot_be_deleted(connection: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="cannot be deleted"):
        connection.execute("DELETE FROM jobs")


def test_a_job_cannot_begin_without_its_reservation(connection: sqlite3.Connection) -> None:
    connection.execute("CREATE TABLE others AS SELECT * FROM jobs")
    connection.execute(
        "UPDATE others SET id = 'b', interaction_id = 2, state = 'cancelled', hold = 'returned', ended_at = 1"
    )
    names = ", ".join(
        row["name"] for row in connection.execute("PRAGMA table_info(jobs)").fetchall()
    )  # those that are computed are not among them

    with pytest.raises(sqlite3.IntegrityError, match="begins with its reservation"):
        connection.execute(f"INSERT INTO jobs ({names}) SELECT {names} FROM others")


def test_whoever_ends_a_job_gives_back_what_it_has_reserved(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE jobs SET state = 'cancelled', hold = 'returned', ended_at = 1")

    found = connection.execute("SELECT DISTINCT reserved, used FROM balances WHERE holder <> 'grant'")
    assert [tuple(row) for row in found.fetchall()] == [(0, 0)]
    (path,) = {Path(row["file"]) for row in connection.execute("PRAGMA database_list").fetchall()}
    assert discrepancies(path) == []


def test_no_more_can_be_taken_from_a_grant_than_was_given(connection: sqlite3.Connection) -> None:
    query = """
        INSERT INTO ledger (at, movement, holder, guild_id, user_id, grant_id, reserved, why)
        VALUES (1, 'reserved', 'grant', 7, 41, 1, ?, 'accepted')
    """
    connection.execute(query, (5,))

    with pytest.raises(sqlite3.IntegrityError, match="no_more_taken_than_given"):
        connection.execute(query, (1,))


@pytest.mark.parametrize(
    ("values", "law"),
    [
        ("'lent', 'member', 0, '2025-06-15'", "movement_is_known"),
        ("'adjusted', 'nobody', 0, '2025-06-15'", "holder_is_known"),
        ("'adjusted', 'member', 1, '2025-06-15'", "grant_has_a_number"),
        ("'granted', 'grant', 0, '2025-06-15'", "grant_has_a_number"),
        ("'adjusted', 'member', 0, ''", "counts_somewhere"),
        ("'reserved', 'member', 0, '2025-06-15'", "reserves_with_all_it_has"),
        ("'granted', 'grant', 2, ''", "grants_nothing_else"),
    ],
)
def test_an_entry_is_about_an_account(connection: sqlite3.Connection, values: str, law: str) -> None:
    query = f"""
        INSERT INTO ledger (at, guild_id, user_id, why, movement, holder, grant_id, day)
        VALUES (1, 7, 41, 'because', {values})
    """
    with pytest.raises(sqlite3.IntegrityError, match=f"CHECK constraint failed: {law}"):
        connection.execute(query)


def test_the_schema_names_every_movement_and_layer() -> None:
    script = "".join(migration.script for migration in migrations_in(MIGRATIONS))

    for value in (*Movement, *Layer):
        assert f"'{value.value}'" in script
