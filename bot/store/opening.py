"""Where a store is, and what opens it there: a file of SQLite, or the address of a database of PostgreSQL.

PostgreSQL's driver is imported only where it is used: who runs on a file does not carry it.
"""

from contextlib import AbstractAsyncContextManager
from datetime import datetime
from pathlib import Path

from bot.addresses import bare
from bot.store import sqlite
from bot.store.sql_store import SqlStore

Place = Path | str


def shown(place: Place) -> str:
    """Return a place as anybody may read it: an address without its password and its parameters."""
    return str(place) if isinstance(place, Path) else bare(place)


def open_store(place: Place, now: datetime) -> AbstractAsyncContextManager[SqlStore]:
    """Return the store, to be opened; new or brought up to date at `now`.

    Opening raises StoreUnusable, with a sentence for the operator.
    """
    if isinstance(place, Path):
        return sqlite.SqliteStore.open(place, now)
    from bot.store import postgres  # noqa: PLC0415 (see above)

    return postgres.PostgresStore.open(place, now)


def migrate(place: Place, now: datetime) -> tuple[int, int]:
    """Bring the schema up to date, or make a new database; return its number before and after.

    Raises StoreUnusable, with a sentence for the operator.
    """
    if isinstance(place, Path):
        return sqlite.migrate(place, now)
    from bot.store import postgres  # noqa: PLC0415 (see above)

    return postgres.migrate(place, now)
