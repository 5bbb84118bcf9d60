"""When a step fails: again, ever later; a job that fails for a reason nobody foresaw is parked alone."""

import logging
from pathlib import Path

import pytest

from bot.core import events as ev
from bot.core.errors import LostError, OperatorError, PassingError, Problem, Reason, StoreUnusable
from bot.core.job import Job, State
from bot.flow.advance import PARK_AFTER, PARKED_LOOK
from bot.flow.preparation import RENEW_AFTER
from tests.flow.world import World, a_world

WORKING = ev.Progressed(ev.Phase.IN_PROGRESS)


async def test_a_poisoned_job_is_parked_after_some_failures_told_once_and_others_go_on(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    poisoned, sound = await world.a_job(State.RUNNING), await world.a_job(State.RUNNING)
    world.generator.looks.say(ZeroDivisionError())
    delays = [await world.advance(poisoned.id) for _ in range(PARK_AFTER + 3)]
    assert delays == [0.5, 1, 2, 4, 8, 16, 30, *[PARKED_LOOK] * 4]
    assert await world.job(poisoned.id) == poisoned
    assert caplog.text.count("is parked") == 1

    world.generator.looks.say(WORKING)
    for job in (sound, poisoned):
        assert (await world.go(job)).phase is ev.Phase.IN_PROGRESS


async def test_nobody_waits_behind_a_job_that_keeps_failing(world: World) -> None:
    poisoned, sound = await world.a_job(State.QUEUED), await world.a_job(State.QUEUED)
    await world.store.tamper(
        "UPDATE jobs SET request = replace(request, 'seedance-pro', 'gone') WHERE id = ?", poisoned.id
    )
    for _ in range(PARK_AFTER):
        await world.advance(poisoned.id)
    assert (await world.go(sound)).state is State.RUNNING


async def a_poisoned_head(world: World, poison: Exception, times: int) -> tuple[Job, Job]:
    """Return a job that fails in the line, after so many tries, and the one that stands behind it."""
    first = await world.a_job(State.QUEUED)
    await world.clock.wind(RENEW_AFTER.total_seconds() + 1)
    second = await world.a_job(State.QUEUED)
    world.courier.renewed.say(poison)
    return await world.go(first, times), second


async def test_a_job_that_is_not_parked_yet_keeps_its_place(world: World) -> None:
    _, behind = await a_poisoned_head(world, ZeroDivisionError(), PARK_AFTER - 1)
    assert (await world.go(behind)).state is State.QUEUED


async def test_a_parked_job_that_is_well_again_takes_its_place(world: World) -> None:
    first, behind = await a_poisoned_head(world, ZeroDivisionError(), PARK_AFTER)
    world.courier.renewed.say(("https://cdn.discordapp.com/renewed.png",))
    await world.advance(first.id)
    assert (await world.go(behind)).state is State.QUEUED
    assert (await world.go(first)).state is State.RUNNING
    assert (await world.go(behind)).state is State.RUNNING


async def test_a_parked_job_is_not_woken_when_a_place_becomes_free(world: World) -> None:
    _, behind = await a_poisoned_head(world, ZeroDivisionError(), PARK_AFTER)
    running = await world.a_job(State.RUNNING)
    world.generator.looks.say(ev.Finished(()))
    await world.advance(running.id)
    assert world.engine.woken == [behind.id]


async def test_a_job_that_leaves_the_line_without_its_pictures_wakes_the_next(world: World) -> None:
    first, behind = await a_poisoned_head(world, LostError(Problem.UNDELIVERABLE), times=1)
    assert first.reason == Reason(Problem.PICTURE_GONE, {"filename": "frame.png"})
    assert world.engine.woken == [behind.id]


async def test_a_parked_job_is_taken_up_after_a_restart(world: World) -> None:
    poisoned = await world.a_job(State.RUNNING)
    world.generator.looks.say(ZeroDivisionError())
    await world.go(poisoned, times=PARK_AFTER)
    world.generator.looks.say(WORKING)
    assert await world.worker()(poisoned.id) is not None
    assert (await world.job(poisoned.id)).phase is ev.Phase.IN_PROGRESS


@pytest.mark.parametrize(
    "error",
    [
        PassingError(Problem.GENERATOR_UNREACHABLE),
        OperatorError(Problem.BALANCE_EMPTY),
        LostError(Problem.UNDELIVERABLE),
    ],
    ids=["passing", "operator", "lost"],
)
async def test_what_is_foreseen_never_parks_a_job(world: World, error: Exception) -> None:
    job = await world.a_job(State.RUNNING)
    world.generator.looks.say(error)
    delays = [await world.advance(job.id) for _ in range(3 * PARK_AFTER)]
    assert delays == [0.5, 1, 2, 4, 8, 16] + [30] * (3 * PARK_AFTER - 6)


async def test_a_success_in_between_begins_the_count_anew(world: World) -> None:
    job = await world.a_job(State.RUNNING)
    failures: list[Exception] = [ZeroDivisionError()] * (PARK_AFTER - 1)
    world.generator.looks.say(*failures, WORKING, *failures, WORKING)
    delays = [await world.advance(job.id) for _ in range(2 * PARK_AFTER)]
    assert PARKED_LOOK not in delays
    assert delays[PARK_AFTER] == 0.5


async def test_the_longer_of_the_asked_and_the_own_wait_holds(world: World) -> None:
    job = await world.a_job(State.RUNNING)
    world.generator.looks.say(PassingError(Problem.GENERATOR_BUSY, 3.0))
    assert [await world.advance(job.id) for _ in range(4)] == [3, 3, 3, 4]


async def test_a_store_that_is_busy_only_delays(world: World) -> None:
    job = await world.a_job(State.RUNNING)
    world.store.busy_records = 1
    world.generator.looks.say(WORKING)
    assert await world.advance(job.id) == 0.5
    assert (await world.go(job)).phase is ev.Phase.IN_PROGRESS


async def test_a_store_that_is_unusable_is_the_one_error_that_comes_out(tmp_path: Path) -> None:
    async with a_world(tmp_path / "a.db") as world:
        job = await world.a_job(State.RUNNING)
    with pytest.raises(StoreUnusable):
        await world.advance(job.id)


async def test_somebody_who_was_faster_makes_the_row_be_read_anew(world: World) -> None:
    job = await world.a_job(State.RUNNING)
    other = world.worker()

    async def the_other_goes_first() -> None:
        await other(job.id)

    world.generator.looks.say(ev.Finished(()))
    world.store.before_move = the_other_goes_first
    assert await world.advance(job.id) == 0
    assert (await world.job(job.id)).state is State.READY


async def test_somebody_who_claimed_faster_makes_the_only_paid_call(world: World) -> None:
    job = await world.a_job(State.QUEUED)
    other = world.worker()

    async def the_other_goes_first() -> None:
        await other(job.id)

    world.store.before_move = the_other_goes_first
    await world.advance(job.id)
    after = await world.job(job.id)
    assert (after.state, world.ledger.count("submit")) == (State.RUNNING, 1)


async def test_neither_prompt_nor_token_is_logged_in_a_whole_life_with_every_trouble(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    job = await world.a_job(State.QUEUED)
    world.generator.looks.say(PassingError(Problem.GENERATOR_BUSY), ZeroDivisionError(), ev.Finished(()))
    world.courier.posts.say(LostError(Problem.UNDELIVERABLE))
    assert (await world.go(job, times=8)).is_over
    assert job.token is not None
    assert len(caplog.records) > 5
    assert job.request.prompt not in caplog.text
    assert job.token.secret not in caplog.text


async def test_a_closed_gate_is_tried_by_the_first_who_is_not_parked(world: World) -> None:
    _, behind = await a_poisoned_head(world, ZeroDivisionError(), PARK_AFTER)
    world.gate.close(Reason(Problem.BALANCE_EMPTY))
    await world.advance(behind.id)
    assert (await world.job(behind.id)).position == 1
    await world.clock.wind(world.gate.remaining())
    await world.advance(behind.id)
    assert world.ledger.count("submit") == 1
    assert world.gate.reason is None
