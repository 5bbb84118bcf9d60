"""The engine of many processes: Procrastinate, on the PostgreSQL that holds the jobs.

A row of its queue is the right to follow one job. Whoever has it looks at the job from a heap in memory, as a
single process does, and writes nothing while there is nothing new. Rows of a worker that gives no sign of
life go to others; that worker may do nothing more by then, for it counts the time itself.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any, Final, LiteralString

import procrastinate
import psycopg
from procrastinate.exceptions import ProcrastinateException
from procrastinate.jobs import Job

from bot.clock import DatabaseClock
from bot.core.ids import JobId
from bot.core.ports import Transaction
from bot.engine import statements
from bot.engine.bell import Bell, News
from bot.engine.claims import Claims
from bot.engine.local import Advance, LocalEngine
from bot.engine.tenure import Tenure
from bot.flow.permit import acting_by
from bot.postgres import Joinable

log = logging.getLogger(__name__)

# Shares of the bound within which a silent worker's jobs are with others: when it is taken for dead, and how
# often signs of life are given and looked for. The rest is for fetching what was put back.
_SILENT: Final = 0.6
_BEAT: Final = 0.1
# Seconds: how often the queue is asked without being told, and between two lives of the worker.
_FETCH: Final = 1.0
_AGAIN: Final = 0.5
# Seconds that the looks at jobs which are taken over are spread over.
_SPREAD: Final = 2.0
_CONNECTIONS: Final = 4
# Seconds between two questions for the time.
_TIME: Final = 10.0


@dataclass(frozen=True, slots=True)
class Terms:
    """What an operator sets."""

    takeover_after: float
    """Seconds within which the jobs of a process that died are with others."""
    jobs_at_a_time: int
    """How many jobs one process follows."""


class _Again(procrastinate.BaseRetryStrategy):
    """Whatever ends a worker's following but the job's own end, somebody else goes on."""

    def get_retry_decision(
        self,
        *,
        exception: BaseException,  # noqa: ARG002 (the library's signature)
        job: Job,  # noqa: ARG002
    ) -> procrastinate.RetryDecision:
        return procrastinate.RetryDecision(retry_at=datetime.now(UTC))


class ProcrastinateEngine:
    """Follows its share of all jobs, or none (`works` is False) and only hands them in."""

    def __init__(
        self,
        *,
        connection: dict[str, Any],
        advance: Advance,
        clock: DatabaseClock,
        chance: Callable[[], float],
        terms: Terms,
        works: bool,
        hold_off: Callable[[float], None],
        divide: Callable[[int], None],
    ) -> None:
        """Connect with `connection`; `hold_off` where another process was told to call less.

        `divide`: so many workers share the calls to RunComfy.
        """
        self._step = advance
        self._clock = clock
        self._chance = chance
        self._terms = terms
        self._works = works
        self._hold_off = hold_off
        self._divide = divide
        self._followed: dict[JobId, asyncio.Future[None]] = {}
        self._bell = Bell(connection, clock, self._hear)
        self._heap = LocalEngine(
            advance=self._advance, unfinished=_nothing, clock=clock, chance=chance, looks_per_second=1.0
        )
        self._app = procrastinate.App(
            connector=procrastinate.PsycopgConnector(
                kwargs=connection, min_size=1, max_size=_CONNECTIONS, timeout=5.0, configure=_configure
            )
        )
        self._claims = Claims(self._app.connector, clock)
        self._app.job_manager = self._claims
        self._app.task(name=statements.TASK, queue=statements.QUEUE, retry=_Again(), pass_context=True)(
            self._follow
        )

    def enqueue(self, job_id: JobId, delay: float, transaction: Transaction | None = None) -> None:
        """Have the job advanced after `delay` seconds or sooner; with a transaction, only if that commits."""
        if isinstance(transaction, Joinable):
            # Whoever fetches it looks at once, and finds that there is time.
            transaction.session.execute(statements.DEFER, {"job_id": job_id})
        elif job_id in self._followed:
            self._heap.enqueue(job_id, delay)
        else:
            self._bell.wake(job_id)

    def tell_to_hold(self, seconds: float) -> None:
        """Have no process call RunComfy for so long."""
        self._bell.hold(seconds)

    async def run(self) -> None:
        """Serve until `stop`; a failure of the store ends it with that error."""
        async with self._app.open_async(), asyncio.TaskGroup() as parts:
            beside = [parts.create_task(self._bell.run()), parts.create_task(self._keep_time())]
            if self._works:
                beside += [parts.create_task(self._live()), parts.create_task(self._tend())]
            # Returns once what is under way has ended.
            await self._heap.run()
            await self._leave()
            for part in beside:
                part.cancel()

    def stop(self) -> None:
        """Begin no further advance; `run` returns once those under way have ended and all is put back."""
        self._heap.stop()

    @property
    def is_stopping(self) -> bool:
        """Whether no further advance is begun."""
        return self._heap.is_stopping

    def share(self) -> int | None:
        """Return how many jobs this process follows; None where it may follow none now."""
        return len(self._followed) if self._is_at_work else None

    @property
    def _is_at_work(self) -> bool:
        return self._claims.worker_id is not None and self._claims.tenure.is_held

    # --- one job ---------------------------------------------------------------------------------------

    async def _follow(self, context: procrastinate.JobContext, job_id: str) -> None:
        """Have the job in the heap until it is over; the task only waits."""
        job, over = JobId(job_id), asyncio.get_running_loop().create_future()
        self._followed[job] = over
        # One that comes from a worker that died comes with many others.
        self._heap.enqueue(job, self._chance() * _SPREAD if context.job.attempts else 0.0)
        try:
            await over
        finally:
            if self._followed.get(job) is over:
                del self._followed[job]

    async def _advance(self, job_id: JobId) -> float | None:
        over, tenure = self._followed.get(job_id), self._claims.tenure
        if over is None or not tenure.is_held:
            return None
        with acting_by(lambda: tenure.is_held):
            delay = await self._step(job_id)
        if self._followed.get(job_id) is not over:
            # Somebody else's by now, or this process's anew.
            return None
        if delay is None and not over.done():
            over.set_result(None)
        return delay

    def _hear(self, news: News) -> None:
        for job_id in news.wake:
            if job_id in self._followed:
                self._heap.enqueue(job_id, 0.0)
        if news.hold > 0:
            self._hold_off(news.hold)

    # --- the life of the worker ------------------------------------------------------------------------

    async def _live(self) -> None:
        """Be a worker, one life after the other: each ends where it may have been taken for dead."""
        while not self.is_stopping:
            tenure = Tenure(self._clock, self._silent)
            self._claims.begin(tenure)
            work = asyncio.create_task(self._work())
            beats = asyncio.create_task(self._beat(tenure))
            try:
                await asyncio.wait({work, beats}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                tenure.end()
                self._followed.clear()
                for part in (work, beats):
                    part.cancel()
                ends = await asyncio.gather(work, beats, return_exceptions=True)
            _explain(ends)
            await self._clock.sleep(_AGAIN)

    async def _work(self) -> None:
        await self._app.run_worker_async(
            concurrency=self._terms.jobs_at_a_time,
            fetch_job_polling_interval=_FETCH,
            shutdown_graceful_timeout=0.0,
            install_signal_handlers=False,
            delete_jobs="always",
            stalled_worker_timeout=self._silent,
            update_heartbeat_interval=3600.0,
            abort_job_polling_interval=3600.0,
        )

    async def _beat(self, tenure: Tenure) -> None:
        """Give signs of life, and count the tenure from each; return once it is over."""
        while tenure.is_held:
            began = self._clock.monotonic()
            if (worker_id := self._claims.worker_id) is not None:
                found = await self._ask(statements.BEAT, worker_id=worker_id, stale=self._silent)
                if found == []:
                    return
                if found:
                    tenure.renew(began)
                    self._divide(max(1, found[0]["workers"]))
            await self._clock.sleep(self._terms.takeover_after * _BEAT)

    async def _leave(self) -> None:
        if self._is_at_work:
            await self._claims.hand_back()

    async def _keep_time(self) -> None:
        while True:
            asked_at = self._clock.monotonic()
            if found := await self._ask(statements.TIME):
                self._clock.keep_to(found[0]["now"], asked_at)
            await self._clock.sleep(_TIME)

    # --- for all workers -------------------------------------------------------------------------------

    async def _tend(self) -> None:
        """Put back what silent workers follow, and now and then find rows that nobody follows."""
        for turn in count(1):
            await self._clock.sleep(self._terms.takeover_after * _BEAT)
            taken = await self._ask(statements.TAKE_OVER, stale=self._silent)
            swept = [] if turn % 10 else await self._ask(statements.SWEEP)
            number = sum(int(row.get("taken", 0)) for row in taken or ())
            found = sum(int(row.get("found", 0)) for row in swept or ())
            if number:
                log.warning("put back %d jobs of silent workers", number, extra={"action": "take over"})
            if found:
                log.warning("found %d jobs that nobody followed", found, extra={"action": "sweep"})
            if number or found:
                await self._ask(statements.FETCH)

    async def _ask(self, statement: LiteralString, **values: Any) -> list[dict[str, Any]] | None:
        """Return the rows; None where the database is away."""
        try:
            return await self._app.connector.execute_query_all_async(statement, **values)
        except ProcrastinateException as error:
            log.info("the queue cannot be reached: %s", error.__cause__ or error, extra={"action": "retry"})
            return None

    @property
    def _silent(self) -> float:
        return self._terms.takeover_after * _SILENT


async def _configure(session: psycopg.AsyncConnection[Any]) -> None:
    # A process that is stopped between a statement and its COMMIT would hold its rows.
    await session.set_autocommit(True)


async def _nothing() -> list[Any]:
    return []


def _explain(ends: Sequence[BaseException | None]) -> None:
    for end in ends:
        if isinstance(end, Exception):
            log.info("the worker begins anew: %s", end, extra={"action": "retry"})
