"""A picture whose shape no model takes: its owner is asked, and nothing is cut off unasked."""

import pytest

from bot.core import events as ev
from bot.core.errors import LostError, MemberError, PassingError, Problem
from bot.core.ids import MessageId
from bot.core.job import Job, State
from bot.core.mending import Framing
from bot.core.quota import Hold
from bot.flow.question import ANSWER_WITHIN
from tests.builders import moved
from tests.flow.scripted import FILE
from tests.flow.test_flow_intake import an_intake
from tests.flow.world import World

TOO_WIDE = MemberError(Problem.PICTURE_ASPECT, filename="strip.png", aspect=4.0, low=0.4, high=2.5)


async def a_questioned_job(world: World) -> Job:
    """Return a job whose owner has just been asked."""
    job = await moved(world.store, await world.a_job(), ev.Acknowledged(MessageId(70)))
    world.media.pictured.say(TOO_WIDE)
    return await world.go(job, times=2)


async def test_the_owner_is_asked_once_and_the_card_says_so(world: World) -> None:
    job = await a_questioned_job(world)
    assert (job.state, job.reason, job.asked_at) == (State.PREPARING, TOO_WIDE.reason, world.clock.now())
    assert world.ledger.calls == ["pictures", "previews", "ask", "show"]
    await world.go(job, times=3)
    assert world.ledger.count("ask") == 1


async def test_the_wait_is_as_long_as_an_answer_may_take_and_writes_nothing(world: World) -> None:
    job = await a_questioned_job(world)
    await world.clock.wind(60)
    assert await world.advance(job.id) == (ANSWER_WITHIN.total_seconds() - 60)
    assert (await world.job(job.id)).version == job.version


@pytest.mark.parametrize("framing", Framing)
async def test_an_answer_is_kept_wakes_the_job_and_decides(world: World, framing: Framing) -> None:
    job = await a_questioned_job(world)
    framed = await an_intake(world).frame(job, framing)
    assert framed.framing is framing
    assert world.engine.woken == [job.id]
    world.media.pictured.say((FILE,))
    assert (await world.go(job)).state is State.QUEUED
    assert world.media.framings == [None, framing]


async def test_the_first_answer_counts(world: World) -> None:
    job = await a_questioned_job(world)
    intake = an_intake(world)
    await intake.frame(job, Framing.BARS)
    assert (await intake.frame(job, Framing.CROP)).framing is Framing.BARS


async def test_a_restart_asks_again_and_a_later_answer_still_counts(world: World) -> None:
    job = await a_questioned_job(world)
    world.advance = world.worker()
    await world.go(job)
    assert world.ledger.count("ask") == 2
    await an_intake(world).frame(job, Framing.CROP)
    world.media.pictured.say((FILE,))
    world.advance = world.worker()
    assert (await world.go(job)).state is State.QUEUED


async def test_without_an_answer_the_credits_come_back_and_the_card_goes(world: World) -> None:
    job = await a_questioned_job(world)
    await world.clock.wind(ANSWER_WITHIN.total_seconds())
    refused = await world.go(job)
    assert (refused.state, refused.reason, refused.hold) == (State.FAILED, TOO_WIDE.reason, Hold.RETURNED)
    assert (await world.go(job, times=2)).is_over
    assert world.ledger.count("retract") == 1


async def test_an_answer_in_the_last_moment_is_worth_as_much_as_any(world: World) -> None:
    job = await a_questioned_job(world)
    await world.clock.wind(ANSWER_WITHIN.total_seconds() - 5)
    await an_intake(world).frame(job, Framing.CROP)
    world.media.pictured.say(PassingError(Problem.CHAT_UNREACHABLE), (FILE,))
    await world.go(job)
    await world.clock.wind(60)
    assert (await world.go(job)).state is State.QUEUED


async def test_a_refusal_that_was_decided_before_the_answer_gives_way_to_it(world: World) -> None:
    job = await a_questioned_job(world)
    intake = an_intake(world)

    async def answer() -> None:
        await intake.frame(job, Framing.BARS)

    await world.clock.wind(ANSWER_WITHIN.total_seconds())
    world.store.before_move = answer
    after = await world.go(job)
    assert (after.state, after.framing) == (State.PREPARING, Framing.BARS)


async def test_a_wish_to_cancel_is_an_answer_too(world: World) -> None:
    job = await a_questioned_job(world)
    await world.store.wish_cancel(job.id)
    assert (await world.go(job)).state is State.CANCELLED


async def test_who_can_no_longer_be_asked_is_told(world: World) -> None:
    job = await moved(world.store, await world.a_job(token=None), ev.Acknowledged(MessageId(70)))
    world.media.pictured.say(TOO_WIDE)
    assert (await world.go(job)).reason == TOO_WIDE.reason
    assert world.ledger.count("ask") == 0


async def test_a_token_that_dies_between_ends_the_job_with_the_reason(world: World) -> None:
    job = await moved(world.store, await world.a_job(), ev.Acknowledged(MessageId(70)))
    world.media.pictured.say(TOO_WIDE)
    world.courier.questions.say(LostError(Problem.UNDELIVERABLE))
    refused = await world.go(job, times=2)
    assert (refused.state, refused.reason) == (State.FAILED, TOO_WIDE.reason)


async def test_a_question_that_did_not_get_through_is_asked_again(world: World) -> None:
    job = await moved(world.store, await world.a_job(), ev.Acknowledged(MessageId(70)))
    world.media.pictured.say(TOO_WIDE)
    world.courier.questions.say(PassingError(Problem.CHAT_UNREACHABLE), None)
    await world.go(job, times=4)
    assert world.ledger.count("ask") == 2


async def test_a_shape_that_stays_wrong_after_the_answer_is_refused_not_asked_for_ever(world: World) -> None:
    job = await a_questioned_job(world)
    await an_intake(world).frame(job, Framing.CROP)
    assert (await world.go(job)).state is State.FAILED
