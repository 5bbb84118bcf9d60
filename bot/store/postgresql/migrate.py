"""Migrations of a database of PostgreSQL: each applied together with its record, by one process at a time.

Never goes back, never changes what was applied. A database that knows more than this program is used where
its newer migrations say that it can be: so new and old run side by side for a while.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from bot.core.errors import StoreUnusable
from bot.store.numbered import Migration, Record, applied
from bot.store.postgresql.dialect import Session
from bot.store.rows import microseconds

MIGRATIONS: Final = Path(__file__).parents[1] / "migrations" / "postgres"

# Whoever brings it up to date holds this: "ZOET", as SQLite's files have it in their header.
_ONE_AT_A_TIME: Final = b"SELECT pg_advisory_xact_lock(%d)" % 0x5A4F4554

_RECORDS: Final = b"""
    CREATE TABLE IF NOT EXISTS migrations (
        number BIGINT NOT NULL PRIMARY KEY,
        name TEXT NOT NULL,
        checksum TEXT NOT NULL,
        applied_at BIGINT NOT NULL,
        -- The last migration that a program must know to work with what this one makes.
        since BIGINT NOT NULL
    )
"""

_ENTER: Final = b"""
    INSERT INTO migrations (number, name, checksum, applied_at, since) VALUES (%s, %s, %s, %s, %s)
"""

# Not to_regclass, which may not see yet what another process has made while this one waited for it.
_OURS: Final = b"""
    SELECT tablename FROM pg_tables
    WHERE schemaname = current_schema() AND tablename IN ('migrations', 'jobs', 'ledger')
"""


def applied_number(session: Session, known: Sequence[Migration]) -> int:
    """Return the number of the last migration in the database, 0 if it has none of ours.

    Raises StoreUnusable where it is too new, was made by other migrations, or by another program.
    """
    with session.transaction():
        return _applied_number(session, known)


def _applied_number(session: Session, known: Sequence[Migration]) -> int:
    names = {name for (name,) in session.execute(_OURS).fetchall()}
    if "migrations" not in names:
        if names:
            raise StoreUnusable("it has tables of another program")
        return 0
    found = session.execute(b"SELECT number, checksum, since FROM migrations ORDER BY number").fetchall()
    return applied([Record(*values) for values in found], known)


def apply_pending(session: Session, known: Sequence[Migration], now: datetime) -> tuple[int, int]:
    """Bring the database up to date; return its number before and after. Safe to kill at any point."""
    before = applied_number(session, known)
    after = before
    while after < len(known):
        after = _apply_next(session, known, now)
    return before, after


def _apply_next(session: Session, known: Sequence[Migration], now: datetime) -> int:
    with session.transaction():
        session.execute(b"SET LOCAL statement_timeout = 0")
        session.execute(b"SET LOCAL lock_timeout = 0")
        session.execute(_ONE_AT_A_TIME)
        # Another process may have done it meanwhile.
        number = _applied_number(session, known)
        if number >= len(known):
            return number
        migration = known[number]
        session.execute(_RECORDS)
        session.execute(migration.script.encode())
        session.execute(
            _ENTER,
            (migration.number, migration.name, migration.checksum, microseconds(now), migration.since),
        )
        return migration.number
