"""A database as the bot's first version would have left it, made of one that today's has written."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from bot.store.database import connect
from bot.store.migrate import MIGRATIONS, apply_pending
from bot.store.numbered import migrations_in


def downgrade(path: Path) -> None:
    """Put a file of the first schema in the place of another, with all rows as far as it has room for them.

    Of jobs without pictures, whose form has never changed.
    """
    newer = path.with_suffix(".newer")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode = DELETE")
    path.rename(newer)
    first = migrations_in(MIGRATIONS)[:1]
    with closing(connect(path, first)) as connection:
        apply_pending(connection, first, datetime.now(UTC))
        connection.execute("ATTACH ? AS newer", (str(newer),))
        for (table,) in connection.execute(
            "SELECT name FROM main.sqlite_schema WHERE type = 'table'"
        ).fetchall():
            if table != "migrations":
                _copy(connection, str(table))
    newer.unlink()


def _copy(connection: sqlite3.Connection, table: str) -> None:
    kept = connection.execute("SELECT name FROM pragma_table_info(?)", (table,)).fetchall()
    columns = ", ".join(str(name) for (name,) in kept)
    connection.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM newer.{table}")
