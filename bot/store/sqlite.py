"""The store on SQLite: one file, one process, one connection, in a thread of its own."""

import logging
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing
from datetime import datetime
from pathlib import Path
from typing import Self

from bot.core.errors import StoreUnusable
from bot.store.database import connect, inspect, located
from bot.store.lock import only_process
from bot.store.migrate import MIGRATIONS, apply_pending
from bot.store.numbered import migrations_in
from bot.store.sql_store import SqlStore
from bot.store.thread import database_thread
from bot.store.writer import Writer

log = logging.getLogger(__name__)


def pending(path: Path) -> int:
    """Return how many migrations the file lacks; all of them where there is no file. Changes nothing."""
    known = migrations_in(MIGRATIONS)
    return len(known) - inspect(located(path), known)


def migrate(path: Path, now: datetime) -> tuple[int, int]:
    """Bring the file's schema up to date, or make a new file; return its number before and after.

    Raises StoreUnusable, with a sentence for the operator.
    """
    path = located(path)
    known = migrations_in(MIGRATIONS)
    with only_process(path), closing(connect(path, known)) as connection:
        return _migrated(connection, path, now)


def _migrated(connection: sqlite3.Connection, path: Path, now: datetime) -> tuple[int, int]:
    try:
        return apply_pending(connection, migrations_in(MIGRATIONS), now)
    except sqlite3.Error as error:
        raise StoreUnusable(f"{path}: its schema could not be brought up to date ({error})") from error


class SqliteStore(SqlStore):
    """Opened by `open`, which is the only way to have one."""

    @classmethod
    @asynccontextmanager
    async def open(cls, path: Path, now: datetime) -> AsyncGenerator[Self]:
        """Hold the file for the length of the context, new or brought up to date at `now`.

        Raises StoreUnusable, with a sentence for the operator. What was begun is finished on leaving.
        """
        path = located(path)
        known = migrations_in(MIGRATIONS)
        with only_process(path):
            async with database_thread(lambda: connect(path, known)) as thread:
                await thread.run(lambda connection: _migrated(connection, path, now))
                log.debug("opened %s with SQLite %s", path, sqlite3.sqlite_version, extra={"action": "open"})
                async with Writer(thread) as writer:
                    yield cls(writer)
