"""The last word about a job: said once, in private where that is possible, and never a reason to hang."""

import pytest

from bot.core import events as ev
from bot.core.errors import LostError, PassingError, Problem, Reason
from bot.core.ids import MessageId, new_job_id
from bot.core.job import Job, State
from bot.core.quota import Hold
from tests.builders import moved
from tests.flow.world import PATIENCE, World

DOWN = PassingError(Problem.CHAT_UNREACHABLE)
LOST = LostError(Problem.UNDELIVERABLE)
BAD_PICTURE = Reason(Problem.PICTURE_FORMAT, {"filename": "a.gif", "format": "GIF", "allowed": "PNG"})


async def a_refused_job(world: World) -> Job:
    """Return a job whose picture was refused after its card had appeared."""
    job = await moved(world.store, await world.a_job(), ev.Acknowledged(MessageId(70)))
    return await moved(world.store, job, ev.Refused(BAD_PICTURE))


async def test_a_refusal_takes_the_card_away_and_is_private(world: World) -> None:
    job = await a_refused_job(world)
    after = await world.go(job, times=3)
    assert after.is_over
    assert after.token is None
    assert world.ledger.calls == ["retract"]


async def test_a_refusal_whose_token_has_died_is_told_under_the_card(world: World) -> None:
    job = await a_refused_job(world)
    await world.clock.wind(15 * 60)
    after = await world.go(job, times=3)
    assert after.is_over
    assert world.ledger.calls == ["post_ending", "show"]


async def test_a_token_that_is_dead_before_its_time_leads_to_the_public_ending(world: World) -> None:
    job = await a_refused_job(world)
    world.courier.retracts.say(LOST)
    after = await world.go(job, times=2)
    assert after.is_over
    assert world.ledger.calls == ["retract", "retract", "post_ending", "show"]


async def test_a_private_word_that_cannot_be_said_now_is_tried_again_until_the_token_dies(
    world: World,
) -> None:
    job = await a_refused_job(world)
    world.courier.retracts.say(DOWN)
    assert not (await world.go(job, times=3)).is_over
    assert world.ledger.count("post_ending") == 0
    await world.clock.wind(15 * 60)
    assert (await world.go(job, times=2)).is_over
    assert world.ledger.count("post_ending") == 1


async def test_a_job_that_had_been_prepared_is_not_taken_away(world: World) -> None:
    job = await world.a_job(State.FAILED)
    assert (await world.go(job, times=2)).is_over
    assert world.ledger.calls == ["post_ending", "show"]


@pytest.mark.parametrize("state", [State.FAILED, State.UNKNOWN])
async def test_an_ending_is_posted_after_its_intent_and_once(world: World, state: State) -> None:
    job = await world.a_job(state)
    intent = await world.go(job)
    assert (intent.posting_at, world.ledger.calls) == (world.clock.now(), [])
    over = await world.go(job, times=4)
    assert over.is_over
    assert world.ledger.calls == ["post_ending", "show"]


@pytest.mark.parametrize("state", [State.DELIVERED, State.CANCELLED])
async def test_an_end_that_needs_no_message_only_ends_the_card(world: World, state: State) -> None:
    job = await world.a_job(state)
    assert (await world.go(job, times=3)).is_over
    assert world.ledger.calls == ["show"]


async def test_an_ending_is_repeated_while_discord_remembers_its_nonce(world: World) -> None:
    job = await world.a_job(State.FAILED)
    world.courier.endings.say(DOWN, MessageId(601))
    await world.go(job, times=2)
    await world.clock.wind(100)
    assert (await world.go(job)).is_over
    assert world.ledger.calls == ["post_ending", "find_post", "post_ending", "show"]


async def test_an_ending_that_got_through_unheard_is_not_told_again(world: World) -> None:
    job = await world.a_job(State.FAILED)
    world.courier.endings.say(DOWN)
    await world.go(job, times=2)
    world.courier.found.say(MessageId(601))
    assert (await world.go(job)).is_over
    assert world.ledger.calls == ["post_ending", "find_post", "show"]


async def test_later_an_ending_is_looked_for_first(world: World) -> None:
    job = await world.a_job(State.FAILED)
    world.courier.endings.say(DOWN)
    world.courier.found.say(MessageId(601))
    await world.go(job, times=2)
    await world.clock.wind(120)
    assert (await world.go(job)).is_over
    assert world.ledger.calls == ["post_ending", "find_post", "show"]


async def test_an_ending_that_is_not_found_is_posted_under_a_fresh_intent(world: World) -> None:
    job = await world.a_job(State.FAILED)
    world.courier.endings.say(DOWN, MessageId(601))
    await world.go(job, times=2)
    await world.clock.wind(120)
    renewed = await world.go(job)
    assert (renewed.posting_at, renewed.is_over) == (world.clock.now(), False)
    assert (await world.go(job)).is_over
    assert world.ledger.count("post_ending") == 2


@pytest.mark.parametrize("state", [State.FAILED, State.UNKNOWN, State.DELIVERED, State.CANCELLED])
async def test_an_owner_who_cannot_be_reached_any_more_ends_the_job_all_the_same(
    world: World, state: State
) -> None:
    job = await world.a_job(state)
    world.courier.endings.say(LOST)
    world.courier.shows.say(LOST)
    after = await world.go(job, times=2)
    assert after.is_over
    assert after.hold is (Hold.CHARGED if state is State.DELIVERED else Hold.RETURNED)


@pytest.mark.parametrize("state", [State.FAILED, State.DELIVERED])
async def test_an_outage_is_waited_out_for_as_long_as_there_is_patience(world: World, state: State) -> None:
    job = await world.a_job(state)
    for script in (world.courier.endings, world.courier.shows, world.courier.found):
        script.say(DOWN)
    for _ in range(23):
        assert not (await world.go(job, times=2)).is_over
        await world.clock.wind(3600)
    await world.clock.wind(PATIENCE.give_up_after - 23 * 3600 + 1)
    assert (await world.go(job)).is_over


async def test_a_card_comes_to_its_end_although_no_message_can_be_posted(world: World) -> None:
    job = await world.a_job(State.FAILED)
    world.courier.endings.say(LOST)
    assert (await world.go(job, times=2)).is_over
    assert world.ledger.calls[-2:] == ["post_ending", "show"]


async def test_a_card_that_is_gone_does_not_hold_up_an_ending_that_was_posted(world: World) -> None:
    job = await world.a_job(State.FAILED)
    world.courier.shows.say(LOST)
    assert (await world.go(job, times=2)).is_over
    assert world.ledger.count("post_ending") == 1


async def test_a_settled_doubt_is_told_as_well(world: World) -> None:
    job = await world.a_job(State.UNKNOWN)
    doubtful = await world.go(job, times=2)
    settled = await moved(world.store, doubtful, ev.Settled(Reason(Problem.SETTLED)))
    assert not settled.is_over
    assert (await world.go(job, times=2)).is_over
    assert world.ledger.count("post_ending") == 2


async def test_a_job_that_is_over_or_was_never_there_causes_nothing(world: World) -> None:
    job = await world.a_job(State.DELIVERED)
    over = await world.go(job)
    calls = len(world.ledger.calls)
    assert await world.advance(job.id) is None
    assert await world.advance(new_job_id()) is None
    assert await world.job(job.id) == over
    assert len(world.ledger.calls) == calls
