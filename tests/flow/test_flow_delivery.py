"""The result's way into the channel: once, whatever is lost, and with a word if there is no way."""

import asyncio
from datetime import timedelta

import pytest

from bot.core import events as ev
from bot.core.errors import LostError, PassingError, Problem, Reason
from bot.core.events import Way
from bot.core.ids import MessageId
from bot.core.job import Job, State, Wish
from bot.core.quota import Hold
from bot.flow.delivery import BROKEN_RESULTS
from tests.builders import moved
from tests.flow.scripted import FILE
from tests.flow.world import PATIENCE, World

LOST_ANSWER = PassingError(Problem.CHAT_UNREACHABLE)
BROKEN = PassingError(Problem.RESULT_BROKEN)
CLOSED = LostError(Problem.UNDELIVERABLE)


async def a_posting_job(world: World) -> Job:
    """Return a job whose intent to post is committed in this moment, by a worker that has died since."""
    job = await world.go(await world.a_job(State.READY))
    world.advance = world.worker()
    return job


async def test_an_intent_that_is_known_to_have_had_no_try_needs_no_search_however_old(world: World) -> None:
    job = await world.go(await world.a_job(State.READY))
    await world.clock.wind(600)
    assert (await world.go(job)).state is State.DELIVERED
    assert world.ledger.calls == ["results", "post"]


async def test_a_try_that_failed_is_followed_by_a_search_once_discord_has_forgotten_it(world: World) -> None:
    job = await world.go(await world.a_job(State.READY))
    world.courier.posts.say(LOST_ANSWER)
    await world.go(job)
    await world.clock.wind(600)
    world.courier.found.say(MessageId(777))
    assert (await world.go(job)).result_id == MessageId(777)
    assert world.ledger.count("post") == 1


async def test_a_result_is_posted_once_charged_and_told_on_the_card(world: World) -> None:
    job = await world.a_job(State.READY)
    after = await world.go(job, times=5)
    assert (after.state, after.result_id, after.hold) == (State.DELIVERED, MessageId(500), Hold.CHARGED)
    assert after.is_over
    assert world.ledger.calls == ["results", "post", "show"]
    assert ("post", job.id, FILE) in world.ledger.lines
    assert (await world.used(job)).daily == job.cost


async def test_the_intent_to_post_is_durable_before_the_first_send(world: World) -> None:
    job = await world.a_job(State.READY)
    after = await world.go(job)
    assert (after.posting_at, world.ledger.calls) == (world.clock.now(), [])


async def test_a_wish_that_comes_too_late_is_refused_and_the_result_arrives(world: World) -> None:
    job = await world.a_job(State.READY)
    await world.store.wish_cancel(job.id)
    refused = await world.go(job)
    assert (refused.state, refused.wish) == (State.READY, Wish.REFUSED)
    assert (await world.go(job, times=2)).state is State.DELIVERED


# --- repetition --------------------------------------------------------------------------------------


async def test_a_send_is_repeated_while_discord_remembers_its_nonce(world: World) -> None:
    job = await a_posting_job(world)
    world.courier.posts.say(LOST_ANSWER, MessageId(501))
    await world.clock.wind(60)
    await world.advance(job.id)
    await world.clock.wind(59)
    after = await world.go(job)
    assert (after.state, after.result_id) == (State.DELIVERED, MessageId(501))
    assert world.ledger.count("find_post") == world.ledger.count("post") == 2


async def test_what_went_to_the_owner_directly_is_not_sent_again_to_a_channel_that_is_open_by_now(
    world: World,
) -> None:
    job = await a_posting_job(world)
    # A nonce is good for one place; what an earlier try has sent is looked for in both.
    world.courier.found.say(MessageId(777))
    await world.clock.wind(5)
    after = await world.go(job)
    assert (after.state, after.result_id) == (State.DELIVERED, MessageId(777))
    assert world.ledger.count("post") == 0


async def test_later_the_channel_is_searched_first_and_what_is_found_is_not_sent_again(world: World) -> None:
    job = await a_posting_job(world)
    world.courier.posts.say(LOST_ANSWER)
    await world.advance(job.id)
    world.courier.found.say(MessageId(777))
    await world.clock.wind(120)
    after = await world.go(job)
    assert (after.state, after.result_id, after.hold) == (State.DELIVERED, MessageId(777), Hold.CHARGED)
    assert world.ledger.count("post") == 1


async def test_what_is_not_found_is_sent_again_under_a_fresh_intent(world: World) -> None:
    job = await a_posting_job(world)
    await world.clock.wind(120)
    renewed = await world.go(job)
    assert (renewed.state, renewed.posting_at) == (State.READY, world.clock.now())
    assert world.ledger.calls == ["find_post"]
    assert (await world.go(job)).state is State.DELIVERED
    assert world.ledger.calls == ["find_post", "results", "post"]


async def test_a_clock_that_was_set_back_proves_nothing_so_the_channel_is_searched(world: World) -> None:
    job = await world.a_job(State.READY)
    job = await moved(world.store, job, ev.Posting(), timedelta(hours=1))
    world.courier.found.say(MessageId(777))
    after = await world.go(job)
    assert (after.result_id, world.ledger.calls) == (MessageId(777), ["find_post"])


async def begun_download(world: World, job: Job) -> asyncio.Task[float | None]:
    """Begin a delivery and return it while its results are being fetched."""
    world.media.door.clear()
    before = world.ledger.count("results")
    task = asyncio.create_task(world.advance(job.id))
    async with asyncio.timeout(5):
        while world.ledger.count("results") == before:  # noqa: ASYNC110 (the ledger rings no bell)
            await asyncio.sleep(0)
    return task


async def test_a_first_download_longer_than_discords_memory_needs_no_search(world: World) -> None:
    job = await world.go(await world.a_job(State.READY))
    task = await begun_download(world, job)
    await world.clock.wind(300)
    world.media.door.set()
    await task
    assert (await world.job(job.id)).state is State.DELIVERED
    assert world.ledger.calls == ["results", "post"]


async def test_a_later_download_longer_than_discords_memory_is_followed_by_a_search(world: World) -> None:
    job = await a_posting_job(world)
    world.courier.posts.say(LOST_ANSWER)
    await world.advance(job.id)
    world.courier.found.say(MessageId(777))
    task = await begun_download(world, job)
    await world.clock.wind(300)
    world.media.door.set()
    await task
    assert (await world.job(job.id)).result_id == MessageId(777)
    assert world.ledger.calls == ["results", "find_post", "post", "results", "find_post"]


async def test_a_search_that_fails_sends_nothing(world: World) -> None:
    job = await a_posting_job(world)
    await world.clock.wind(120)
    world.courier.found.say(LOST_ANSWER)
    assert (await world.go(job, times=3)).state is State.READY
    assert world.ledger.count("post") == 0


async def test_after_a_restart_the_row_alone_tells_what_may_have_been_posted(world: World) -> None:
    job = await a_posting_job(world)
    world.courier.found.say(MessageId(777))
    await world.clock.wind(300)
    await world.worker()(job.id)
    assert (await world.job(job.id)).result_id == MessageId(777)
    assert world.ledger.count("post") == 0


# --- no way ------------------------------------------------------------------------------------------


async def test_a_result_that_stays_broken_is_given_up_after_some_tries_and_not_before(world: World) -> None:
    job = await a_posting_job(world)
    world.media.fetched.say(BROKEN)
    assert (await world.go(job, times=BROKEN_RESULTS - 1)).state is State.READY
    after = await world.go(job)
    assert (after.state, after.reason, after.hold) == (State.FAILED, BROKEN.reason, Hold.RETURNED)
    assert world.ledger.count("post") == 0


async def test_a_result_that_is_sound_in_the_end_arrives(world: World) -> None:
    job = await a_posting_job(world)
    world.media.fetched.say(*[BROKEN] * (BROKEN_RESULTS - 1), (FILE,))
    assert (await world.go(job, times=BROKEN_RESULTS)).state is State.DELIVERED


async def test_one_jobs_broken_results_are_not_anothers(world: World) -> None:
    first, second = await a_posting_job(world), await a_posting_job(world)
    world.media.fetched.say(BROKEN)
    for job in (first, second):
        assert (await world.go(job, times=BROKEN_RESULTS - 1)).state is State.READY


async def test_a_result_that_cannot_be_reached_is_tried_for_as_long_as_there_is_patience(
    world: World,
) -> None:
    job = await a_posting_job(world)
    world.media.fetched.say(PassingError(Problem.GENERATOR_UNREACHABLE))
    for _ in range(20):
        await world.clock.wind(3600)
        job = await world.go(job, times=2)
    assert job.state is State.READY
    await world.clock.wind(PATIENCE.give_up_after)
    job = await world.go(job, times=5)
    assert (job.state, job.way) == (State.DELIVERED, Way.LINKED)


async def test_with_discord_away_for_longer_than_there_is_patience_it_is_given_up(world: World) -> None:
    job = await a_posting_job(world)
    world.courier.posts.say(LOST_ANSWER)
    world.courier.links.say(LOST_ANSWER)
    await world.go(job)
    await world.clock.wind(PATIENCE.give_up_after)
    job = await world.go(job, times=8)
    assert (job.state, job.reason) == (State.FAILED, Reason(Problem.UNDELIVERABLE))
    assert world.ledger.count("post_links") == 1


async def test_however_old_a_result_is_it_is_tried_before_it_is_given_up(world: World) -> None:
    job = await world.a_job(State.READY)
    await world.clock.wind(3 * PATIENCE.give_up_after)
    assert (await world.go(job, times=2)).state is State.DELIVERED


@pytest.mark.parametrize("gone", ["the channel", "the file"])
async def test_with_no_way_left_the_credits_come_back_and_the_owner_is_told_once(
    world: World, gone: str
) -> None:
    job = await a_posting_job(world)
    if gone == "the channel":
        world.courier.posts.say(CLOSED)
    else:
        world.media.fetched.say(LostError(Problem.RESULT_GONE))
    failed = await world.go(job)
    assert (failed.state, failed.hold) == (State.FAILED, Hold.RETURNED)
    assert (await world.used(job)).daily == 0

    over = await world.go(job, times=4)
    assert over.is_over
    assert world.ledger.count("post_ending") == 1
    assert world.ledger.count("post") == (gone == "the channel")


async def test_the_message_about_a_failed_delivery_has_an_intent_of_its_own(world: World) -> None:
    job = await a_posting_job(world)
    world.courier.posts.say(CLOSED)
    failed = await world.go(job)
    assert failed.posting_at is None
    await world.clock.wind(1)
    assert (await world.go(job)).posting_at == world.clock.now()


# --- places ------------------------------------------------------------------------------------------


async def test_a_delivery_that_finds_all_places_taken_waits_a_moment(world: World) -> None:
    first, second = await a_posting_job(world), await a_posting_job(world)
    advance = world.worker(places=1)
    world.media.door.clear()
    delivering = asyncio.create_task(advance(first.id))
    async with asyncio.timeout(5):
        while not world.ledger.count("results"):  # noqa: ASYNC110 (the ledger rings no bell)
            await asyncio.sleep(0)
    assert await advance(second.id) == 1.0
    assert world.ledger.count("results") == 1

    world.media.door.set()
    await delivering
    await advance(second.id)
    assert [(await world.job(job.id)).state for job in (first, second)] == [State.DELIVERED] * 2


@pytest.mark.parametrize("failure", [BROKEN, CLOSED, RuntimeError()], ids=["passing", "lost", "unforeseen"])
async def test_a_place_is_free_again_after_a_failure(world: World, failure: Exception) -> None:
    first, second = await a_posting_job(world), await a_posting_job(world)
    advance = world.worker(places=1)
    world.media.fetched.say(failure, (FILE,))
    await advance(first.id)
    await advance(second.id)
    assert (await world.job(second.id)).state is State.DELIVERED
