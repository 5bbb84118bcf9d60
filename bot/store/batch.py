"""What happens in the database's thread: many callers' transactions, committed together.

Plain synchronous functions, so nobody can wait for the network inside a transaction. Each caller has a
savepoint of its own; what concerns all of them is raised, what concerns one is kept for that one.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, Final, Generic, TypeVar

from bot.core.errors import PassingError, Problem, StoreUnusable, ZoetropeError
from bot.store.database import BUSY_TIMEOUT

T = TypeVar("T")

# https://www.sqlite.org/rescode.html: after these nothing is wrong with the file, and time helps.
_PASSING: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL})
# Seconds to wait for a database that was locked the last time.
_STILL_LOCKED: Final = 0.2
# A caller's own mistake: its savepoint is rolled back, the others go on.
_ITS_OWN: Final = frozenset(
    {sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_TOOBIG}
)


class Transaction:
    """One caller's part of a batch, inside its savepoint; implements `ports.Transaction`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._calls: list[Callable[[], None]] = []

    def after_commit(self, call: Callable[[], None]) -> None:
        self._calls.append(call)

    def lock(self, *names: str) -> None:
        """Do nothing: whoever writes has the whole file."""

    def announce(self, loop: asyncio.AbstractEventLoop) -> None:
        """Have the calls made by the loop, each on its own: one that fails is the loop's to report."""
        for call in self._calls:
            loop.call_soon(call)


class Caller(Generic[T]):
    """Somebody who waits for a transaction. `attempt` belongs to the thread, the rest to the event loop."""

    def __init__(self, work: Callable[[Transaction], T]) -> None:
        self._work = work
        self._answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._transaction: Transaction | None = None
        self._error: Exception | None = None
        self._result: T

    async def answered(self) -> T:
        """Wait for the answer. Cancelling the wait changes nothing about a transaction that has begun."""
        return await self._answer

    @property
    def has_left(self) -> bool:
        """Tell whether nobody waits any more."""
        return self._answer.done()

    def attempt(self, connection: sqlite3.Connection) -> bool:
        """Run the work; False where it failed by itself. Raises an error that concerns the whole batch."""
        transaction = Transaction(connection)
        try:
            self._result = self._work(transaction)
        except Exception as error:
            if not connection.in_transaction or not _is_its_own(error):
                raise
            self._error = error
            return False
        self._transaction = transaction
        return True

    def answer(self) -> None:
        """Hand over what came of it, now that it is durable."""
        if self._transaction is not None:
            self._transaction.announce(self._answer.get_loop())
        if self._answer.done():
            return
        if self._error is not None:
            self._answer.set_exception(self._error)
        else:
            self._answer.set_result(self._result)

    def refuse(self, error: ZoetropeError) -> None:
        """Say that nothing was done, or that nobody knows."""
        if not self._answer.done():
            self._answer.set_exception(error)


# What the callers wait for differs from one to the next, and nobody here looks at it.
Batch = Sequence[Caller[Any]]


def commit_together(connection: sqlite3.Connection, batch: Batch) -> None:
    """Run the batch in one durable transaction.

    Raises PassingError where nothing was done, StoreUnusable where nobody can know what is durable.
    """
    try:
        _begin(connection)
        for caller in batch:
            connection.execute("SAVEPOINT caller")
            if not caller.attempt(connection):
                connection.execute("ROLLBACK TO caller")
            connection.execute("RELEASE caller")
    except Exception as error:
        _roll_back(connection)
        raise translated(error) from error
    _commit(connection)


def _begin(connection: sqlite3.Connection) -> None:
    """Begin to write. A database that was locked the last time is not waited for as long again.

    Whoever has waited behind that time has not as long left, since a command has three seconds.
    """
    try:
        # Not deferred: a read that is followed by a write could fail at once, whatever the timeout.
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.Error:
        _wait_for_locks(connection, _STILL_LOCKED)
        raise
    _wait_for_locks(connection, BUSY_TIMEOUT)


def _wait_for_locks(connection: sqlite3.Connection, seconds: float) -> None:
    """Set how long a statement waits for another program."""
    connection.execute(f"PRAGMA busy_timeout = {round(seconds * 1000)}").fetchone()


def _commit(connection: sqlite3.Connection) -> None:
    try:
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        if code(error) != sqlite3.SQLITE_FULL:
            raise StoreUnusable(f"a COMMIT failed, what it wrote may be durable or not: {error}") from error
        # No room for the last page means no commit record: the one failure of a COMMIT that is certain.
        _roll_back(connection)
        raise PassingError(Problem.STORE_BUSY) from error


def read_together(connection: sqlite3.Connection, batch: Batch) -> None:
    """Run the batch in one view of the database; writes nothing and waits for no writer."""
    try:
        connection.execute("BEGIN")
        for caller in batch:
            caller.attempt(connection)
        connection.execute("ROLLBACK")
    except Exception as error:
        _roll_back(connection)
        raise translated(error) from error


def translated(error: Exception) -> ZoetropeError:
    """Return what an error of the database means to those who wait for it."""
    if code(error) in _PASSING:
        return PassingError(Problem.STORE_BUSY)
    return StoreUnusable(f"the database failed: {error}")


def code(error: Exception) -> int | None:
    """Return SQLite's primary result code, None for an error that SQLite did not report."""
    number: int | None = getattr(error, "sqlite_errorcode", None)
    return None if number is None else number & 0xFF


def _is_its_own(error: Exception) -> bool:
    number = code(error)
    return number is None or number in _ITS_OWN


def _roll_back(connection: sqlite3.Connection) -> None:
    # SQLite has often done it already: https://www.sqlite.org/lang_transaction.html, section 3.
    if connection.in_transaction:
        connection.execute("ROLLBACK")
