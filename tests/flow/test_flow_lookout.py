"""What is learned of how long jobs take: when they are looked at, and what the card says until then."""

from collections.abc import Sequence

import pytest

from bot.core import events as ev
from bot.core.durations import learned
from bot.core.errors import PassingError, Problem
from bot.core.job import Job, State
from bot.core.models import Kind, Request, SeedanceFast, SeedancePro
from bot.flow.lookout import Lookout, estimate
from tests.builders import a_stored_job
from tests.flow.world import PATIENCE, World

MADE = ev.Finished((ev.Output("https://playgrounds.runcomfy.net/b.mp4", Kind.VIDEO),))
WORKING = ev.Progressed(ev.Phase.IN_PROGRESS)
USUAL = SeedancePro(prompt="a boat")
SECONDS = (100, 90, 110, 95, 105, 98, 102, 100, 93, 108)


async def taught(world: World, request: Request = USUAL, seconds: Sequence[float] = SECONDS) -> None:
    """Have jobs end after so long."""
    for taken in seconds:
        job = await world.a_job(State.RUNNING, request=request)
        await world.clock.wind(taken)
        world.generator.looks.say(MADE)
        assert (await world.go(job)).state is State.READY
    world.generator.looks.say(WORKING)


async def sent(world: World, request: Request = USUAL) -> Job:
    """Return a job that has just been sent."""
    return await world.go(await world.a_job(State.QUEUED, request=request))


def a_lookout(world: World) -> Lookout:
    return Lookout(world.store, world.clock, lambda: 0.5, PATIENCE.look, PATIENCE.looks_per_second)


async def looks_at(world: World, job: Job, until: float) -> list[float]:
    """Look as often as the job wants, and return after how many seconds."""
    at, looks = 0.0, list[float]()
    while at < until:
        delay = await world.advance(job.id)
        assert delay is not None
        await world.clock.wind(delay)
        at += delay
        looks.append(at)
    return looks


async def test_looks_come_when_such_jobs_usually_end(world: World) -> None:
    await taught(world)
    looks = await looks_at(world, await sent(world), until=700)
    early, usual, late = ([look for look in looks if low < look <= low + 40] for low in (10, 80, 640))
    assert len(usual) > 3 * len(early)
    assert len(usual) > 2 * len(late)


async def test_the_estimate_is_told_when_the_job_is_sent(world: World) -> None:
    await taught(world)
    job = await sent(world)
    assert job.typical_seconds == pytest.approx(100, rel=0.1)  # pyright: ignore[reportUnknownMemberType] (pytest's own)
    assert job.likely_seconds is not None
    assert job.typical_seconds is not None
    assert job.typical_seconds < job.likely_seconds < 130


async def test_of_the_first_job_of_a_command_nothing_is_said(world: World) -> None:
    await taught(world)
    job = await sent(world, SeedanceFast(prompt="another command"))
    assert (job.typical_seconds, job.likely_seconds) == (None, None)


async def test_the_first_job_of_a_kind_is_compared_with_others_of_its_command(world: World) -> None:
    await taught(world)
    longer = SeedancePro(prompt="longer", duration=10)
    job = await sent(world, longer)
    assert job.typical_seconds == pytest.approx(141, rel=0.15)  # pyright: ignore[reportUnknownMemberType] (pytest's own)


async def test_an_estimate_that_is_over_is_replaced_by_a_later_one_and_shown(world: World) -> None:
    await taught(world)
    job = await world.go(await sent(world))
    assert job.likely_seconds is not None
    await world.clock.wind(job.likely_seconds + 1)
    later = await world.go(job)
    assert later.likely_seconds is not None
    assert later.likely_seconds > job.likely_seconds + 1
    assert later.typical_seconds == job.typical_seconds
    assert world.courier.shown[-1].likely_seconds == later.likely_seconds


async def test_an_estimate_that_holds_is_not_written_again(world: World) -> None:
    await taught(world)
    job = await world.go(await sent(world))
    await world.clock.wind(50)
    seen = await world.go(job)
    assert seen.likely_seconds == job.likely_seconds
    assert await world.go(job, times=3) == seen


def test_nothing_is_promised_of_a_job_that_outlasts_all() -> None:
    assert estimate(learned(SECONDS), 100_000)[1] is None


async def test_estimates_are_few_however_long_a_job_runs(world: World) -> None:
    await taught(world)
    job = await world.go(await sent(world))
    told = {job.likely_seconds}
    for _ in range(300):
        await world.clock.wind(5)
        told.add((await world.go(job)).likely_seconds)
    assert 2 <= len(told) <= 12


async def test_what_a_job_has_taught_counts_at_once(world: World) -> None:
    await taught(world)
    before = await sent(world)
    await taught(world, seconds=[300] * 12)
    after = await sent(world)
    assert before.typical_seconds is not None
    assert after.typical_seconds is not None
    assert after.typical_seconds > 2 * before.typical_seconds


async def test_a_look_asks_the_store_for_nothing_that_is_in_memory(world: World) -> None:
    await taught(world)
    known, asked = world.store.durations, list[Request]()

    async def counted(request: Request) -> Sequence[float]:
        asked.append(request)
        return await known(request)

    world.store.durations = counted
    lookout = a_lookout(world)
    for _ in range(100):
        await lookout.of(USUAL)
    assert asked == [USUAL]
    lookout.forget(USUAL)
    await lookout.of(USUAL)
    assert asked == [USUAL, USUAL]


async def test_another_process_may_have_learned_meanwhile(world: World) -> None:
    lookout = a_lookout(world)
    assert not (await lookout.of(USUAL)).known
    await taught(world, seconds=SECONDS[:3])
    assert not (await lookout.of(USUAL)).known
    await world.clock.wind(600)
    assert (await lookout.of(USUAL)).known == 3


async def test_a_store_that_is_busy_loses_nothing_that_was_paid_for(world: World) -> None:
    job = await sent(world)

    async def busy(request: Request) -> Sequence[float]:
        raise PassingError(Problem.STORE_BUSY, 3.0 if request == USUAL else None)

    worker = world.worker()
    known, world.store.durations = world.store.durations, busy
    world.generator.looks.say(MADE)
    assert await worker(job.id) is not None
    assert (await world.job(job.id)).state is State.RUNNING

    world.store.durations = known
    await worker(job.id)
    assert (await world.job(job.id)).state is State.READY


async def test_a_job_from_before_the_likely_end_was_kept_goes_on_as_it_was(world: World) -> None:
    job = await a_stored_job(world.store, State.RUNNING, accepted_at=world.clock.now())
    assert job.likely_seconds is None
    world.generator.looks.say(WORKING)
    seen = await world.go(job)
    await world.clock.wind(500)
    assert await world.go(job) == seen


def test_an_estimate_is_later_than_now_by_a_fair_piece() -> None:
    known = learned(SECONDS)
    for elapsed in (0.0, 50.0, 100.0, 200.0):
        _, likely = estimate(known, elapsed)
        assert likely is None or likely >= elapsed * 1.1
