"""What the engine costs: no task a job, little memory, and nothing at all while nothing is due."""

import asyncio
import tracemalloc
from collections.abc import Sequence

import pytest

from bot.core.ids import JobId
from bot.core.job import State
from bot.engine.local import LocalEngine
from tests.engine.timing import jobs, settle, staged, until
from tests.runcomfy.hand_clock import HandClock

MANY = 10_000


class CountingClock(HandClock):
    """Counts how often somebody asks for the time: each round of the engine does."""

    def __init__(self) -> None:
        super().__init__()
        self.reads = 0

    def monotonic(self) -> float:
        self.reads += 1
        return super().monotonic()


async def never(_: JobId) -> float | None:
    raise AssertionError("nothing is due")


async def test_ten_thousand_jobs_that_wait_need_no_task_each() -> None:
    async with staged([(job_id, State.RUNNING) for job_id in jobs(MANY)], looks_per_second=1) as stage:
        assert stage.engine.waiting == MANY
        # This test, and the engine's loop.
        assert len(asyncio.all_tasks()) == 2


async def test_ten_thousand_jobs_that_are_due_need_as_many_tasks_as_there_are_pollers() -> None:
    async with staged(pollers=16) as stage:
        stage.close()
        for job_id in jobs(MANY):
            stage.engine.enqueue(job_id, 0.0)
        await settle()
        assert len(stage.begun) == 16
        assert len(asyncio.all_tasks()) == 2 + 16
        stage.open.set()
        await until(lambda: len(stage.ended) == MANY)


async def test_a_job_that_waits_takes_a_few_hundred_bytes() -> None:
    unfinished = [(job_id, State.RUNNING) for job_id in jobs(MANY)]
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        async with staged(unfinished, looks_per_second=1) as stage:
            after, _ = tracemalloc.get_traced_memory()
            assert stage.engine.waiting == MANY
    finally:
        tracemalloc.stop()
    # A tuple with a float and a number in the heap, and an entry in a dict: some 250 bytes.
    assert (after - before) / MANY < 600


async def test_jobs_that_are_done_leave_nothing_behind() -> None:
    async with staged() as stage:
        for job_id in jobs(MANY):
            stage.engine.enqueue(job_id, 0.0)
        await until(lambda: len(stage.ended) == MANY)
        await settle()
        assert stage.engine.waiting == 0
        assert len(asyncio.all_tasks()) == 2


@pytest.mark.parametrize("delay", [None, 1000.0], ids=["nothing enqueued", "one job far off"])
async def test_while_nothing_is_due_nobody_even_looks_at_the_clock(delay: float | None) -> None:
    async def unfinished() -> Sequence[tuple[JobId, State]]:
        return ()

    clock = CountingClock()
    engine = LocalEngine(
        advance=never, unfinished=unfinished, clock=clock, chance=lambda: 0.5, looks_per_second=10
    )
    if delay is not None:
        engine.enqueue(JobId("far"), delay)
    running = asyncio.create_task(engine.run())
    await settle()
    settled = clock.reads
    # A loop that does not sleep would ask in each of these rounds.
    for _ in range(20):
        await settle()
    assert clock.reads == settled <= 2
    engine.stop()
    await asyncio.wait_for(running, 5)
