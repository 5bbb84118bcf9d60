"""The engine of one process: due times in one heap in memory, rebuilt from the rows at start.

No task per job, nothing written. A job is never advanced twice at the same time by this engine.
"""

import asyncio
import heapq
import itertools
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from bot.core.ids import JobId
from bot.core.job import State
from bot.core.ports import Clock, Transaction

log = logging.getLogger(__name__)

# Enough to keep 50 connections busy with looks and some deliveries beside them.
POLLERS: Final = 64

_Entry = tuple[float, int, JobId]
"""When a job is due, a number that keeps those in order that are due at once, and which job."""

Advance = Callable[[JobId], Awaitable[float | None]]
Unfinished = Callable[[], Awaitable[Sequence[tuple[JobId, State]]]]


class LocalEngine:
    """One heap of due times and a bounded number of advances at a time."""

    def __init__(
        self,
        *,
        advance: Advance,
        unfinished: Unfinished,
        clock: Clock,
        chance: Callable[[], float],
        looks_per_second: float,
        pollers: int = POLLERS,
    ) -> None:
        """`looks_per_second`: how fast the jobs that run at RunComfy are looked at after a start."""
        self._advance = advance
        self._unfinished = unfinished
        self._clock = clock
        self._chance = chance
        self._looks_per_second = looks_per_second
        self._free = asyncio.Semaphore(pollers)
        self._order = itertools.count()
        self._heap: list[_Entry] = []
        self._due: dict[JobId, _Entry] = {}
        """The entry of the heap that counts for each, the very same object; overtaken ones stay in there."""
        self._busy: set[JobId] = set()
        self._news = asyncio.Event()
        self._stopping = False

    def enqueue(self, job_id: JobId, delay: float, transaction: Transaction | None = None) -> None:
        """Have the job advanced after `delay` seconds, or sooner where it is due sooner already."""
        if transaction is None:
            self._push(job_id, delay)
        else:
            transaction.after_commit(lambda: self._push(job_id, delay))

    async def run(self) -> None:
        """Recover, then serve until `stop`; a failure of the store ends it with that error."""
        await self._recover()
        async with asyncio.TaskGroup() as advances:
            # First a free poller, then a job: one that is taken out is advanced at once.
            while await self._free.acquire() and (job_id := await self._next()) is not None:
                self._busy.add(job_id)
                advances.create_task(self._serve(job_id))

    def stop(self) -> None:
        """Begin no further advance; `run` returns when those under way have ended."""
        self._stopping = True
        self._news.set()

    @property
    def is_stopping(self) -> bool:
        """Whether no further advance is begun."""
        return self._stopping

    @property
    def waiting(self) -> int:
        """How many jobs have a due time."""
        return len(self._due)

    async def _recover(self) -> None:
        """Take up every open job; looks are spread over the time that their number needs."""
        jobs = await self._unfinished()
        running = sum(state is State.RUNNING for _, state in jobs)
        for job_id, state in jobs:
            spread = running / self._looks_per_second if state is State.RUNNING else 0.0
            self._push(job_id, self._chance() * spread)
        if jobs:
            log.info("took up %d open jobs", len(jobs), extra={"action": "recover"})

    def _push(self, job_id: JobId, delay: float) -> None:
        due = self._clock.monotonic() + delay
        if job_id in self._due and due >= self._due[job_id][0]:
            return
        entry = due, next(self._order), job_id
        self._due[job_id] = entry
        # A job that is being advanced is put into the heap when that has ended.
        if job_id not in self._busy:
            heapq.heappush(self._heap, entry)
            self._news.set()

    async def _next(self) -> JobId | None:
        """Wait for a job to come due and take it out; None once the engine stops."""
        while not self._stopping:
            self._news.clear()
            wait = self._until_due()
            if wait is not None and wait <= 0:
                entry = heapq.heappop(self._heap)
                job_id = entry[2]
                if self._due.get(job_id) is entry:
                    del self._due[job_id]
                    return job_id
                continue
            await self._doze(wait)
        return None

    def _until_due(self) -> float | None:
        return self._heap[0][0] - self._clock.monotonic() if self._heap else None

    async def _doze(self, wait: float | None) -> None:
        try:
            async with asyncio.timeout(wait):
                await self._news.wait()
        except TimeoutError:
            return

    async def _serve(self, job_id: JobId) -> None:
        try:
            delay = await self._advance(job_id)
        finally:
            self._busy.discard(job_id)
            self._free.release()
        # An enqueue that arrived meanwhile only left its due time; the earlier of the two holds.
        asked = self._due.pop(job_id, None)
        if delay is not None:
            self._push(job_id, delay)
        if asked is not None:
            self._push(job_id, asked[0] - self._clock.monotonic())
