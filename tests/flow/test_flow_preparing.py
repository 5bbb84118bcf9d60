"""Before the line: the card is there, the pictures are good and hosted; nothing of it costs anything."""

import pytest

from bot.core import events as ev
from bot.core.errors import LostError, MemberError, PassingError, Problem, Reason
from bot.core.ids import MessageId
from bot.core.job import Job, State
from bot.core.models import SeedanceFast
from bot.core.quota import Hold
from bot.flow.moves import STUMBLES
from bot.flow.preparation import PREPARE_WITHIN, RENEW_AFTER
from tests.builders import moved
from tests.flow.world import World

DOWN = PassingError(Problem.CHAT_UNREACHABLE)


async def an_acknowledged_job(world: World) -> Job:
    return await moved(world.store, await world.a_job(), ev.Acknowledged(MessageId(70)))


# --- the card ----------------------------------------------------------------------------------------


async def test_nothing_is_done_before_the_member_sees_a_card(world: World) -> None:
    job = await world.a_job()
    await world.clock.wind(1)
    assert await world.advance(job.id) == 3
    assert world.ledger.calls == []


async def test_a_card_whose_record_was_lost_is_adopted(world: World) -> None:
    job = await world.a_job()
    world.courier.cards.say(MessageId(71))
    await world.clock.wind(4)
    after = await world.go(job)
    assert (after.state, after.card_id) == (State.PREPARING, MessageId(71))
    assert (await world.go(job)).state is State.QUEUED


async def test_a_job_that_nobody_has_seen_is_refused_told_and_costs_nothing(world: World) -> None:
    job = await world.a_job()
    await world.clock.wind(4)
    refused = await world.go(job)
    assert (refused.state, refused.hold) == (State.FAILED, Hold.RETURNED)
    assert refused.reason == Reason(Problem.NEVER_ACKNOWLEDGED)
    over = await world.go(job, times=2)
    assert over.is_over
    assert world.ledger.calls == ["find_card", "post_ending", "show"]


async def test_a_command_that_another_process_has_answered_is_given_up_without_a_word(world: World) -> None:
    world.courier.cards.say(LostError(Problem.ANSWERED_BY_ANOTHER))
    job = await world.a_job()
    await world.clock.wind(4)
    over = await world.go(job, times=2)
    assert (over.state, over.hold, over.is_over) == (State.FAILED, Hold.RETURNED, True)
    assert world.ledger.calls == ["find_card"]


# --- the pictures ------------------------------------------------------------------------------------


async def test_good_pictures_are_hosted_and_the_job_joins_the_line(world: World) -> None:
    job = await an_acknowledged_job(world)
    after = await world.go(job)
    assert (after.state, after.pictures) == (State.QUEUED, ("https://cdn.discordapp.com/hosted.png",))
    assert world.ledger.lines[0] == ("pictures", job.request.picture_rule, *job.sources)
    assert world.engine.woken == [job.id]


async def test_a_large_upload_that_only_breaks_off_is_tried_smaller(world: World) -> None:
    job = await an_acknowledged_job(world)
    world.courier.hosted.say(*[DOWN] * STUMBLES, ("https://hosted",))
    assert (await world.go(job, times=STUMBLES + 1)).state is State.QUEUED
    assert world.media.rooms == [10 * 2**20] * STUMBLES + [8 * 2**20]


async def test_pictures_that_could_not_be_put_up_are_not_called_gone(world: World) -> None:
    job = await an_acknowledged_job(world)
    world.courier.hosted.say(DOWN)
    await world.go(job)
    await world.clock.wind(PREPARE_WITHIN.total_seconds())
    assert (await world.go(job)).reason == Reason(Problem.CHAT_UNREACHABLE)


async def test_a_request_without_pictures_fetches_none(world: World) -> None:
    job = await world.a_job(request=SeedanceFast(prompt="a kite"), sources=())
    job = await moved(world.store, job, ev.Acknowledged(MessageId(70)))
    after = await world.go(job)
    assert (after.state, after.pictures) == (State.QUEUED, ())
    assert "pictures" not in world.ledger.calls


async def test_a_job_cancelled_before_its_pictures_are_fetched_fetches_none(world: World) -> None:
    job = await an_acknowledged_job(world)
    await world.store.wish_cancel(job.id)
    after = await world.go(job)
    assert (after.state, after.hold, world.ledger.calls) == (State.CANCELLED, Hold.RETURNED, [])


async def test_a_bad_picture_refuses_the_job_for_its_reason(world: World) -> None:
    job = await an_acknowledged_job(world)
    error = MemberError(Problem.PICTURE_UNREADABLE, filename="frame.png")
    world.media.pictured.say(error)
    after = await world.go(job)
    assert (after.state, after.reason, after.hold) == (State.FAILED, error.reason, Hold.RETURNED)
    await world.go(job)
    assert world.ledger.calls == ["pictures", "retract"]


async def test_a_card_that_is_gone_before_the_work_begins_ends_the_job(world: World) -> None:
    job = await an_acknowledged_job(world)
    world.courier.hosted.say(LostError(Problem.UNDELIVERABLE))
    after = await world.go(job)
    assert (after.state, after.hold) == (State.FAILED, Hold.RETURNED)


async def test_a_picture_that_cannot_be_fetched_is_tried_for_some_minutes_and_then_gone(
    world: World,
) -> None:
    job = await an_acknowledged_job(world)
    world.media.pictured.say(DOWN)
    await world.clock.wind(PREPARE_WITHIN.total_seconds() - 1)
    assert (await world.go(job, times=20)).state is State.PREPARING
    await world.clock.wind(1)
    after = await world.go(job)
    assert after.reason == Reason(Problem.PICTURE_GONE, {"filename": "frame.png"})
    assert (after.state, after.hold) == (State.FAILED, Hold.RETURNED)


async def test_only_so_many_jobs_are_prepared_at_a_time(world: World) -> None:
    first, second = await an_acknowledged_job(world), await an_acknowledged_job(world)
    advance = world.worker(preparations=1)
    delays: list[float | None] = []

    async def the_second_tries_meanwhile() -> None:
        delays.append(await advance(second.id))

    world.media.meanwhile = the_second_tries_meanwhile
    await advance(first.id)
    assert delays == [1]
    assert world.ledger.count("pictures") == 1
    await advance(second.id)
    assert (await world.job(second.id)).state is State.QUEUED


# --- renewal -----------------------------------------------------------------------------------------


async def test_addresses_are_renewed_before_they_expire_and_the_fresh_ones_are_sent(world: World) -> None:
    job = await world.a_job(State.QUEUED)
    await world.clock.wind(RENEW_AFTER.total_seconds() + 1)
    renewed = await world.go(job)
    assert (renewed.state, renewed.pictures) == (State.QUEUED, ("https://cdn.discordapp.com/renewed.png",))
    assert (await world.go(job)).state is State.RUNNING
    assert ("submit", job.request.prompt, *renewed.pictures) in world.ledger.lines
    assert world.ledger.count("renew") == 1


async def test_a_job_whose_card_is_gone_with_its_pictures_leaves_the_line_and_is_told(world: World) -> None:
    job = await world.a_job(State.QUEUED)
    await world.clock.wind(RENEW_AFTER.total_seconds() + 1)
    world.courier.renewed.say(LostError(Problem.UNDELIVERABLE))
    after = await world.go(job)
    assert (after.state, after.hold) == (State.FAILED, Hold.RETURNED)
    assert after.reason is not None
    assert after.reason.problem is Problem.PICTURE_GONE
    assert world.ledger.count("submit") == 0


async def test_fresh_addresses_are_not_renewed(world: World) -> None:
    job = await world.a_job(State.QUEUED)
    await world.clock.wind(RENEW_AFTER.total_seconds())
    assert (await world.go(job)).state is State.RUNNING
    assert world.ledger.count("renew") == 0


async def test_a_renewed_job_keeps_its_place_in_the_line(world: World) -> None:
    first = await world.a_job(State.QUEUED)
    await world.clock.wind(RENEW_AFTER.total_seconds() + 1)
    await world.a_job(State.QUEUED)
    await world.go(first)
    assert await world.store.head_of_line(1) == [first.id]


async def test_old_addresses_are_never_sent_while_they_cannot_be_renewed(world: World) -> None:
    job = await world.a_job(State.QUEUED)
    world.courier.renewed.say(DOWN)
    await world.clock.wind(RENEW_AFTER.total_seconds() + 1)
    assert (await world.go(job, times=10)).state is State.QUEUED
    assert world.ledger.count("submit") == 0


@pytest.mark.parametrize("days", [1, 3])
async def test_a_job_without_pictures_needs_no_renewal(world: World, days: int) -> None:
    job = await world.a_job(request=SeedanceFast(prompt="a kite"), sources=())
    for event in (ev.Acknowledged(MessageId(70)), ev.Prepared(())):
        job = await moved(world.store, job, event)
    await world.clock.wind(days * 86_400)
    assert (await world.go(job)).state is State.RUNNING
