"""What a job borrows from an earlier one: found when it is needed, wherever it still is."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.core import events as ev
from bot.core.descent import Descent, How
from bot.core.errors import LostError, PassingError, Problem, TooLargeError
from bot.core.events import Way
from bot.core.ids import ChannelId, JobId, MessageId
from bot.core.job import Job, State
from bot.core.models import Kind, SeedanceLite, SeedreamEdit
from bot.core.source import Borrowed, PictureSource, Place
from bot.flow.tailor import JOIN_WITHIN
from tests.builders import moved
from tests.flow.scripted import FILE
from tests.flow.test_flow_intake import an_intake
from tests.flow.world import World

LENT = "https://cdn.discordapp.com/attachments/1/2/lent.png"
MADE = "https://playgrounds.runcomfy.net/a.mp4"
GONE = LostError(Problem.UNDELIVERABLE)
PART = replace(FILE, path=Path("part.mp4"))
CLIP = replace(FILE, path=Path("clip.mp4"), size=2000)


async def a_borrower(world: World, *sources: Borrowed) -> Job:
    request = SeedanceLite(prompt="and then it rains") if len(sources) < 2 else SeedreamEdit(prompt="mix")
    job = await world.a_job(sources=sources, request=request)
    return await moved(world.store, job, ev.Acknowledged(MessageId(70)))


def asked_for(world: World) -> tuple[object, ...]:
    """Return the sources that the media desk was asked for."""
    line = next(line for line in world.ledger.lines if line[0] == "pictures")
    return line[2:]


async def test_a_picture_of_a_card_is_read_from_the_card(world: World) -> None:
    lender = await world.a_job(State.DELIVERED)
    borrowed = Borrowed(lender.id, Place.CARD)
    after = await world.go(await a_borrower(world, borrowed))
    assert after.state is State.QUEUED
    assert ("lent", lender.id, Place.CARD) in world.ledger.lines
    assert asked_for(world) == (PictureSource(LENT, borrowed.filename, 0),)


async def test_the_last_frame_of_a_video_is_taken_from_the_better_copy_first(world: World) -> None:
    lender = await world.a_job(State.DELIVERED)
    await world.go(await a_borrower(world, Borrowed(lender.id, Place.RESULT)))
    (source,) = asked_for(world)
    assert isinstance(source, PictureSource)
    assert (source.url, source.others, source.of_video) == (LENT, (MADE,), True)


async def test_of_a_result_that_was_made_smaller_the_original_is_preferred(world: World) -> None:
    lender = await world.a_job(State.READY)
    lender = await moved(world.store, lender, ev.Rerouted(Way.FITTED, 1000, 2000))
    lender = await moved(world.store, lender, ev.Delivered(MessageId(5)))
    await world.go(await a_borrower(world, Borrowed(lender.id, Place.RESULT)))
    (source,) = asked_for(world)
    assert isinstance(source, PictureSource)
    assert (source.url, source.others) == (MADE, (LENT,))


async def test_a_message_that_is_gone_leaves_what_runcomfy_has(world: World) -> None:
    lender = await world.a_job(State.DELIVERED)
    world.courier.loans.say(GONE)
    await world.go(await a_borrower(world, Borrowed(lender.id, Place.RESULT)))
    (source,) = asked_for(world)
    assert isinstance(source, PictureSource)
    assert (source.url, source.others) == (MADE, ())


async def test_each_message_is_read_once_whatever_is_borrowed_from_it(world: World) -> None:
    lender = await world.a_job(State.DELIVERED)
    world.courier.loans.say(("https://one", "https://two"))
    borrowed = [Borrowed(lender.id, Place.CARD, number) for number in (0, 1)]
    await world.go(await a_borrower(world, *borrowed))
    assert [source.url for source in asked_for(world) if isinstance(source, PictureSource)] == [
        "https://one",
        "https://two",
    ]
    assert world.ledger.count("lent") == 1


@pytest.mark.parametrize("why", ["no such job", "deleted", "card gone", "fewer pictures"])
async def test_what_nobody_has_any_more_is_refused_and_costs_nothing(world: World, why: str) -> None:
    lender = await world.a_job(State.DELIVERED)
    borrowed = Borrowed(lender.id, Place.CARD)
    if why == "no such job":
        borrowed = Borrowed(JobId("22222222222"), Place.CARD)
    elif why == "deleted":
        await moved(world.store, lender, ev.Deleted())
        borrowed = Borrowed(lender.id, Place.RESULT)
    elif why == "card gone":
        world.courier.loans.say(GONE)
    else:
        borrowed = Borrowed(lender.id, Place.CARD, 3)
    after = await world.go(await a_borrower(world, borrowed))
    assert after.state is State.FAILED
    assert after.reason is not None
    assert after.reason.problem is Problem.LOAN_GONE
    assert world.ledger.count("pictures") == 0


async def test_while_discord_is_away_it_is_asked_again(world: World) -> None:
    lender = await world.a_job(State.DELIVERED)
    world.courier.loans.say(PassingError(Problem.CHAT_UNREACHABLE), (LENT,))
    job = await a_borrower(world, Borrowed(lender.id, Place.CARD))
    assert (await world.go(job)).state is State.PREPARING
    assert (await world.go(job)).state is State.QUEUED


async def test_pictures_that_discord_does_not_take_are_made_smaller(world: World) -> None:
    job = await moved(world.store, await world.a_job(), ev.Acknowledged(MessageId(70)))
    world.courier.hosted.say(TooLargeError(Problem.UNDELIVERABLE), ("https://hosted",))
    assert (await world.go(job)).pictures == ("https://hosted",)
    assert world.media.rooms == [10 * 2**20, 8 * 2**20]


# --- joined ------------------------------------------------------------------------------------------


async def a_sequel(world: World) -> Job:
    """Return a job that is ready to be joined with its parent's clip."""
    parent = await world.a_job(State.DELIVERED)
    descent = Descent(parent.id, How.JOIN, ChannelId(8), MessageId(9))
    world.media.fetched.say((PART,))
    world.media.clips.say(CLIP)
    return await world.go(await world.a_job(State.READY, descent=descent))


async def test_a_sequel_is_posted_as_one_clip_with_its_parents(world: World) -> None:
    job = await a_sequel(world)
    assert (await world.go(job)).state is State.DELIVERED
    assert ("earlier", Kind.VIDEO, (LENT, MADE)) in world.ledger.lines
    assert ("joined", FILE, PART) in world.ledger.lines
    assert ("post", job.id, CLIP) in world.ledger.lines


async def test_a_joined_clip_that_is_too_large_is_made_smaller_as_a_whole(world: World) -> None:
    job = await a_sequel(world)
    world.courier.level = 1500
    await world.go(job, times=3)
    assert ("fitted", 1500, CLIP) in world.ledger.lines


@pytest.mark.parametrize("what", ["clip gone", "not joinable"])
async def test_the_new_part_arrives_alone_where_they_cannot_be_joined(world: World, what: str) -> None:
    job = await a_sequel(world)
    if what == "clip gone":
        world.media.remembered.say(LostError(Problem.RESULT_GONE))
    else:
        world.media.clips.say(LostError(Problem.RESULT_BROKEN))
    assert (await world.go(job)).state is State.DELIVERED
    assert ("post apart", job.id, PART) in world.ledger.lines


async def test_what_was_paid_for_does_not_wait_for_ever_for_what_is_old(world: World) -> None:
    job = await a_sequel(world)
    world.media.remembered.say(PassingError(Problem.GENERATOR_UNREACHABLE))
    assert (await world.go(job)).state is State.READY
    await world.clock.wind(JOIN_WITHIN.total_seconds())
    assert (await world.go(job, times=2)).state is State.DELIVERED
    assert ("post apart", job.id, PART) in world.ledger.lines


async def test_a_parents_message_that_cannot_be_read_does_not_hold_it_for_ever_either(world: World) -> None:
    job = await a_sequel(world)
    world.courier.loans.say(PassingError(Problem.CHAT_UNREACHABLE))
    assert (await world.go(job)).state is State.READY
    await world.clock.wind(JOIN_WITHIN.total_seconds())
    assert (await world.go(job, times=2)).state is State.DELIVERED


async def test_a_mistake_of_ours_in_joining_keeps_nothing_back(world: World) -> None:
    job = await a_sequel(world)
    world.media.clips.say(OSError("no links here"))
    assert (await world.go(job)).state is State.DELIVERED
    assert ("post apart", job.id, PART) in world.ledger.lines


# --- deleted -----------------------------------------------------------------------------------------


async def test_a_deleted_result_is_withdrawn_once_and_stays_charged(world: World) -> None:
    job = await world.go(await world.a_job(State.READY), times=3)
    intake = an_intake(world)
    deleted = await intake.delete(job)
    assert await intake.delete(deleted) == deleted
    after = await world.go(job, times=3)
    assert (after.state, after.is_over, after.deleted_at) == (State.DELIVERED, True, world.clock.now())
    assert world.ledger.count("withdraw") == 1
    assert (await world.used(job)).daily == job.cost


async def test_a_restart_between_finishes_the_deletion(world: World) -> None:
    job = await world.go(await world.a_job(State.READY), times=3)
    await an_intake(world).delete(job)
    assert [job_id for job_id, _ in await world.store.unfinished()] == [job.id]
    world.advance = world.worker()
    assert (await world.go(job)).is_over


async def test_a_deletion_that_does_not_get_through_is_tried_again(world: World) -> None:
    job = await world.go(await world.a_job(State.READY), times=3)
    await world.clock.wind(3 * 86400)
    await an_intake(world).delete(job)
    world.courier.withdrawals.say(PassingError(Problem.CHAT_UNREACHABLE), None)
    assert not (await world.go(job)).is_over
    assert (await world.go(job)).is_over
