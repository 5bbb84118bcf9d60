"""An engine on a clock that is wound by hand, and what its advances were seen to do."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager

from bot.core.ids import JobId
from bot.core.job import State
from bot.engine.local import POLLERS, LocalEngine
from tests.runcomfy.hand_clock import HandClock

# The engine dozes in real time; on a clock that is wound by hand, this job's turn makes it look again.
BELL = JobId("bell")


class Stage:
    """Advances that are seen: in which order they began, how many at a time, and what they answer.

    `answers` holds what the advances of a job return, one after the other; afterwards they return None.
    """

    def __init__(self) -> None:
        self.clock = HandClock()
        self.begun: list[JobId] = []
        self.ended: list[JobId] = []
        self.answers: dict[JobId, list[float | None]] = {}
        self.under_way = Counter[JobId]()
        self.most_of_one = 0
        self.most_at_once = 0
        self.open = asyncio.Event()
        """While it is not set, advances hang."""
        self.open.set()
        self.engine: LocalEngine

    async def advance(self, job_id: JobId) -> float | None:
        if job_id == BELL:
            return None
        self.begun.append(job_id)
        self.under_way[job_id] += 1
        self.most_of_one = max(self.most_of_one, self.under_way[job_id])
        self.most_at_once = max(self.most_at_once, self.under_way.total())
        await asyncio.sleep(0)
        await self.open.wait()
        self.under_way[job_id] -= 1
        self.ended.append(job_id)
        answers = self.answers.get(job_id)
        return answers.pop(0) if answers else None

    async def wind(self, seconds: float) -> None:
        """Let time pass, and the engine notice it."""
        await self.clock.wind(seconds)
        self.engine.enqueue(BELL, 0.0)
        await settle()

    def close(self) -> None:
        self.open.clear()


async def settle() -> None:
    """Let everybody run who can; nobody here waits for anything but the loop, the clock and the stage."""
    for _ in range(50):
        await asyncio.sleep(0)


async def until(condition: Callable[[], bool], within: float = 5.0) -> None:
    """Wait for a condition, but not for ever."""
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110 (the condition is a fact of the world, nobody announces it)
            await asyncio.sleep(0)


@asynccontextmanager
async def staged(
    unfinished: Sequence[tuple[JobId, State]] = (),
    *,
    pollers: int = POLLERS,
    chance: Callable[[], float] = lambda: 0.5,
    looks_per_second: float = 10,
) -> AsyncGenerator[Stage]:
    """An engine that runs, and is stopped in the end."""
    stage = Stage()

    async def recover() -> Sequence[tuple[JobId, State]]:
        return unfinished

    stage.engine = LocalEngine(
        advance=stage.advance,
        unfinished=recover,
        clock=stage.clock,
        chance=chance,
        looks_per_second=looks_per_second,
        pollers=pollers,
    )
    running = asyncio.create_task(stage.engine.run())
    await settle()
    try:
        yield stage
    finally:
        stage.open.set()
        stage.engine.stop()
        await asyncio.wait_for(running, 5)


def jobs(count: int) -> list[JobId]:
    return [JobId(f"job-{number}") for number in range(count)]
