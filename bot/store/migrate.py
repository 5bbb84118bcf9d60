"""Migrations of a file of SQLite: each applied together with its record in one transaction.

Never goes back, never changes what was applied: a database that knows more than this program is refused.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from bot.store.numbered import Migration, Record, applied
from bot.store.rows import microseconds

MIGRATIONS: Final = Path(__file__).parent / "migrations" / "sqlite"

# "ZOET", in the file's header: https://www.sqlite.org/pragma.html#pragma_application_id
APPLICATION_ID: Final = 0x5A4F4554

_RECORDS: Final = """
    CREATE TABLE IF NOT EXISTS migrations (
        number INTEGER NOT NULL PRIMARY KEY,
        name TEXT NOT NULL,
        checksum TEXT NOT NULL,
        applied_at INTEGER NOT NULL
    ) STRICT
"""


def applied_number(connection: sqlite3.Connection, known: Sequence[Migration]) -> int:
    """Return the number of the last migration in the database, 0 if it is empty.

    Raises StoreUnusable where the database is newer than `known`, or was made by other migrations.
    """
    if not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'migrations'").fetchone():
        return 0
    records = connection.execute("SELECT number, checksum FROM migrations ORDER BY number").fetchall()
    # What is newer is never worked with here: a file serves one process.
    return applied([Record(number, checksum, number) for number, checksum in records], known)


def apply_pending(
    connection: sqlite3.Connection, known: Sequence[Migration], now: datetime
) -> tuple[int, int]:
    """Bring the database up to date; return its number before and after. Safe to kill at any point."""
    before = applied_number(connection, known)
    for migration in known[before:]:
        _apply(connection, migration, now)
    return before, len(known)


def _apply(connection: sqlite3.Connection, migration: Migration, now: datetime) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(_RECORDS)
        for statement in _statements(migration.script):
            connection.execute(statement)
        connection.execute(
            "INSERT INTO migrations (number, name, checksum, applied_at) VALUES (?, ?, ?, ?)",
            (migration.number, migration.name, migration.checksum, microseconds(now)),
        )
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _statements(script: str) -> Iterator[str]:
    """Split a script, because `executescript` would commit what has been begun."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    assert not statement.strip(), "a migration ends with an unfinished statement"
