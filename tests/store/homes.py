"""Where stores live that are opened again and again: one class for each database, one row in HOMES.

A home tells what is in the rows without asking the store.
"""

import shutil
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

from bot.core.ids import JobId
from bot.core.office import Office
from bot.core.ports import Store
from bot.core.quota import Hold
from bot.store.sqlite import SqliteStore


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


HOMES: Final[Mapping[str, Callable[[Path], Home]]] = {"sqlite": SqliteHome}
