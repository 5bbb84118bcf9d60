"""The line: who waits knows the place, who is next is woken, and only the head tries a closed gate."""

import pytest

from bot.core import events as ev
from bot.core.errors import OperatorError, Problem, Reason
from bot.core.ids import RequestId
from bot.core.job import State
from bot.core.ports import Slots
from bot.flow.steps import LINE_LOOK
from tests.flow.world import World

EMPTY = Reason(Problem.BALANCE_EMPTY)
ONE = Slots(in_flight=1, submitting=1)


async def test_a_job_that_waits_is_told_its_place_once(world: World) -> None:
    await world.a_job(State.RUNNING)
    await world.a_job(State.QUEUED)
    job = await world.a_job(State.QUEUED)
    advance = world.worker(slots=ONE)
    assert await advance(job.id) == LINE_LOOK
    waiting = await world.job(job.id)
    assert (waiting.state, waiting.position) == (State.QUEUED, 2)
    assert world.courier.shown[-1].position == 2
    for _ in range(3):
        await world.clock.wind(LINE_LOOK)
        assert await advance(job.id) == LINE_LOOK
    assert (await world.job(job.id)).version == waiting.version


async def test_a_place_that_becomes_free_wakes_as_many_as_may_submit(world: World) -> None:
    running = await world.a_job(State.RUNNING)
    queued = [await world.a_job(State.QUEUED) for _ in range(3)]
    world.generator.looks.say(ev.Finished(()))
    await world.advance(running.id)
    assert world.engine.woken == [queued[0].id, queued[1].id]


@pytest.mark.parametrize(
    "seen",
    [ev.Failed(EMPTY), ev.Cancelled(), ev.Finished(())],
    ids=["failed", "cancelled", "finished"],
)
async def test_every_end_at_runcomfy_wakes_the_head_of_the_line(
    world: World, seen: ev.Failed | ev.Cancelled | ev.Finished
) -> None:
    running, queued = await world.a_job(State.RUNNING), await world.a_job(State.QUEUED)
    world.generator.looks.say(seen)
    await world.advance(running.id)
    assert world.engine.woken == [queued.id]


async def test_a_paid_call_that_ends_wakes_the_next_and_mere_progress_nobody(world: World) -> None:
    first, second = await world.a_job(State.QUEUED), await world.a_job(State.QUEUED)
    await world.advance(first.id)
    assert world.engine.woken == [second.id]
    await world.advance(first.id)
    assert world.engine.woken == [second.id]


async def test_a_job_that_leaves_the_line_wakes_the_next(world: World) -> None:
    first, second = await world.a_job(State.QUEUED), await world.a_job(State.QUEUED)
    await world.store.wish_cancel(first.id)
    assert (await world.go(first)).state is State.CANCELLED
    assert world.engine.woken == [second.id]


async def test_a_doubt_frees_its_slot_for_the_next(world: World) -> None:
    claimed, queued = await world.a_job(State.SUBMITTING), await world.a_job(State.QUEUED)
    await world.clock.wind(90)
    await world.advance(claimed.id)
    assert world.engine.woken == [queued.id]


# --- the gate ----------------------------------------------------------------------------------------


async def test_an_empty_balance_keeps_the_job_and_everybody_behind_it_in_the_line(world: World) -> None:
    first, second = await world.a_job(State.QUEUED), await world.a_job(State.QUEUED)
    world.generator.submits.say(ev.NotSent(EMPTY))
    assert await world.advance(first.id) == 5
    assert await world.advance(second.id) == LINE_LOOK
    jobs = [await world.job(job.id) for job in (first, second)]
    assert [(job.state, job.reason) for job in jobs] == [(State.QUEUED, EMPTY)] * 2
    assert world.ledger.count("submit") == 1


async def test_only_the_head_of_the_line_tries_and_when_the_pause_is_over(world: World) -> None:
    first, second = await world.a_job(State.QUEUED), await world.a_job(State.QUEUED)
    world.gate.close(EMPTY)
    await world.clock.wind(2)
    assert await world.advance(first.id) == 3
    await world.clock.wind(3)
    await world.advance(second.id)
    assert world.ledger.count("submit") == 0
    assert (await world.go(first)).state is State.RUNNING


async def test_an_order_that_is_taken_lets_everybody_go_on(world: World) -> None:
    first, second = await world.a_job(State.QUEUED), await world.a_job(State.QUEUED)
    world.generator.submits.say(ev.NotSent(EMPTY), ev.Accepted(RequestId("a")), ev.Accepted(RequestId("b")))
    for job in (first, second):
        await world.advance(job.id)
    await world.clock.wind(5)
    running = await world.go(first)
    assert (running.state, running.reason) == (State.RUNNING, None)
    assert world.engine.woken == [second.id]
    following = await world.go(second)
    assert (following.state, following.reason) == (State.RUNNING, None)


async def test_while_the_gate_is_closed_nobody_is_woken_in_vain(world: World) -> None:
    running = await world.a_job(State.RUNNING)
    await world.a_job(State.QUEUED)
    world.gate.close(EMPTY)
    world.generator.looks.say(ev.Finished(()))
    await world.advance(running.id)
    assert world.engine.woken == []


async def test_a_job_can_be_cancelled_while_the_gate_is_closed(world: World) -> None:
    job = await world.a_job(State.QUEUED)
    world.gate.close(EMPTY)
    await world.store.wish_cancel(job.id)
    assert (await world.go(job)).state is State.CANCELLED


async def test_running_jobs_go_on_while_the_gate_is_closed(world: World) -> None:
    job = await world.a_job(State.RUNNING)
    world.generator.looks.say(OperatorError(Problem.TOKEN_REJECTED), ev.Finished(()))
    assert (await world.go(job, times=4)).state is State.DELIVERED
    assert world.gate.reason is not None
