"""What comes in: an order becomes one job or none, and a wish to cancel is answered within a bound."""

import asyncio
from dataclasses import replace

import pytest

from bot.core.credits import Weights
from bot.core.errors import MemberError, Problem
from bot.core.ids import ChannelId, GuildId, InteractionId, MessageId, UserId, new_job_id
from bot.core.job import Job, State, Token, Wish
from bot.core.models import SeedancePro
from bot.core.quota import Allowance
from bot.core.source import PictureSource
from bot.flow.intake import OUTCOME_LOOK, OUTCOME_WITHIN, Intake, Order
from tests.builders import NOON, a_number
from tests.flow.world import World

FRAME = PictureSource("https://cdn.discordapp.com/e/frame.png", "frame.png", 120_000, 1280, 720)


def an_intake(world: World, allowance: Allowance | None = None) -> Intake:
    return Intake(
        store=world.store,
        engine=world.engine,
        clock=world.clock,
        weights=Weights(),
        house=world.house(allowance),
        new_id=new_job_id,
    )


def an_order(*sources: PictureSource) -> Order:
    return Order(
        interaction_id=InteractionId(a_number()),
        owner_id=UserId(41),
        guild_id=GuildId(7),
        channel_id=ChannelId(8),
        locale="en-GB",
        token=Token("interaction-secret", NOON),
        upload_limit=10_485_760,
        request=SeedancePro(prompt="a paper boat"),
        sources=sources or (FRAME,),
    )


async def refusal(intake: Intake, order: Order) -> Problem:
    with pytest.raises(MemberError) as caught:
        await intake.accept(order)
    return caught.value.reason.problem


# --- accept ------------------------------------------------------------------------------------------


async def test_an_order_becomes_a_job_with_its_cost_reserved_and_a_look_after_the_acknowledgement(
    world: World,
) -> None:
    admission = await an_intake(world).accept(an_order())
    job = await world.job(admission.job.id)
    assert admission.is_new
    assert (job.state, job.accepted_at, job.request.prompt) == (State.PREPARING, NOON, "a paper boat")
    usage = await world.used(job)
    assert (usage.daily, usage.active) == (job.cost, 1)
    await asyncio.sleep(0)
    assert world.engine.enqueued == [(job.id, 4.0)]


async def test_an_order_that_comes_again_finds_its_job_and_costs_nothing_more(world: World) -> None:
    intake, order = an_intake(world), an_order()
    first = await intake.accept(order)
    again = await intake.accept(order)
    await asyncio.sleep(0)
    assert (again.is_new, again.job) == (False, await world.job(first.job.id))
    assert (await world.used(first.job)).active == 1
    assert len(world.engine.enqueued) == 1


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        (replace(FRAME, size=64 * 2**20 + 1), Problem.PICTURE_TOO_HEAVY),
        (replace(FRAME, content_type="text/html"), Problem.PICTURE_UNREADABLE),
        (replace(FRAME, content_type="video/mp4"), Problem.PICTURE_UNREADABLE),
    ],
)
async def test_what_the_declaration_forbids_is_refused_before_anything_is_written(
    world: World, source: PictureSource, problem: Problem
) -> None:
    assert await refusal(an_intake(world), an_order(source)) is problem
    assert sum((await world.store.counts()).values()) == 0
    assert world.engine.enqueued == []


@pytest.mark.parametrize("sources", [(), (FRAME, FRAME)], ids=["none", "two"])
async def test_a_wrong_number_of_pictures_is_refused(
    world: World, sources: tuple[PictureSource, ...]
) -> None:
    order = replace(an_order(), sources=sources)
    assert await refusal(an_intake(world), order) is Problem.PICTURE_MISSING
    assert sum((await world.store.counts()).values()) == 0


async def test_without_room_in_the_quota_nothing_is_written_and_nobody_is_enqueued(world: World) -> None:
    intake = an_intake(world, Allowance(daily=1, monthly=1000, active=10))
    assert await refusal(intake, an_order()) is Problem.QUOTA_DAILY
    await asyncio.sleep(0)
    assert sum((await world.store.counts()).values()) == 0
    assert world.engine.enqueued == []


async def test_neither_prompt_nor_token_is_in_the_words_of_an_order() -> None:
    words = repr(an_order())
    assert "paper boat" not in words
    assert "interaction-secret" not in words


# --- acknowledge -------------------------------------------------------------------------------------


async def test_an_acknowledgement_notes_the_card_as_shown_and_starts_the_work(world: World) -> None:
    job = await world.a_job()
    await an_intake(world).acknowledge(job, MessageId(70))
    after = await world.job(job.id)
    assert (after.card_id, after.shown) == (MessageId(70), after.version)
    assert world.engine.woken == [job.id]


async def test_an_acknowledgement_that_comes_after_the_card_was_adopted_changes_nothing(world: World) -> None:
    job = await world.a_job()
    world.courier.cards.say(MessageId(70))
    await world.clock.wind(4)
    adopted = await world.go(job)
    await an_intake(world).acknowledge(job, MessageId(70))
    assert await world.job(job.id) == adopted


# --- cancel ------------------------------------------------------------------------------------------


async def test_a_job_that_is_not_there_is_no_job(world: World) -> None:
    intake, job = an_intake(world), await world.a_job(State.QUEUED)
    assert await intake.find(job.id) == job
    with pytest.raises(MemberError) as caught:
        await intake.find(new_job_id())
    assert caught.value.reason.problem is Problem.NO_SUCH_JOB


@pytest.mark.parametrize("state", list(State))
async def test_a_wish_can_do_something_until_the_result_is_there(world: World, state: State) -> None:
    job = await world.a_job(state)
    open_states = {State.PREPARING, State.QUEUED, State.SUBMITTING, State.RUNNING}
    assert an_intake(world).can_cancel(job) is (state in open_states)


async def cancelling(world: World, job: Job) -> asyncio.Task[Job]:
    """Note the wish, and begin to wait for what comes of it."""
    intake = an_intake(world)
    return asyncio.create_task(intake.outcome(await intake.wish(job)))


async def outcome(world: World, task: asyncio.Task[Job]) -> tuple[Job, float]:
    """Let time pass until the answer is there; return it and how long it took by the clock."""
    begun = world.clock.monotonic()
    for _ in range(200):
        await asyncio.wait({task}, timeout=0.005)
        if task.done():
            break
        await world.clock.wind(OUTCOME_LOOK)
    return task.result(), world.clock.monotonic() - begun


async def test_a_cancel_is_answered_as_soon_as_the_fate_is_known(world: World) -> None:
    job = await world.a_job(State.QUEUED)
    task = await cancelling(world, job)
    await world.advance(job.id)
    answer, took = await outcome(world, task)
    assert (answer.state, world.engine.woken) == (State.CANCELLED, [job.id])
    assert took <= 2 * OUTCOME_LOOK


async def test_a_cancel_that_nobody_decides_is_answered_within_its_bound(world: World) -> None:
    job = await world.a_job(State.RUNNING)
    answer, took = await outcome(world, await cancelling(world, job))
    assert (answer.state, answer.wish) == (State.RUNNING, Wish.WISHED)
    assert OUTCOME_WITHIN <= took <= OUTCOME_WITHIN + 2 * OUTCOME_LOOK


async def test_a_cancel_of_a_job_that_has_ended_is_answered_at_once(world: World) -> None:
    intake, job = an_intake(world), await world.a_job(State.DELIVERED)
    wished = await intake.wish(job)
    assert wished == job
    assert await intake.outcome(wished) == job


async def test_a_wish_is_durable_when_it_is_noted_and_noted_once(world: World) -> None:
    intake, job = an_intake(world), await world.a_job(State.QUEUED)
    wished = await intake.wish(job)
    assert (wished.wish, await world.job(job.id)) == (Wish.WISHED, wished)
    assert await intake.wish(job) == wished
    assert world.engine.woken == [job.id, job.id]
