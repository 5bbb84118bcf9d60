"""An engine that hands one job to two workers, again and again, and never thinks of another.

Both may send the result: such posts bear the job's nonce, of which Discord makes one message.
"""

import asyncio
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from bot.core import events as ev
from bot.core.ids import JobId, RequestId, WorkerId
from bot.core.job import Job, State
from bot.core.models import Kind
from bot.core.pace import Bounds
from bot.core.quota import Hold
from bot.engine.local import LocalEngine
from tests.flow.world import PATIENCE, WORKER, World, a_world

MADE: Final = ev.Finished((ev.Output("https://playgrounds.runcomfy.net/a.mp4", Kind.VIDEO),))
OTHER: Final = WorkerId("worker-2")


@pytest.mark.parametrize("seed", range(10))
async def test_a_job_in_two_hands_is_bought_and_charged_once_and_a_sweep_finds_the_forgotten_one(
    tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    async with a_world(tmp_path / "a.db") as world:
        doubled, forgotten = await world.a_job(State.QUEUED), await world.a_job(State.QUEUED)
        world.generator.submits.say(ev.Accepted(RequestId("doubled")), ev.Accepted(RequestId("forgotten")))
        world.generator.looks.say(ev.Progressed(ev.Phase.IN_PROGRESS), MADE)
        faster = await both_hands(world, doubled, chance)
        after = await world.job(doubled.id)
        assert (after.state, after.hold, after.is_over) == (State.DELIVERED, Hold.CHARGED, True)
        assert world.ledger.count("submit") == 1
        # Both hands held it at the same time, or nothing was tried.
        assert faster > 0
        assert await world.job(forgotten.id) == forgotten

        swept = await sweep(world)
        assert swept == {forgotten.id}
        after = await world.job(forgotten.id)
        assert (after.state, after.hold, after.is_over) == (State.DELIVERED, Hold.CHARGED, True)
        assert world.ledger.count("submit") == 2
        assert (await world.used(forgotten)).daily == doubled.cost + forgotten.cost


async def both_hands(world: World, job: Job, chance: random.Random) -> int:
    """Have two workers advance the job side by side to its end; return how often they overlapped."""
    hands = [world.worker(WORKER, alone=False), world.worker(OTHER, alone=False)]
    overlaps = 0
    for _ in range(40):
        if (await world.job(job.id)).is_over:
            return overlaps
        before = (await world.job(job.id)).version

        async def one(place: int) -> None:
            for _ in range(chance.randrange(12)):
                await asyncio.sleep(0)
            await hands[place](job.id)

        await asyncio.gather(one(0), one(1))
        overlaps += (await world.job(job.id)).version - before < 2
    raise AssertionError("it does not come to its end")


async def sweep(world: World) -> set[JobId]:
    """Let an engine begin as after a restart, serve until nothing is due, and return whom it served."""
    served = Counter[JobId]()
    # The engine dozes in real time.
    soon = replace(PATIENCE, look=Bounds(0.01, 0.02))
    life = world.worker(WorkerId("worker-3"), patience=soon)

    async def advance(job_id: JobId) -> float | None:
        served[job_id] += 1
        return await life(job_id)

    engine = LocalEngine(
        advance=advance,
        unfinished=world.store.unfinished,
        clock=world.clock,
        chance=lambda: 0.0,
        looks_per_second=10,
    )
    running = asyncio.create_task(engine.run())
    async with asyncio.timeout(10):
        while await world.store.unfinished():
            await world.clock.wind(1)
            await asyncio.sleep(0)
    engine.stop()
    await running
    return set(served)
