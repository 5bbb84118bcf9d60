"""Where stores live that are opened again and again: one class for each database, one row in HOMES.

A home tells what is in the rows without asking the store.
"""

import shutil
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, AbstractContextManager, closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Protocol

import psycopg

from bot.core.ids import JobId
from bot.core.office import Office
from bot.core.ports import Store
from bot.core.quota import Hold
from bot.store.postgres import PostgresStore
from bot.store.postgresql.dialect import PostgresConnection, prepare
from bot.store.sqlite import SqliteStore
from tests.postgres import clean_database
from tests.store.accounted import sums_that_differ


@dataclass(frozen=True, slots=True)
class Entry:
    """What a row says that no method of the store tells."""

    hold: Hold
    turn: int


class Memory(Store, Protocol):
    """A store with the books beside it."""

    @property
    def office(self) -> Office:
        """The same memory, for those who run the place."""
        ...


class Home(Protocol):
    """A database that outlives the stores on it."""

    def open(self, now: datetime) -> AbstractAsyncContextManager[Memory]:
        """Return a store on what is there; the first brings it to life."""
        ...

    def lose_the_process(self) -> None:
        """From now on it is as a process leaves it that is killed in this moment."""
        ...

    def entries(self) -> Mapping[JobId, Entry]:
        """Return what the rows say."""
        ...

    def judge(self) -> None:
        """Hold the database to its own integrity."""
        ...


class SqliteHome:
    """A file. Whoever is killed leaves it as it is, with its log beside it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lives = 0

    @property
    def _path(self) -> Path:
        return self._folder / f"zoetrope-{self._lives}.db"

    def open(self, now: datetime) -> AbstractAsyncContextManager[Memory]:
        return SqliteStore.open(self._path, now)

    def lose_the_process(self) -> None:
        # What was written is the kernel's, whether the process that wrote it goes on or not.
        before = self._path
        self._lives += 1
        for suffix in ("", "-wal"):
            shutil.copy(f"{before}{suffix}", f"{self._path}{suffix}")

    def entries(self) -> Mapping[JobId, Entry]:
        with closing(sqlite3.connect(self._path)) as connection:
            found = connection.execute("SELECT id, hold, turn FROM jobs").fetchall()
        return {JobId(job_id): Entry(Hold(hold), turn) for job_id, hold, turn in found}

    def judge(self) -> None:
        with closing(sqlite3.connect(self._path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


class PostgresHome:
    """A database of the server of this process; a process that is lost leaves its sessions behind."""

    def __init__(self, _: Path) -> None:
        self._url = clean_database()

    def open(self, now: datetime) -> AbstractAsyncContextManager[Memory]:
        return PostgresStore.open(self._url, now, connections=3)

    def lose_the_process(self) -> None:
        with self._session() as session:
            session.execute(_CUT_OFF)

    def entries(self) -> Mapping[JobId, Entry]:
        with self._session() as session:
            found = session.execute("SELECT id, hold, turn FROM jobs").fetchall()
        return {JobId(job_id): Entry(Hold(hold), turn) for job_id, hold, turn in found}

    def judge(self) -> None:
        with self._session() as session:
            # Every session has ended, and with it what it had begun.
            assert session.execute("SELECT count(*) FROM pg_prepared_xacts").fetchall() == [(0,)]
            assert [*sums_that_differ(PostgresConnection(session))] == []

    def _session(self) -> AbstractContextManager[psycopg.Connection[Any]]:
        session = psycopg.connect(self._url, autocommit=True)
        prepare(session)
        return closing(session)


_CUT_OFF: Final = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""

HOMES: Final[Mapping[str, Callable[[Path], Home]]] = {"sqlite": SqliteHome, "postgresql": PostgresHome}
