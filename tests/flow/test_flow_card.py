"""The card while the job lives: it tells the truth soon, but not with every number, and holds up nothing."""

import pytest

from bot.core import events as ev
from bot.core.errors import LostError, PassingError, Problem, Reason
from bot.core.job import Job, State
from bot.flow.advance import QUIET
from tests.flow.world import World

PLACES = [ev.Progressed(ev.Phase.IN_QUEUE, place) for place in (9, 8, 7, 6)]


def shown_places(world: World) -> list[int | None]:
    return [job.position for job in world.courier.shown]


async def a_job_in_the_queue(world: World) -> Job:
    """Return a job whose place at RunComfy changes with every look."""
    world.generator.looks.say(*PLACES)
    return await world.a_job(State.RUNNING)


async def test_a_number_that_moves_is_shown_after_a_quiet_time_only(world: World) -> None:
    job = await a_job_in_the_queue(world)
    await world.advance(job.id)
    await world.clock.wind(QUIET / 2)
    await world.advance(job.id)
    assert shown_places(world) == [9]
    await world.clock.wind(QUIET / 2)
    await world.advance(job.id)
    assert shown_places(world) == [9, 7]


async def test_what_was_kept_back_is_caught_up_with_by_a_look_without_news(world: World) -> None:
    job = await a_job_in_the_queue(world)
    after = await world.go(job, times=5)
    assert (shown_places(world), after.position) == ([9], 6)
    assert after.shown < after.version
    await world.clock.wind(QUIET)
    after = await world.go(job)
    assert shown_places(world) == [9, 6]
    assert after.shown == after.version


async def test_another_state_is_shown_without_a_quiet_time(world: World) -> None:
    job = await world.a_job(State.QUEUED)
    world.gate.close(Reason(Problem.GENERATOR_BUSY))
    await world.go(job)
    world.gate.open()
    await world.go(job)
    assert [shown.state for shown in world.courier.shown] == [State.QUEUED, State.RUNNING]


async def test_a_card_that_is_up_to_date_is_left_alone(world: World) -> None:
    job = await a_job_in_the_queue(world)
    await world.advance(job.id)
    world.generator.looks.say(PLACES[0])
    for _ in range(3):
        await world.clock.wind(QUIET)
        await world.advance(job.id)
    assert world.ledger.count("show") == 1


async def test_one_jobs_quiet_time_is_not_anothers(world: World) -> None:
    first, second = await a_job_in_the_queue(world), await a_job_in_the_queue(world)
    await world.advance(first.id)
    await world.advance(second.id)
    assert shown_places(world) == [9, 8]


async def test_after_a_restart_a_card_that_is_behind_is_brought_up_to_date(world: World) -> None:
    job = await a_job_in_the_queue(world)
    after = await world.go(job, times=4)
    assert after.shown < after.version
    await world.worker()(job.id)
    after = await world.job(job.id)
    assert after.shown == after.version


async def test_a_job_that_becomes_late_is_shown_at_once(world: World) -> None:
    job = await a_job_in_the_queue(world)
    await world.clock.wind(1801)
    await world.advance(job.id)
    world.generator.looks.say(PLACES[0])
    after = await world.go(job)
    assert after.overdue_at is not None
    assert world.courier.shown[-1].overdue_at == after.overdue_at


async def test_a_card_that_cannot_be_shown_now_is_shown_at_the_next_look(world: World) -> None:
    job = await a_job_in_the_queue(world)
    world.generator.looks.say(PLACES[0])
    world.courier.shows.say(PassingError(Problem.CHAT_UNREACHABLE), None)
    delay = await world.advance(job.id)
    assert delay is not None
    assert 2 <= delay <= 20
    assert world.courier.shown == []
    after = await world.go(job)
    assert shown_places(world) == [9]
    assert after.shown == after.version


async def test_a_card_that_is_gone_is_not_tried_again_for_the_same_news(world: World) -> None:
    job = await a_job_in_the_queue(world)
    world.generator.looks.say(PLACES[0])
    world.courier.shows.say(LostError(Problem.UNDELIVERABLE))
    for _ in range(3):
        await world.advance(job.id)
        await world.clock.wind(QUIET)
    assert world.ledger.count("show") == 1


@pytest.mark.parametrize(
    "failure",
    [LostError(Problem.UNDELIVERABLE), PassingError(Problem.CHAT_UNREACHABLE)],
    ids=["gone", "down"],
)
async def test_without_a_card_the_job_goes_all_its_way(world: World, failure: Exception) -> None:
    job = await world.a_job(State.QUEUED)
    world.courier.shows.say(failure)
    world.generator.looks.say(*PLACES, ev.Finished(()))
    after = await world.go(job, times=8)
    assert after.state is State.DELIVERED


async def test_a_job_without_a_card_shows_nothing(world: World) -> None:
    job = await world.a_job()
    assert await world.advance(job.id) == 4
    assert world.ledger.count("show") == 0
