"""Procrastinate's way to its tables, as we need it: through a database that is away, and for our own rows.

What its worker does not survive by itself, a connection that breaks, is waited out here. What a worker says
about a job names the worker: one that was replaced meanwhile takes nothing away from its successor.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from typing import Final, LiteralString, TypeVar

from procrastinate.connector import BaseConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager, NotificationCallback

from bot.core.ports import Clock
from bot.engine import statements
from bot.engine.tenure import Tenure

log = logging.getLogger(__name__)

T = TypeVar("T")

# Seconds between two tries while the database is away.
_AGAIN: Final = 0.5


class Claims(JobManager):
    """The rows of one worker at a time, for as long as its tenure is held."""

    def __init__(self, connector: BaseConnector, clock: Clock) -> None:
        super().__init__(connector)
        self._clock = clock
        self.tenure = Tenure(clock, 0.0)
        self.worker_id: int | None = None
        """Under which number this life of the worker is known."""
        self._is_leaving = False

    def begin(self, tenure: Tenure) -> None:
        """Begin a life."""
        self.tenure, self.worker_id = tenure, None

    async def register_worker(self) -> int:
        self.worker_id = await super().register_worker()
        return self.worker_id

    async def update_heartbeat(self, worker_id: int) -> None:
        """Do nothing: signs of life are given by the engine, which counts its tenure from them."""

    async def fetch_job(self, queues: Iterable[str] | None, worker_id: int) -> Job | None:
        """Fetch one; none once the tenure is over or the process leaves: it could not be followed."""
        if self._is_leaving:
            return None
        return await self._insist(lambda: super(Claims, self).fetch_job(queues, worker_id))

    async def list_jobs_to_abort_async(self, queue: str | None = None) -> Iterable[int]:  # noqa: ARG002 (the library's signature)
        """Return none: a wish to cancel is a column of the job's own row."""
        return []

    async def listen_for_jobs(
        self, *, on_notification: NotificationCallback, queues: Iterable[str] | None = None
    ) -> None:
        while True:
            try:
                await super().listen_for_jobs(on_notification=on_notification, queues=queues)
            except ConnectorException:
                # What is missed meanwhile is found by the next look.
                await asyncio.sleep(_AGAIN)

    async def finish_job(self, job: Job, status: Status, delete_job: bool) -> None:  # noqa: FBT001, ARG002 (the library's signature)
        """Take the row out, if it is still this worker's: whatever is left to do stands in the job's own."""
        await self._say(statements.FINISH, job)

    async def retry_job(
        self,
        job: Job,
        retry_at: datetime | None = None,  # noqa: ARG002 (the library's signature)
        priority: int | None = None,  # noqa: ARG002
        queue: str | None = None,  # noqa: ARG002
        lock: str | None = None,  # noqa: ARG002
    ) -> None:
        """Put the row back, if it is still this worker's."""
        await self._say(statements.RETURN, job)

    async def hand_back(self) -> None:
        """Put back all that this worker follows, so that others take it up at once."""
        # First, or this very worker would be told to fetch it all again.
        self._is_leaving = True
        if self.worker_id is not None:
            await self._insist(self._hand_back)

    async def _hand_back(self) -> None:
        await self.connector.execute_query_async(statements.HAND_BACK, worker_id=self.worker_id)
        await self.connector.execute_query_async(statements.FETCH)

    async def _say(self, statement: LiteralString, job: Job) -> None:
        await self._insist(
            lambda: self.connector.execute_query_async(statement, row_id=job.id, worker_id=job.worker_id)
        )

    async def _insist(self, call: Callable[[], Awaitable[T]]) -> T | None:
        while True:
            try:
                return await call()
            except ConnectorException as error:
                if not self.tenure.is_held:
                    return None
                log.info("the queue cannot be reached, again soon: %s", error, extra={"action": "retry"})
                await self._clock.sleep(_AGAIN)
