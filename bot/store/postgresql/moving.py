"""From a file of SQLite to PostgreSQL: every row, in one transaction, counted and added up on both sides.

Killed at any moment it has done nothing or everything; begun again it ends right. The file is only read, and
held so that no bot runs on it meanwhile. What is in the database already is never touched.
"""

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from psycopg import sql

from bot.addresses import bare
from bot.core.errors import StoreUnusable
from bot.store import sqlite
from bot.store.connection import Connection
from bot.store.database import connect, located
from bot.store.lock import only_process
from bot.store.migrate import MIGRATIONS
from bot.store.numbered import migrations_in
from bot.store.postgres import migrate, session_at
from bot.store.postgresql.dialect import PostgresConnection, Session

Say = Callable[[str], None]
Sums = Mapping[str, tuple[int, ...]]

_IN_NO_HASTE: Final = (
    b"SET LOCAL statement_timeout = 0",
    b"SET LOCAL idle_in_transaction_session_timeout = 0",
    b"SET LOCAL lock_timeout = '10s'",
)

# In the order in which they are moved; those with triggers of their own are moved as they stand.
TABLES: Final = (
    "jobs",
    "ledger",
    "balances",
    "grants",
    "takings",
    "facts",
    "drafts",
    "places",
    "figures",
    "blocks",
    "deeds",
)
_ENTERING: Final = ("jobs", "ledger")
_NUMBERED: Final = (("jobs", "rowid"), ("drafts", "rowid"), ("ledger", "number"), ("deeds", "number"))

# What must be the same on both sides: a name, then numbers.
_SUMS: Final = (
    """SELECT 'jobs ' || state AS what, count(*), sum(cost), sum(beyond), sum(version), sum(spent)
    FROM jobs GROUP BY state""",
    """SELECT 'ledger ' || movement AS what, count(*), sum(given), sum(reserved), sum(used),
    sum(reserved_microusd), sum(used_microusd) FROM ledger GROUP BY movement""",
    """SELECT 'balances ' || holder AS what, count(*), sum(given), sum(reserved), sum(used),
    sum(reserved_microusd), sum(used_microusd) FROM balances GROUP BY holder""",
)

_COLUMNS: Final = b"""
    SELECT column_name FROM information_schema.columns
    WHERE table_schema = current_schema() AND table_name = %s AND is_generated = 'NEVER'
    ORDER BY ordinal_position
"""

_NEXT: Final = sql.SQL(
    "SELECT setval(pg_get_serial_sequence({}, {}), coalesce(max({}), 0) + 1, FALSE) FROM {}"
)


def move(source: Path, target: str, now: datetime, say: Say) -> None:
    """Move all that is in a file into a database that is new, or that has just this content already.

    Raises StoreUnusable, with a sentence for the operator, where it cannot be; nothing is moved then.
    """
    source = located(source)
    if sqlite.pending(source):
        raise StoreUnusable(
            f"{source}: it is not up to date, or not there: python -m bot migrate makes it so"
        )
    known = migrations_in(MIGRATIONS)
    with only_process(source), closing(connect(source, known)) as file:
        file.execute("BEGIN")
        migrate(target, now)
        with session_at(target) as session, session.transaction():
            for setting in _IN_NO_HASTE:
                session.execute(setting)
            done = _move(file, session, say)
    say(f"{done}: {bare(target)}")


def _move(file: sqlite3.Connection, session: Session, say: Say) -> str:
    database, expected = PostgresConnection(session), _sums(file)
    if _is_empty(database):
        _fill(file, session, say)
        found, done = _sums(database), "moved"
    else:
        found, done = _sums(database), "there already"
    if found != expected:
        raise StoreUnusable(_difference(expected, found))
    for what, numbers in expected.items():
        say(f"{what}: {' '.join(str(number) for number in numbers)}, the same on both sides")
    return done


def _difference(expected: Sums, found: Sums) -> str:
    what = next(name for name in sorted({*expected, *found}) if expected.get(name) != found.get(name))
    return f"it has other content: {what} is {found.get(what, 0)} there, {expected.get(what, 0)} in the file"


def _is_empty(database: Connection) -> bool:
    return all(database.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is None for table in TABLES)  # noqa: S608 (our own names)


def _sums(connection: Connection) -> Sums:
    """Return how many rows each table has, and what those of jobs and credits come to."""
    counts = (f"SELECT '{table}' AS what, count(*) FROM {table}" for table in TABLES)  # noqa: S608 (our own names)
    return {
        what: tuple(int(number) for number in numbers)
        for statement in (*counts, *_SUMS)
        for what, *numbers in sorted(tuple(row) for row in connection.execute(statement).fetchall())
    }


def _fill(file: sqlite3.Connection, session: Session, say: Say) -> None:
    _switch(session, "DISABLE")
    for table in TABLES:
        _copy(file, session, table)
        say(f"{table}: copied")
    _switch(session, "ENABLE")
    for table, column in _NUMBERED:
        session.execute(_NEXT.format(table, column, sql.Identifier(column), sql.Identifier(table)))


def _switch(session: Session, how: str) -> None:
    """Have the triggers enter nothing while their entries are moved too."""
    for table in _ENTERING:
        session.execute(f"ALTER TABLE {table} {how} TRIGGER USER".encode())


def _copy(file: sqlite3.Connection, session: Session, table: str) -> None:
    columns = [name for (name,) in session.execute(_COLUMNS, (table,)).fetchall()]
    rows: Iterable[Any] = file.execute(f"SELECT {', '.join(columns)} FROM {table}")  # noqa: S608 (the schema's names)
    into = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with session.cursor() as cursor, cursor.copy(into) as copy:
        for row in rows:
            copy.write_row(tuple(row))
