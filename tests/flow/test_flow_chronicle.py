"""The log of a server: one entry for each end, once its owner knows, and never a reason to wait."""

import logging
from datetime import timedelta

import pytest

from bot.core import events as ev
from bot.core.errors import LostError, MemberError, PassingError, Problem, Reason
from bot.core.ids import ChannelId
from bot.core.job import Job, State, Token
from bot.core.models import SeedancePro
from bot.core.rights import Act
from tests.builders import moved
from tests.flow.administered import ELSEWHERE, HERE, MEMBER, administration, an_actor
from tests.flow.world import World

LOG = ChannelId(90)
DOWN = PassingError(Problem.CHAT_UNREACHABLE)
LOST = LostError(Problem.UNDELIVERABLE)


@pytest.fixture
async def logged(world: World) -> World:
    """A world whose server has a log channel, with nothing in it."""
    await administration(world).chronicle.open(an_actor(), HERE, LOG)
    world.ledger.lines.clear()
    return world


def entries(world: World) -> list[tuple[object, ...]]:
    return [line for line in world.ledger.lines if line[0] == "log_ending"]


@pytest.mark.parametrize("state", [State.DELIVERED, State.FAILED, State.CANCELLED, State.UNKNOWN])
async def test_every_end_is_entered_once_its_owner_has_been_told(logged: World, state: State) -> None:
    job = await logged.a_job(state)
    assert (await logged.go(job, times=4)).is_over
    assert entries(logged) == [("log_ending", LOG, job.id, False)]
    assert logged.ledger.calls[-2:] == ["show", "log_ending"]


async def test_what_cannot_be_told_to_its_owner_is_entered_all_the_same(logged: World) -> None:
    job = await logged.a_job(State.FAILED)
    logged.courier.endings.say(LOST)
    logged.courier.shows.say(LOST)
    assert (await logged.go(job, times=2)).is_over
    assert len(entries(logged)) == 1


async def test_nothing_is_entered_while_its_owner_is_still_to_be_told(logged: World) -> None:
    job = await logged.a_job(State.DELIVERED)
    logged.courier.shows.say(DOWN)
    assert not (await logged.go(job, times=3)).is_over
    assert entries(logged) == []


async def test_a_server_without_a_log_and_direct_messages_have_no_entries(logged: World) -> None:
    for place in (ELSEWHERE, None):
        job = await logged.a_job(State.DELIVERED, guild_id=place)
        assert (await logged.go(job, times=2)).is_over
    await administration(logged).chronicle.close(an_actor(), HERE)
    assert (await logged.go(await logged.a_job(State.DELIVERED), times=2)).is_over
    assert entries(logged) == []


async def test_a_doubt_and_what_is_decided_about_it_are_two_ends(logged: World) -> None:
    job = await logged.a_job(State.UNKNOWN)
    doubtful = await logged.go(job, times=2)
    await moved(logged.store, doubtful, ev.Settled(Reason(Problem.SETTLED)))
    assert (await logged.go(job, times=2)).is_over
    assert len(entries(logged)) == 2


async def test_a_deletion_is_no_second_end(logged: World) -> None:
    job = await a_delivered_one(logged)
    over = await logged.go(job)
    deleted = await moved(logged.store, over, ev.Deleted())
    assert (await logged.go(deleted)).is_over
    assert len(entries(logged)) == 1


async def test_a_result_that_is_deleted_before_its_telling_is_entered_too(logged: World) -> None:
    job = await moved(logged.store, await a_delivered_one(logged), ev.Deleted())
    assert (await logged.go(job)).is_over
    assert len(entries(logged)) == 1


async def a_delivered_one(world: World) -> Job:
    """Return a job with a token, as every one has that nobody has been told of."""
    token = Token("secret", world.clock.now() + timedelta(minutes=10))
    return await world.a_job(State.DELIVERED, token=token)


async def test_a_prompt_is_flagged_by_the_words_of_the_moment(logged: World) -> None:
    acts = administration(logged)
    prompt = SeedancePro(prompt="a BÓMB in the pond")
    job = await logged.a_job(State.DELIVERED, request=prompt)
    later = await logged.a_job(State.DELIVERED, request=prompt)
    await acts.places.words(an_actor(), HERE, [], ["bomb*"])
    await logged.go(job)
    await acts.places.words(an_actor(), HERE, [], ["boat"])
    await logged.go(later)
    assert [line[-1] for line in entries(logged)] == [True, False]


@pytest.mark.parametrize("trouble", [DOWN, LOST])
async def test_a_log_that_takes_nothing_holds_up_no_job_and_is_warned_of_once(
    logged: World, caplog: pytest.LogCaptureFixture, trouble: Exception
) -> None:
    caplog.set_level(logging.WARNING)
    logged.chronicler.entries.say(trouble, trouble, None, trouble)
    mute = list[bool]()
    for _ in range(4):
        job = await logged.a_job(State.DELIVERED)
        assert (await logged.go(job)).is_over
        mute.append(logged.chronicle.is_mute(LOG))
    assert mute == [True, True, False, True]
    assert len(caplog.records) == 2
    assert len(entries(logged)) == 4


async def test_a_life_that_ends_before_it_noted_the_telling_enters_it_again(logged: World) -> None:
    job = await logged.a_job(State.DELIVERED)
    logged.store.busy_records = 1
    assert not (await logged.go(job)).is_over
    assert (await logged.go(job)).is_over
    assert entries(logged) == [("log_ending", LOG, job.id, False)] * 2


@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        (LOST, Problem.LOG_CLOSED),
        (MemberError(Problem.NOT_FROM_THERE), Problem.NOT_FROM_THERE),
        (DOWN, Problem.CHAT_UNREACHABLE),
    ],
)
async def test_a_channel_that_takes_no_first_message_is_not_set(
    logged: World, trouble: Exception, told: Problem
) -> None:
    acts = administration(logged)
    deeds = len(await logged.store.office.deeds(HERE, 50))
    logged.chronicler.openings.say(trouble)
    with pytest.raises((MemberError, PassingError)) as refused:
        await acts.chronicle.open(an_actor(), HERE, ChannelId(91))
    assert refused.value.reason.problem is told
    assert (await acts.places.policy(an_actor(), HERE)).log_channel == LOG
    assert len(await logged.store.office.deeds(HERE, 50)) == deeds


async def test_nothing_is_written_anywhere_for_somebody_who_may_not(logged: World) -> None:
    for who, at in ((an_actor(MEMBER), HERE), (an_actor(), ELSEWHERE)):
        with pytest.raises(MemberError):
            await administration(logged).chronicle.open(who, at, ChannelId(91))
        with pytest.raises(MemberError):
            await administration(logged).chronicle.close(who, at)
    assert logged.ledger.calls == []


async def test_a_channel_that_is_chosen_again_is_no_longer_mute(logged: World) -> None:
    logged.chronicler.entries.say(LOST)
    await logged.go(await logged.a_job(State.DELIVERED))
    assert logged.chronicle.is_mute(LOG)
    await administration(logged).chronicle.open(an_actor(), HERE, LOG)
    assert not logged.chronicle.is_mute(LOG)
    (latest, *_) = await logged.store.office.deeds(HERE, 1)
    assert (latest.act, dict(latest.details)) == (Act.SET_POLICY, {"change": "log", "channel": LOG})
