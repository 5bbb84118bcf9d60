"""The first way out: a COMMIT of the database, whoever's statements it makes durable.

Many callers' transactions are committed together, so one COMMIT is a crossing for each of them.
"""

import functools
import re
import sqlite3
from collections.abc import Sequence
from typing import Any, Final
from weakref import WeakKeyDictionary

from bot.store import batch, writer
from proof.inside.crossings import Crossing, Crossings
from proof.inside.orders import Phase
from proof.inside.passage import Passage
from proof.inside.visits import Visit, innermost, port_visit

_WHAT: Final = "COMMIT"
_ALONE: Final = re.compile(
    r"PRAGMA (journal_mode = WAL|wal_checkpoint|optimize)|VACUUM|REINDEX", re.IGNORECASE
)
"""Statements that change the file without a transaction around them."""


def is_durable(sql: str) -> bool:
    """Tell whether a statement makes something durable by itself."""
    return sql == _WHAT or _ALONE.match(sql) is not None


class _Commits:
    """Knows whose work is in the batch that is being committed."""

    def __init__(self, passage: Passage) -> None:
        self.passage = passage
        self._askers = WeakKeyDictionary[batch.Caller[Any], Visit]()
        self._batch: Sequence[batch.Caller[Any]] = ()

    def install(self) -> None:
        made: Any = batch.Caller.__init__  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType] (of any answer)
        together = writer.commit_together

        def make(caller: batch.Caller[Any], *args: Any) -> None:
            made(caller, *args)
            if (visit := port_visit()) is not None:
                self._askers[caller] = visit

        def commit(connection: sqlite3.Connection, callers: batch.Batch) -> None:
            self._batch = callers
            try:
                together(connection, callers)
            finally:
                self._batch = ()

        batch.Caller.__init__ = make  # pyright: ignore[reportAttributeAccessIssue] (as above)
        writer.commit_together = commit

    def visits(self) -> list[Visit | None]:
        """Return who waits for the COMMIT that comes next, each once."""
        found: dict[str, Visit | None] = {}
        for caller in self._batch:
            visit = self._askers.get(caller)
            found[visit.title if visit else ""] = visit
        return list(found.values()) or [innermost()]


def install(crossings: Crossings) -> None:
    """Have every connection tell of what it makes durable."""
    commits = _Commits(Passage(crossings, "execute"))
    commits.install()
    passage = commits.passage

    class Observed(sqlite3.Connection):
        """A connection that dies where it is told to."""

        def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
            if sql == "BEGIN IMMEDIATE":
                for visit in commits.visits():
                    crossings.reach(passage.expected(_WHAT, visit), Phase.BEFORE)
            elif sql == _WHAT:
                begun = [passage.begin_for(_WHAT, visit) for visit in commits.visits()]
                return self._durably(sql, begun, Phase.DURING)
            elif alone := _ALONE.match(sql):
                return self._durably(sql, [passage.begin(alone[0])], Phase.BEFORE)
            return super().execute(sql, parameters)

        def _durably(self, sql: str, begun: list[Crossing], phase: Phase) -> sqlite3.Cursor:
            for crossing in begun:
                crossings.reach(crossing, phase)
            done = super().execute(sql)
            for crossing in begun:
                crossings.reach(crossing, Phase.LOST)
            return done

    sqlite3.connect = functools.partial(sqlite3.connect, factory=Observed)
