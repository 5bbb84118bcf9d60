"""The paid call: made once, by the worker whose claim is committed, and its answer kept whatever happens."""

import asyncio
import random
from pathlib import Path

import pytest

from bot.core import events as ev
from bot.core.errors import PassingError, Problem, Reason
from bot.core.ids import RequestId, WorkerId
from bot.core.job import Job, State, Wish
from bot.core.quota import Hold
from bot.flow.steps import SUBMIT_WITHIN
from tests.flow.world import WORKER, World, a_world

BUSY = Reason(Problem.GENERATOR_BUSY)
OTHER = WorkerId("worker-2")


async def wound_until_done(world: World, task: asyncio.Task[float | None], within: int = 100) -> None:
    """Let seconds pass until the task is done, for it sleeps between tries."""
    for _ in range(within):
        await asyncio.wait({task}, timeout=0.01)
        if task.done():
            return
        await world.clock.wind(1)
    raise AssertionError("still not done")


async def at_the_call(world: World, job: Job) -> asyncio.Task[float | None]:
    """Begin an advance and return it when its paid call is under way."""
    world.generator.door.clear()
    task = asyncio.create_task(world.advance(job.id))
    async with asyncio.timeout(5):
        while not world.ledger.count("submit"):  # noqa: ASYNC110 (the ledger rings no bell)
            await asyncio.sleep(0)
    return task


# --- once --------------------------------------------------------------------------------------------


async def test_a_queued_job_is_claimed_submitted_and_runs_in_one_advance(world: World) -> None:
    job = await world.a_job(State.QUEUED)
    delay = await world.advance(job.id)
    assert delay is not None
    assert 2 <= delay <= 20
    after = await world.job(job.id)
    assert (after.state, after.worker, world.ledger.count("submit")) == (State.RUNNING, WORKER, 1)


async def test_the_intent_is_durable_before_the_call_is_made(world: World) -> None:
    job = await world.a_job(State.QUEUED)
    task = await at_the_call(world, job)
    during = await world.job(job.id)
    world.generator.door.set()
    await task
    assert (during.state, during.worker, during.claimed_at) == (State.SUBMITTING, WORKER, world.clock.now())


async def test_a_wish_that_is_faster_than_the_claim_prevents_the_paid_call(world: World) -> None:
    job = await world.a_job(State.QUEUED)
    world.store.before_move = lambda: world.store.wish_cancel(job.id)
    await world.advance(job.id)
    turned_away = await world.job(job.id)
    assert (turned_away.state, turned_away.wish) == (State.QUEUED, Wish.WISHED)

    cancelled = await world.go(job)
    assert (cancelled.state, cancelled.hold) == (State.CANCELLED, Hold.RETURNED)
    assert world.ledger.count("submit") == 0


async def test_a_claim_that_finds_no_slot_leaves_the_job_in_the_line(world: World) -> None:
    for _ in range(2):
        await world.a_job(State.SUBMITTING)
    job = await world.a_job(State.QUEUED)
    delay = await world.advance(job.id)
    after = await world.job(job.id)
    assert (after.state, after.position, delay) == (State.QUEUED, 1, 10.0)
    assert world.ledger.count("submit") == 0


@pytest.mark.parametrize("seed", range(25))
async def test_two_workers_at_once_make_one_paid_call_a_job(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    async with a_world(tmp_path / "a.db") as world:
        queued = [await world.a_job(State.QUEUED) for _ in range(3)]
        workers = [world.worker(WORKER, alone=False), world.worker(OTHER, alone=False)]

        async def one_of_them() -> None:
            advance, job = chance.choice(workers), chance.choice(queued)
            for _ in range(chance.randrange(30)):
                await asyncio.sleep(0)
            await advance(job.id)

        for _ in range(4):
            await asyncio.gather(*(one_of_them() for _ in range(8)))
        for job in queued:
            await workers[0](job.id)
        assert [(await world.job(job.id)).state for job in queued] == [State.RUNNING] * 3
        assert world.ledger.count("submit") == 3


async def test_many_advances_of_one_worker_at_once_make_one_paid_call(world: World) -> None:
    job = await world.a_job(State.QUEUED)
    await asyncio.gather(*(world.advance(job.id) for _ in range(20)))
    assert (await world.job(job.id)).state is State.RUNNING
    assert world.ledger.count("submit") == 1


# --- what came back ----------------------------------------------------------------------------------


async def test_a_call_that_bought_nothing_returns_the_job_to_the_line_uncharged(world: World) -> None:
    job = await world.a_job(State.QUEUED)
    world.generator.submits.say(ev.NotSent(BUSY, 7.0), ev.Accepted(RequestId("second")))
    assert await world.advance(job.id) == 7.0
    after = await world.job(job.id)
    assert (after.state, after.worker, after.claimed_at, after.reason) == (State.QUEUED, None, None, BUSY)
    assert after.hold is Hold.RESERVED

    running = await world.go(job)
    assert (running.state, running.request_id, running.reason) == (State.RUNNING, "second", None)
    assert (await world.used(job)).daily == job.cost


async def test_a_call_that_bought_nothing_is_repeated_ever_later(world: World) -> None:
    first, second = await world.a_job(State.QUEUED), await world.a_job(State.QUEUED)
    again = ev.NotSent(BUSY)
    world.generator.submits.say(*[again] * 4, ev.Accepted(RequestId("first")), again)
    assert [await world.advance(first.id) for _ in range(4)] == [1, 2, 4, 8]
    assert (await world.go(first)).state is State.RUNNING
    assert await world.advance(second.id) == 1


async def test_after_a_call_that_bought_nothing_nobody_is_woken_who_would_only_stand_behind(
    world: World,
) -> None:
    job = await world.a_job(State.QUEUED)
    await world.a_job(State.QUEUED)
    world.generator.submits.say(ev.NotSent(BUSY))
    await world.advance(job.id)
    assert world.engine.woken == []


async def test_a_bot_that_is_stopping_begins_no_paid_call(world: World) -> None:
    job = await world.a_job(State.QUEUED)
    world.is_stopping = True
    assert await world.advance(job.id) == 10
    assert (await world.job(job.id)).state is State.QUEUED
    assert world.ledger.count("submit") == 0


async def test_a_bot_that_is_stopping_still_cancels(world: World) -> None:
    job = await world.a_job(State.QUEUED)
    await world.store.wish_cancel(job.id)
    world.is_stopping = True
    assert (await world.go(job)).state is State.CANCELLED


async def test_a_refusal_ends_the_job_and_gives_the_credits_back(world: World) -> None:
    job = await world.a_job(State.QUEUED)
    reason = Reason(Problem.REQUEST_REFUSED, {"code": 422})
    world.generator.submits.say(ev.Refused(reason))
    assert await world.advance(job.id) == 0
    after = await world.job(job.id)
    assert (after.state, after.reason, after.hold) == (State.FAILED, reason, Hold.RETURNED)
    assert (await world.used(job)).daily == 0


@pytest.mark.parametrize("busy", [1, 2, 12])
async def test_an_answer_is_kept_although_the_store_is_busy_for_a_while(world: World, busy: int) -> None:
    job = await world.a_job(State.QUEUED)
    task = await at_the_call(world, job)
    world.store.busy_records = busy
    world.generator.door.set()
    await wound_until_done(world, task)
    after = await world.job(job.id)
    assert (after.state, world.store.busy_records) == (State.RUNNING, 0)
    assert world.ledger.count("submit") == 1


async def test_an_answer_is_kept_although_its_advance_is_cancelled_meanwhile(world: World) -> None:
    job = await world.a_job(State.QUEUED)
    task = await at_the_call(world, job)
    world.store.busy_records = 1
    world.generator.door.set()
    async with asyncio.timeout(5):
        while world.store.busy_records:  # noqa: ASYNC110 (the store rings no bell)
            await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await world.clock.wind(10)
    async with asyncio.timeout(5):
        while (await world.job(job.id)).state is not State.RUNNING:  # noqa: ASYNC110 (the row rings no bell)
            await asyncio.sleep(0)


async def test_an_answer_that_comes_after_the_job_was_given_up_for_unknown_is_kept(world: World) -> None:
    job = await world.a_job(State.QUEUED)
    world.generator.submits.say(ev.Accepted(RequestId("late")))
    task = await at_the_call(world, job)
    await world.clock.wind(SUBMIT_WITHIN.total_seconds())
    second = world.worker()
    for _ in range(3):
        await second(job.id)
    doubtful = await world.job(job.id)
    assert (doubtful.state, doubtful.hold, doubtful.is_over) == (State.UNKNOWN, Hold.RETURNED, True)

    world.generator.door.set()
    await wound_until_done(world, task)
    after = await world.job(job.id)
    assert (after.state, after.request_id, after.hold) == (State.RUNNING, "late", Hold.RESERVED)
    assert (after.told_at, after.ended_at, after.reason) == (None, None, None)


@pytest.mark.parametrize(
    "answer",
    [
        ev.NotSent(BUSY),
        ev.Refused(Reason(Problem.REQUEST_REFUSED)),
        ev.Interrupted(Reason(Problem.ANSWER_LOST)),
    ],
    ids=["not sent", "refused", "interrupted"],
)
async def test_a_late_answer_without_a_purchase_leaves_the_doubt_as_it_is(
    world: World, answer: ev.NotSent | ev.Refused | ev.Interrupted
) -> None:
    job = await world.a_job(State.QUEUED)
    world.generator.submits.say(answer)
    task = await at_the_call(world, job)
    await world.clock.wind(SUBMIT_WITHIN.total_seconds())
    await world.worker()(job.id)
    world.generator.door.set()
    await wound_until_done(world, task)
    assert (await world.job(job.id)).state is State.UNKNOWN
    assert world.ledger.count("submit") == 1


async def test_a_busy_store_at_the_claim_means_no_call(world: World) -> None:
    async def locked() -> None:
        raise PassingError(Problem.STORE_BUSY)

    job = await world.a_job(State.QUEUED)
    world.store.before_move = locked
    assert await world.advance(job.id) == 0.5
    assert (await world.job(job.id)).state is State.QUEUED
    assert world.ledger.count("submit") == 0
