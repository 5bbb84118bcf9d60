"""A result that is too large for its channel: smaller, then a link; in order, each committed, posted once."""

import asyncio
from dataclasses import replace

import pytest

from bot.core import events as ev
from bot.core.errors import LostError, PassingError, Problem, TooLargeError
from bot.core.events import Way
from bot.core.ids import MessageId
from bot.core.job import Job, State, apply
from bot.core.models import Kind
from bot.flow.moves import STUMBLES
from tests.builders import moved
from tests.flow.scripted import FILE
from tests.flow.world import World

MIB = 2**20
LARGE = replace(FILE, size=100 * MIB)
SMALL = replace(FILE, size=9 * MIB)
REFUSED = TooLargeError(Problem.UNDELIVERABLE)


async def a_large_job(world: World, size: int = 100 * MIB) -> Job:
    """Return a job whose result is known to be too large, and which is about to be made smaller."""
    world.media.fetched.say((replace(FILE, size=size),))
    world.media.tailored.say((SMALL,))
    return await world.go(await world.a_job(State.READY), times=2)


async def test_what_is_too_large_is_never_sent_as_it_is(world: World) -> None:
    job = await a_large_job(world)
    assert (job.state, job.way, job.room, job.size) == (State.READY, Way.FITTED, 10 * MIB, 100 * MIB)
    assert world.ledger.calls == ["results"]


async def test_it_is_made_smaller_and_posted(world: World) -> None:
    job = await a_large_job(world)
    after = await world.go(job, times=2)
    assert (after.state, after.way) == (State.DELIVERED, Way.FITTED)
    assert ("fitted", 10 * MIB, LARGE) in world.ledger.lines
    assert ("post", job.id, SMALL) in world.ledger.lines


async def test_what_the_level_of_the_server_allows_goes_as_it_is(world: World) -> None:
    world.courier.level = 100 * MIB
    world.media.fetched.say((LARGE,))
    after = await world.go(await world.a_job(State.READY), times=2)
    assert (after.state, after.way) == (State.DELIVERED, Way.WHOLE)
    assert world.ledger.count("fitted") == 0


async def test_discords_own_no_leads_to_the_next_way_and_never_to_failure(world: World) -> None:
    world.courier.level = 100 * MIB
    world.media.fetched.say((LARGE,))
    world.courier.posts.say(REFUSED)
    job = await world.a_job(State.READY)
    rooms: list[int | None] = []
    for _ in range(12):
        job = await world.go(job)
        if job.state is State.READY and job.room not in rooms:
            rooms.append(job.room)
            world.media.tailored.say((replace(FILE, size=(job.room or 0) - 1000),))
    assert (job.state, job.way) == (State.DELIVERED, Way.LINKED)
    assert rooms == [None, 24 * MIB, 10 * MIB, 8 * MIB]
    assert world.ledger.count("post_links") == 1


async def test_a_large_upload_that_only_ever_breaks_off_is_taken_to_be_too_large(world: World) -> None:
    world.courier.level = 100 * MIB
    world.media.fetched.say((LARGE,))
    world.courier.posts.say(PassingError(Problem.CHAT_UNREACHABLE))
    job = await world.go(await world.a_job(State.READY), times=STUMBLES)
    assert job.way is Way.WHOLE
    assert (await world.go(job)).way is Way.FITTED


async def test_a_small_upload_that_breaks_off_is_tried_as_it_is_for_as_long_as_it_takes(world: World) -> None:
    world.courier.posts.say(PassingError(Problem.CHAT_UNREACHABLE))
    job = await world.go(await world.a_job(State.READY), times=3 * STUMBLES)
    assert (job.state, job.way) == (State.READY, Way.WHOLE)


async def test_several_files_share_what_a_request_may_bear(world: World) -> None:
    files = tuple(replace(FILE, size=9 * MIB) for _ in range(4))
    world.media.fetched.say(files)
    world.courier.posts.say(REFUSED)
    job = await world.go(await world.a_job(State.READY), times=2)
    assert (job.way, job.room) == (Way.FITTED, 6 * MIB)


async def test_what_cannot_be_made_so_small_goes_as_a_link(world: World) -> None:
    job = await a_large_job(world)
    world.media.tailored.say(REFUSED)
    linked = await world.go(job, times=2)
    assert (linked.state, linked.way) == (State.READY, Way.LINKED)
    after = await world.go(job, times=2)
    assert (after.state, after.result_id) == (State.DELIVERED, MessageId(700))
    assert world.ledger.count("results") == 2


async def test_what_is_more_than_can_be_carried_goes_as_a_link(world: World) -> None:
    world.media.fetched.say(LostError(Problem.RESULT_TOO_LARGE, limit=512 * MIB))
    after = await world.go(await world.a_job(State.READY), times=4)
    assert (after.state, after.way, after.room) == (State.DELIVERED, Way.LINKED, 512 * MIB)


async def test_a_restart_goes_on_with_the_way_that_was_committed(world: World) -> None:
    job = await a_large_job(world)
    world.advance = world.worker()
    after = await world.go(job, times=2)
    assert (after.state, after.way) == (State.DELIVERED, Way.FITTED)


async def test_what_an_earlier_life_has_posted_whole_is_not_posted_again_smaller(world: World) -> None:
    """After a restart the server's level may not be known yet, and everything looks too large."""
    world.courier.level = 100 * MIB
    world.media.fetched.say((LARGE,))
    world.courier.posts.say(PassingError(Problem.CHAT_UNREACHABLE))
    job = await world.go(await world.a_job(State.READY), times=2)
    world.courier.level = 10 * MIB
    world.courier.found.say(MessageId(777))
    world.advance = world.worker()
    after = await world.go(job)
    assert (after.state, after.result_id, after.way) == (State.DELIVERED, MessageId(777), Way.WHOLE)


async def test_a_mistake_of_ours_in_making_it_smaller_leaves_a_link_and_the_bench_free(world: World) -> None:
    first, second = await a_large_job(world), await a_large_job(world)
    world.advance = world.worker(workbenches=1)
    world.media.tailored.say(RuntimeError(), (SMALL,))
    first = await world.go(first, times=4)
    assert (first.state, first.way) == (State.DELIVERED, Way.LINKED)
    assert (await world.go(second, times=2)).way is Way.FITTED


@pytest.mark.parametrize("what", [Problem.RESULT_GONE, Problem.RESULT_BROKEN])
async def test_one_of_several_results_that_cannot_be_had_does_not_take_the_others_along(
    world: World, what: Problem
) -> None:
    job = await world.a_job(State.RUNNING)
    several = tuple(ev.Output(f"https://playgrounds.runcomfy.net/{n}.png", Kind.IMAGE) for n in range(4))
    job = await moved(world.store, job, ev.Finished(several))
    world.media.fetched.say(LostError(what))
    after = await world.go(job, times=4)
    assert (after.state, after.way) == (State.DELIVERED, Way.LINKED)


async def test_a_large_upload_that_breaks_off_slowly_is_found_out_all_the_same(world: World) -> None:
    """A download and a broken upload may together outlast Discord's memory, and are then searched for."""
    world.courier.level = 100 * MIB
    world.media.fetched.say((LARGE,))
    world.courier.posts.say(PassingError(Problem.CHAT_UNREACHABLE))
    job = await world.a_job(State.READY)
    for _ in range(12):
        job = await world.go(job)
        if job.way is Way.FITTED:
            break
        await world.clock.wind(90)
    assert job.way is Way.FITTED
    assert world.ledger.count("post") == STUMBLES


async def test_what_failed_to_be_sent_is_not_made_anew_at_once(world: World) -> None:
    job = await a_large_job(world)
    world.courier.posts.say(PassingError(Problem.CHAT_UNREACHABLE))
    began = world.clock.monotonic()
    while world.clock.monotonic() - began < 3600:
        delay = await world.advance(job.id)
        assert delay is not None
        await world.clock.wind(delay)
    # At the shortest waits that chance allows; without them it was 267 times.
    assert world.ledger.count("fitted") < 40


async def begun(world: World, job: Job) -> asyncio.Task[float | None]:
    """Begin to make a result smaller, and return while that goes on."""
    world.media.bench.clear()
    await world.go(job)
    task = asyncio.create_task(world.advance(job.id))
    async with asyncio.timeout(5):
        while not world.ledger.count("fitted"):  # noqa: ASYNC110 (the ledger rings no bell)
            await asyncio.sleep(0)
    return task


async def test_the_card_tells_how_far_it_is(world: World) -> None:
    job = await a_large_job(world)
    task = await begun(world, job)
    for _ in range(4):
        await world.clock.wind(3)
    assert world.courier.shares
    assert set(world.courier.shares) == {0.4}
    world.media.bench.set()
    await task
    shown = len(world.courier.shares)
    await world.clock.wind(60)
    assert len(world.courier.shares) == shown


async def test_a_card_that_cannot_be_shown_does_not_stop_the_work(world: World) -> None:
    job = await a_large_job(world)
    task = await begun(world, job)
    world.courier.shows.say(PassingError(Problem.CHAT_UNREACHABLE))
    await world.clock.wind(10)
    world.courier.shows.say(None)
    world.media.bench.set()
    await task
    assert (await world.job(job.id)).state is State.DELIVERED


async def test_a_small_result_does_not_wait_behind_a_large_one(world: World) -> None:
    large = await a_large_job(world)
    world.advance = world.worker(places=1, workbenches=1)
    task = await begun(world, large)
    world.media.fetched.say((FILE,))
    small = await world.go(await world.a_job(State.READY), times=2)
    assert small.state is State.DELIVERED
    world.media.bench.set()
    await task


async def test_whoever_finds_all_benches_taken_comes_again_without_a_download(world: World) -> None:
    first, second = await a_large_job(world), await a_large_job(world)
    world.advance = world.worker(workbenches=1)
    task = await begun(world, first)
    await world.go(second)
    before = world.ledger.count("results")
    assert await world.advance(second.id) == 1.0
    assert world.ledger.count("results") == before
    world.media.bench.set()
    await task


@pytest.mark.parametrize("way", [Way.FITTED, Way.LINKED])
async def test_a_way_that_is_taken_is_an_event_of_the_table(world: World, way: Way) -> None:
    job = await world.a_job(State.READY)
    assert await world.store.record(job, _rerouted(job, way))
    assert (await world.job(job.id)).way is way


def _rerouted(job: Job, way: Way) -> Job:
    return apply(job, ev.Rerouted(way, 1000, 2000), job.accepted_at)
