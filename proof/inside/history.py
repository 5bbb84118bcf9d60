"""Every change of a job's row, whoever makes it: a temporary trigger on the bot's own connection.

It writes a line inside the transaction, and another when that has committed or was undone; where the second
is missing, nobody can know from the file alone. Changes nothing in the database.
"""

import json
import os
import secrets
import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Final

from bot.core.errors import PassingError
from bot.store import batch, sqlite, writer
from proof.inside.orders import Live

COLUMNS: Final = (
    "id",
    "interaction_id",
    "owner_id",
    "cost",
    "accepted_at",
    "state",
    "version",
    "hold",
    "wish",
    "request_id",
    "result_id",
    "told_at",
    "deleted_at",
)

_EVENTS: Final = {"INSERT": (False, True), "UPDATE": (True, True), "DELETE": (True, False)}
"""Each with whether there is a row before it, and after it."""


class History:
    """One life's lines."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        self._life = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._transaction = 0

    def watch(self, connection: sqlite3.Connection) -> None:
        """Have the connection write down what it does to jobs."""
        connection.create_function("proof_note", 2, self._note)
        for event, (is_before, is_after) in _EVENTS.items():
            before = _object("OLD") if is_before else "NULL"
            after = _object("NEW") if is_after else "NULL"
            connection.execute(
                f"CREATE TEMP TRIGGER proof_{event.lower()} AFTER {event} ON main.jobs "
                f"BEGIN SELECT proof_note({before}, {after}); END"
            )

    def begin(self) -> None:
        """Count a transaction of many callers."""
        self._transaction += 1

    def end(self, outcome: str) -> None:
        """Note what has become of it."""
        self._write({"outcome": outcome})

    def _note(self, before: str | None, after: str | None) -> None:
        self._write({"before": json.loads(before or "null"), "after": json.loads(after or "null")})

    def _write(self, what: dict[str, object]) -> None:
        line = {"life": self._life, "transaction": self._transaction, **what}
        os.write(self._file, f"{json.dumps(line)}\n".encode())


def install(live: Live) -> None:
    """Keep a history, where the orders name a file for it."""
    if live.now.history is None:
        return
    history = History(live.now.history)
    migrated, together = sqlite._migrated, writer.commit_together  # pyright: ignore[reportPrivateUsage] (the one moment when the tables are there and nobody uses them)

    def migrate(connection: sqlite3.Connection, path: Path, now: datetime) -> tuple[int, int]:
        numbers = migrated(connection, path, now)
        history.watch(connection)
        return numbers

    def commit(connection: sqlite3.Connection, callers: batch.Batch) -> None:
        history.begin()
        try:
            together(connection, callers)
        except PassingError:
            history.end("undone")
            raise
        history.end("committed")

    sqlite._migrated = migrate  # pyright: ignore[reportPrivateUsage] (as above)
    writer.commit_together = commit


def _object(row: str) -> str:
    columns = ", ".join(f"'{name}', {row}.{name}" for name in COLUMNS)
    return f"json_object({columns})"
