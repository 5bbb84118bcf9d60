"""A look at a database from outside: beside a bot that runs, without its lock.

For the operator's questions. Never creates, migrates, repairs or writes anything.
"""

import os
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from bot.core.errors import StoreUnusable
from bot.core.ids import JobId, UserId
from bot.store.database import BUSY_TIMEOUT, inspect, located
from bot.store.lock import holder
from bot.store.migrate import MIGRATIONS
from bot.store.numbered import migrations_in

# Only what the first migration has made: an older file than this version's answers as well.
_IN_DOUBT: Final = """
    SELECT id, owner_id, ended_at, command FROM jobs WHERE state = 'unknown' ORDER BY ended_at, id LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A job of which nobody knows whether it was bought."""

    id: JobId
    owner_id: UserId
    since: datetime
    command: str


@dataclass(frozen=True, slots=True)
class Look:
    """What a file shows from outside."""

    applied: int
    """Migrations in the file; 0 where there is no database yet."""
    pending: int
    """Migrations that opening it would apply."""
    holder: str | None
    """The process that has it open, in words."""
    in_doubt: Sequence[Doubt]


def look(place: Path | str, count: int) -> Look:
    """Return what there is to see in a file or a database, with up to `count` jobs in doubt, oldest first.

    Raises StoreUnusable wherever opening it would, except that another process may have the file open.
    """
    return _look_into(place, count) if isinstance(place, Path) else _look_at(place, count)


def _look_at(url: str, count: int) -> Look:
    from bot.store import postgres  # noqa: PLC0415 (who runs on a file does not carry the driver)

    with postgres.reading(url) as (connection, applied, known):
        found = connection.execute(_IN_DOUBT, (count,)).fetchall() if applied else []
    return Look(applied, max(0, known - applied), None, _doubts(found))


def _look_into(path: Path, count: int) -> Look:
    path = located(path)
    known = migrations_in(MIGRATIONS)
    held_by = holder(path)
    applied = inspect(path, known)
    if held_by is None:
        _judge_rights(path)
    return Look(applied, len(known) - applied, held_by, _in_doubt(path, count) if applied else ())


def _judge_rights(path: Path) -> None:
    # The log and the lock are files beside it.
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise StoreUnusable(f"{path}: the directory {path.parent} cannot be written")
    if path.exists() and not os.access(path, os.W_OK):
        raise StoreUnusable(f"{path}: it cannot be written")


def _in_doubt(path: Path, count: int) -> Sequence[Doubt]:
    address = f"{path.as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True, timeout=BUSY_TIMEOUT)) as connection:
            found = connection.execute(_IN_DOUBT, (count,)).fetchall()
    except sqlite3.Error as error:
        raise StoreUnusable(f"{path}: it cannot be read ({error})") from error
    return _doubts(found)


def _doubts(found: Iterable[Iterable[Any]]) -> Sequence[Doubt]:
    return [
        Doubt(JobId(job_id), UserId(owner_id), datetime.fromtimestamp(since / 1_000_000, UTC), command)
        for job_id, owner_id, since, command in found
    ]
