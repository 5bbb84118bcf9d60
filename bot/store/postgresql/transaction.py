"""One caller's transaction: how it is begun, what it is told of, how it is left."""

import asyncio
from collections.abc import Callable
from typing import Final

from psycopg import IsolationLevel
from psycopg.pq import TransactionStatus

from bot.store.postgresql.dialect import PostgresConnection, Session

# A transaction is held up by a lock of this name, and by nothing else of the same number by more than chance.
_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended('zoetrope ' || %s, 0))"


class PostgresTransaction:
    """Implements `bot.store.connection.Transaction`, and `bot.postgres.Joinable` for the engine."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.connection = PostgresConnection(session)
        self._calls: list[Callable[[], None]] = []

    def after_commit(self, call: Callable[[], None]) -> None:
        self._calls.append(call)

    def lock(self, *names: str) -> None:
        for name in names:
            self.session.execute(_LOCK, (name,))

    def announce(self, loop: asyncio.AbstractEventLoop) -> None:
        """Have the calls made by the loop, each on its own: one that fails is the loop's to report."""
        for call in self._calls:
            loop.call_soon_threadsafe(call)


def set_up(session: Session, *, alone: bool, reading: bool) -> None:
    """Say how the transaction sees the others; it begins with its first statement.

    A view of its own for those who read, and for sums that end in a write: another who writes there first
    breaks it off, and it is done anew. Everybody else sees what was committed last, and locks what must stay.
    """
    session.isolation_level = (
        IsolationLevel.REPEATABLE_READ if alone or reading else IsolationLevel.READ_COMMITTED
    )
    session.read_only = reading


def roll_back(session: Session) -> None:
    """Leave the transaction; a session that cannot even do that is closed."""
    if session.closed or session.info.transaction_status is TransactionStatus.IDLE:
        return
    try:
        session.rollback()
    except Exception:  # noqa: BLE001 (it is of no use any more, whatever it says)
        session.close()
