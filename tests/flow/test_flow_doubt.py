"""A job found in `submitting`: waited for while its call may be under way, then in doubt, never resent."""

from datetime import timedelta

import pytest

from bot.core.errors import Problem, Reason
from bot.core.ids import WorkerId
from bot.core.job import State
from bot.core.quota import Hold
from tests.flow.world import World

OTHER = WorkerId("worker-2")


async def test_an_own_claim_is_waited_for_as_long_as_its_call_can_take(world: World) -> None:
    job = await world.a_job(State.SUBMITTING)
    await world.clock.wind(30)
    assert await world.advance(job.id) == 60
    assert (await world.job(job.id)).state is State.SUBMITTING
    await world.clock.wind(59.5)
    assert await world.advance(job.id) == 0.5
    await world.clock.wind(0.5)
    assert (await world.go(job)).state is State.UNKNOWN


async def test_a_foreign_claim_is_a_dead_ones_where_nobody_else_can_be(world: World) -> None:
    job = await world.a_job(State.SUBMITTING)
    assert await world.worker(OTHER)(job.id) == 0
    after = await world.job(job.id)
    assert (after.state, after.reason) == (State.UNKNOWN, Reason(Problem.INTERRUPTED))
    assert after.hold is Hold.RETURNED


async def test_a_foreign_claim_is_waited_for_where_its_worker_may_be_alive(world: World) -> None:
    job = await world.a_job(State.SUBMITTING)
    other = world.worker(OTHER, alone=False)
    await world.clock.wind(89)
    assert await other(job.id) == 1
    await world.clock.wind(1)
    await other(job.id)
    assert (await world.job(job.id)).state is State.UNKNOWN


async def test_a_claim_from_the_future_is_not_waited_for(world: World) -> None:
    job = await world.a_job(State.SUBMITTING, accepted_at=world.clock.now() + timedelta(hours=1))
    assert (await world.go(job)).state is State.UNKNOWN


@pytest.mark.parametrize("alone", [True, False])
async def test_a_job_in_doubt_is_never_submitted_again(world: World, alone: bool) -> None:
    job = await world.a_job(State.SUBMITTING)
    other = world.worker(OTHER, alone=alone)
    for _ in range(10):
        await other(job.id)
        await world.clock.wind(60)
    after = await world.job(job.id)
    assert (after.state, after.is_over) == (State.UNKNOWN, True)
    assert world.ledger.count("submit") == 0
    assert world.ledger.count("post_ending") == 1
