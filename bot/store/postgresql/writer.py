"""Runs plain functions in threads, each whole in one transaction on a connection of the pool.

Nobody waits longer than Discord does: a database that is away is an honest refusal in good time, and nothing
was done. Where the answer to a COMMIT was lost the database is asked for it; nothing is ever done twice.
"""

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from types import TracebackType
from typing import Final, Self, TypeVar
from uuid import uuid4

import psycopg
from psycopg_pool import ConnectionPool, PoolTimeout

from bot.core.errors import PassingError, Problem, StoreUnusable
from bot.store.connection import Connection, Transaction
from bot.store.postgresql import commits
from bot.store.postgresql.dialect import Session
from bot.store.postgresql.transaction import PostgresTransaction, roll_back, set_up
from bot.store.postgresql.troubles import ANEW, is_lasting, is_outdated, is_passing, sentence

log = logging.getLogger(__name__)

T = TypeVar("T")
Pool = ConnectionPool[Session]

# Seconds. A command has three until Discord gives it up: https://discord.com/developers/docs/interactions
PATIENCE: Final = 2.0
# Seconds for which the server is asked what became of a COMMIT; a restart takes less.
DOUBT: Final = 60.0
_BETWEEN_QUESTIONS: Final = 0.1
# What was broken off because another was faster is done anew so often.
_TRIES: Final = 5
_CLOSED: Final = "the store is closed"


class _Lost(Exception):  # noqa: N818 (what became of it)
    """The connection is of no use any more, and COMMIT was not sent: nothing was done."""


class PostgresWriter:
    """Implements `bot.store.connection.Writer`. An async context: on leaving, what was begun is finished."""

    def __init__(self, pool: Pool, threads: int) -> None:
        self._pool = pool
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="store")
        self._name = uuid4().hex
        self._closing = False
        self._failure: str | None = None
        self._broken = asyncio.Event()

    async def __aenter__(self) -> Self:
        # The next start does it otherwise.
        with contextlib.suppress(PassingError):
            await self.write(lambda transaction: commits.forget(transaction.connection))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing = True
        # In a thread, because the loop must go on answering those whose work is being finished.
        await asyncio.to_thread(self._threads.shutdown)

    async def write(self, work: Callable[[Transaction], T], *, alone: bool = False) -> T:
        """As the port says."""
        return await self._ask(work, partial(set_up, alone=alone, reading=False))

    async def read(self, work: Callable[[Connection], T]) -> T:
        """As the port says."""
        return await self._ask(lambda here: work(here.connection), partial(set_up, alone=False, reading=True))

    async def broken(self) -> StoreUnusable:
        """Wait until what no time mends has come; a database that is away is waited for elsewhere."""
        await self._broken.wait()
        return StoreUnusable(self._failure or _CLOSED)

    async def _ask(self, work: Callable[[Transaction], T], set_up: Callable[[Session], None]) -> T:
        if self._failure is not None or self._closing:
            raise StoreUnusable(self._failure or _CLOSED)
        loop, deadline = asyncio.get_running_loop(), time.monotonic() + PATIENCE
        future = self._threads.submit(self._persist, work, set_up, deadline, loop)
        answer = asyncio.wrap_future(future)
        try:
            return await asyncio.shield(answer)
        except asyncio.CancelledError:
            # Not begun it never will be; begun it is finished, before whoever leaves does anything else.
            if not future.cancel():
                await asyncio.wait({answer})
                # Nobody is left to be told of an error.
                if not answer.cancelled():
                    answer.exception()
            raise
        except StoreUnusable as error:
            self._fail(error)
            raise

    def _fail(self, error: StoreUnusable) -> None:
        self._failure = str(error.reason.facts["detail"])
        self._broken.set()
        log.critical("the store cannot be used any more: %s", self._failure, extra={"action": "break"})

    # --- in a thread -------------------------------------------------------------------------------------

    def _persist(
        self,
        work: Callable[[Transaction], T],
        set_up: Callable[[Session], None],
        deadline: float,
        loop: asyncio.AbstractEventLoop,
    ) -> T:
        """Do the work, anew where that is safe: never after its COMMIT may have been heard."""
        for tried in range(1, 1_000_000):
            try:
                return self._attempt(work, set_up, deadline, loop)
            except ANEW:
                if tried >= _TRIES:
                    raise
            except _Lost as error:
                if time.monotonic() >= deadline:
                    raise PassingError(Problem.STORE_BUSY) from error
                # Every connection of a server that has restarted is dead, and each is found out by itself.
                time.sleep(0.01)
        raise AssertionError("the deadline is long over")

    def _attempt(
        self,
        work: Callable[[Transaction], T],
        set_up: Callable[[Session], None],
        deadline: float,
        loop: asyncio.AbstractEventLoop,
    ) -> T:
        with self._session(deadline) as session:
            try:
                set_up(session)
                transaction = PostgresTransaction(session)
                result = work(transaction)
                mark = None if session.read_only else commits.mark(session, self._writer())
            except Exception as error:
                if is_outdated(error):
                    # What it has prepared is for the tables of before; a new one prepares it anew.
                    session.close()
                    raise _Lost from error
                if is_lasting(error):
                    raise StoreUnusable(f"the database failed: {sentence(error)}") from error
                if is_passing(error) and not isinstance(error, ANEW):
                    if session.broken or session.closed:
                        raise _Lost from error
                    raise PassingError(Problem.STORE_BUSY) from error
                raise
            self._commit(session, mark)
        transaction.announce(loop)
        return result

    def _commit(self, session: Session, mark: str | None) -> None:
        try:
            session.commit()
        except psycopg.Error as error:
            if isinstance(error, ANEW) or not is_passing(error):
                raise
            if not (session.broken or session.closed):
                # The server has refused it, which is certain.
                raise PassingError(Problem.STORE_BUSY) from error
            if mark is not None and not self._was_committed(mark):
                raise _Lost from error

    @contextlib.contextmanager
    def _session(self, deadline: float) -> Generator[Session]:
        left = deadline - time.monotonic()
        if left <= 0:
            # Whoever waited behind others for an absent database has waited for that long too.
            raise PassingError(Problem.STORE_BUSY)
        try:
            session = self._pool.getconn(left)
        except PoolTimeout as error:
            raise PassingError(Problem.STORE_BUSY) from error
        try:
            yield session
        finally:
            roll_back(session)
            self._pool.putconn(session)

    def _writer(self) -> str:
        return f"{self._name} {threading.get_ident()}"

    def _was_committed(self, mark: str) -> bool:
        """Ask the database what became of this thread's transaction, whose COMMIT was sent and not answered.

        Raises StoreUnusable where nobody says: it may be durable or not.
        """
        until = time.monotonic() + DOUBT
        while time.monotonic() < until:
            with contextlib.suppress(psycopg.Error, PassingError):
                with self._session(min(until, time.monotonic() + PATIENCE)) as session:
                    set_up(session, alone=False, reading=False)
                    is_committed = commits.is_committed(session, self._writer(), mark)
                log.warning(
                    "a COMMIT was cut off and is asked after: %s",
                    "committed" if is_committed else "not committed",
                    extra={"action": "resolve"},
                )
                return is_committed
            time.sleep(_BETWEEN_QUESTIONS)
        raise StoreUnusable("a COMMIT was cut off, what it wrote may be durable or not")
