"""Group commit: what waits while one batch is on its way is committed together, and answered after that.

Owns the order of things and the end of them: after a commit of which nobody knows the outcome it refuses
everything. Must never answer a write before its COMMIT.
"""

import asyncio
import logging
import sqlite3
from collections import deque
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any, Final, Self, TypeVar

from bot.core.errors import PassingError, StoreUnusable, ZoetropeError
from bot.store.batch import Batch, Caller, Transaction, commit_together, read_together
from bot.store.thread import DatabaseThread

log = logging.getLogger(__name__)

T = TypeVar("T")

# At some 0.1 ms a transaction a batch stays far below Discord's three seconds, however many wait.
LARGEST_BATCH: Final = 500
_CLOSED: Final = "the store is closed"

Together = Callable[[sqlite3.Connection, Batch], None]
Queue = deque[Caller[Any]]  # Any as in Batch


class Writer:
    """Answers reads and writes, each a plain function that runs whole in the database's thread.

    An async context: on leaving, what waits is finished first.
    """

    def __init__(self, thread: DatabaseThread) -> None:
        self._thread = thread
        self._reads = Queue()
        self._writes = Queue()
        self._news = asyncio.Event()
        self._closing = False
        self._failure: str | None = None
        self._broken = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._serving = asyncio.create_task(self._serve(), name="store")
        self._serving.add_done_callback(self._refuse_all)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing = True
        self._news.set()
        # Not awaited itself: the last writes are finished even if the one who closes is in a hurry.
        await asyncio.wait({self._serving})

    async def write(self, work: Callable[[Transaction], T], *, alone: bool = False) -> T:  # noqa: ARG002 (always so here)
        """Run the work in a transaction, durable on return; its own error rolls back its own part only.

        Raises PassingError where nothing was done, StoreUnusable where nobody knows.
        """
        return await self._ask(self._writes, Caller(work))

    async def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run the work on one view of the database, with every write in it that was answered before."""
        return await self._ask(self._reads, Caller(lambda transaction: work(transaction.connection)))

    async def broken(self) -> StoreUnusable:
        """Wait until the store can no longer be used, and return why."""
        await self._broken.wait()
        return StoreUnusable(self._failure or _CLOSED)

    async def _ask(self, queue: Queue, caller: Caller[T]) -> T:
        if self._failure is not None or self._closing:
            raise StoreUnusable(self._failure or _CLOSED)
        queue.append(caller)
        self._news.set()
        return await caller.answered()

    # --- serving ---------------------------------------------------------------------------------------

    async def _serve(self) -> None:
        while await self._has_news():
            # Reads first: they are short, and a locked database does not stop them.
            await self._do_together(read_together, self._reads)
            await self._do_together(commit_together, self._writes)

    async def _has_news(self) -> bool:
        """Wait until somebody waits; False at the end."""
        while self._failure is None:
            if self._reads or self._writes:
                return True
            if self._closing:
                return False
            self._news.clear()
            await self._news.wait()
        return False

    async def _do_together(self, together: Together, queue: Queue) -> None:
        batch = _next_batch(queue)
        if not batch or self._failure is not None:
            _refuse(batch, StoreUnusable(self._failure or _CLOSED))
            return
        try:
            await self._thread.run(lambda connection: together(connection, batch))
        except PassingError as error:
            # Whoever waits behind a locked database has waited for that long too.
            _refuse([*batch, *queue], error)
            queue.clear()
        except asyncio.CancelledError:
            _refuse(batch, StoreUnusable("the store was stopped in the middle of a transaction"))
            raise
        except Exception as error:  # noqa: BLE001 (whatever it is, nobody knows what is durable)
            _refuse(batch, self._fail(error))
        else:
            for caller in batch:
                caller.answer()

    def _fail(self, error: Exception) -> StoreUnusable:
        unusable = (
            error if isinstance(error, StoreUnusable) else StoreUnusable(f"the database failed: {error}")
        )
        self._failure = str(unusable.reason.facts["detail"])
        self._broken.set()
        log.critical("the store cannot be used any more: %s", self._failure, extra={"action": "break"})
        return unusable

    def _refuse_all(self, _: asyncio.Task[None]) -> None:
        """Leave nobody waiting when nobody serves any more, for whatever reason."""
        self._closing = True
        for queue in (self._reads, self._writes):
            _refuse(queue, StoreUnusable(self._failure or _CLOSED))
            queue.clear()


def _next_batch(queue: Queue) -> list[Caller[Any]]:
    """Take out up to a batch, without those who have left before anything was done for them."""
    taken = [queue.popleft() for _ in range(min(len(queue), LARGEST_BATCH))]
    return [caller for caller in taken if not caller.has_left]


def _refuse(batch: Iterable[Caller[Any]], error: ZoetropeError) -> None:
    for caller in batch:
        caller.refuse(error)
