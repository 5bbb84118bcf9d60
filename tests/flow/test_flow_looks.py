"""A job at RunComfy: looked at, called off, told to be late, and given up in the end."""

import pytest

from bot.core import events as ev
from bot.core.errors import OperatorError, PassingError, Problem, Reason
from bot.core.job import State, Wish
from bot.core.models import Kind
from bot.core.quota import Hold
from bot.flow.steps import KNOWN_AFTER
from tests.flow.scripted import CalledOff
from tests.flow.world import PATIENCE, World

GONE = ev.Failed(Reason(Problem.GENERATION_GONE))
WORKING = ev.Progressed(ev.Phase.IN_PROGRESS)
UNREACHABLE = PassingError(Problem.GENERATOR_UNREACHABLE)


async def test_a_result_makes_the_job_ready(world: World) -> None:
    job = await world.a_job(State.RUNNING)
    outputs = (ev.Output("https://playgrounds.runcomfy.net/b.mp4", Kind.VIDEO),)
    world.generator.looks.say(ev.Finished(outputs))
    after = await world.go(job)
    assert (after.state, after.outputs, after.hold) == (State.READY, outputs, Hold.RESERVED)


@pytest.mark.parametrize(
    ("seen", "state"),
    [(ev.Failed(Reason(Problem.GENERATION_FAILED)), State.FAILED), (ev.Cancelled(), State.CANCELLED)],
)
async def test_an_end_without_a_result_gives_the_credits_back(
    world: World, seen: ev.Failed | ev.Cancelled, state: State
) -> None:
    job = await world.a_job(State.RUNNING)
    world.generator.looks.say(seen)
    after = await world.go(job)
    assert (after.state, after.hold) == (state, Hold.RETURNED)
    assert (await world.used(job)).daily == 0


async def test_a_look_that_finds_nothing_new_writes_nothing(world: World) -> None:
    job = await world.a_job(State.RUNNING)
    world.generator.looks.say(WORKING)
    after = await world.go(job)
    assert await world.go(job, times=5) == after
    assert world.ledger.count("look") == 6


@pytest.mark.parametrize("seconds", [0, KNOWN_AFTER - 0.5])
async def test_a_young_job_that_runcomfy_does_not_know_may_only_be_too_new(
    world: World, seconds: float
) -> None:
    job = await world.a_job(State.RUNNING)
    world.generator.looks.say(GONE)
    await world.clock.wind(seconds)
    delay = await world.advance(job.id)
    assert delay is not None
    assert 2 <= delay <= 20
    assert (await world.job(job.id)).state is State.RUNNING


async def test_an_older_job_that_runcomfy_does_not_know_is_gone(world: World) -> None:
    job = await world.a_job(State.RUNNING)
    world.generator.looks.say(GONE)
    await world.clock.wind(KNOWN_AFTER)
    after = await world.go(job)
    assert (after.state, after.reason) == (State.FAILED, GONE.reason)


async def test_another_failure_of_a_young_job_is_believed_at_once(world: World) -> None:
    job = await world.a_job(State.RUNNING)
    world.generator.looks.say(ev.Failed(Reason(Problem.GENERATION_FAILED)))
    assert (await world.go(job)).state is State.FAILED


# --- late --------------------------------------------------------------------------------------------


async def test_a_late_job_is_told_once_and_looked_at_rarely(world: World) -> None:
    job = await world.a_job(State.RUNNING)
    world.generator.looks.say(WORKING)
    await world.clock.wind(PATIENCE.late_after)
    usual = await world.advance(job.id)
    assert usual is not None
    assert PATIENCE.look.longest / 2 < usual <= PATIENCE.look.longest
    assert (await world.job(job.id)).overdue_at is None

    await world.clock.wind(10)
    assert await world.advance(job.id) == 3 * PATIENCE.look.longest
    told = await world.job(job.id)
    assert told.overdue_at == world.clock.now()
    assert world.courier.shown[-1].overdue_at == world.clock.now()

    shows = world.ledger.count("show")
    for _ in range(5):
        await world.clock.wind(60)
        assert await world.advance(job.id) == 3 * PATIENCE.look.longest
    assert (await world.job(job.id)).version == told.version
    assert world.ledger.count("show") == shows


async def test_chance_spreads_the_rare_looks(world: World) -> None:
    job = await world.a_job(State.RUNNING)
    await world.clock.wind(PATIENCE.late_after + 1)
    assert await world.worker(chance=0.5)(job.id) == pytest.approx(66)  # pyright: ignore[reportUnknownMemberType] (pytest's own)


# --- given up ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [ev.CancelRefused(), WORKING, UNREACHABLE, OperatorError(Problem.TOKEN_REJECTED)],
    ids=["refused", "undecided", "unreachable", "token rejected"],
)
async def test_a_job_given_up_asks_for_a_cancel_and_ends_whatever_comes_of_it(
    world: World, answer: CalledOff | Exception
) -> None:
    job = await world.a_job(State.RUNNING)
    world.generator.cancels.say(answer)
    await world.clock.wind(PATIENCE.give_up_after + 1)
    after = await world.go(job)
    assert (after.state, after.hold) == (State.FAILED, Hold.RETURNED)
    assert after.reason == Reason(Problem.GAVE_UP, {"hours": 24.0})
    assert world.ledger.calls == ["look", "cancel"]


async def test_a_token_that_is_rejected_gives_nothing_up(world: World) -> None:
    job = await world.a_job(State.RUNNING)
    world.generator.looks.say(OperatorError(Problem.TOKEN_REJECTED), ev.Finished(()))
    await world.clock.wind(PATIENCE.give_up_after + 1)
    assert (await world.go(job)).state is State.RUNNING
    assert (await world.go(job)).state is State.READY


async def test_a_job_given_up_that_can_still_be_called_off_is_cancelled(world: World) -> None:
    job = await world.a_job(State.RUNNING)
    await world.clock.wind(PATIENCE.give_up_after + 1)
    assert (await world.go(job)).state is State.CANCELLED


async def test_what_finished_during_a_long_outage_is_delivered_and_not_given_up(world: World) -> None:
    job = await world.a_job(State.RUNNING)
    await world.clock.wind(PATIENCE.give_up_after * 3)
    world.generator.looks.say(ev.Finished((ev.Output("https://files.runcomfy.net/a.mp4", Kind.VIDEO),)))
    after = await world.go(job, times=5)
    assert (after.state, after.hold) == (State.DELIVERED, Hold.CHARGED)
    assert world.ledger.count("cancel") == 0


async def test_a_job_that_cannot_be_looked_at_is_given_up_in_the_end(world: World) -> None:
    job = await world.a_job(State.RUNNING)
    world.generator.looks.say(PassingError(Problem.GENERATOR_UNREACHABLE))
    assert (await world.go(job)).state is State.RUNNING
    await world.clock.wind(PATIENCE.give_up_after + 1)
    world.generator.looks.say(PassingError(Problem.GENERATOR_UNREACHABLE))
    assert (await world.go(job)).state in (State.FAILED, State.CANCELLED)


async def test_nothing_is_given_up_before_its_time(world: World) -> None:
    job = await world.a_job(State.RUNNING)
    await world.clock.wind(PATIENCE.give_up_after)
    assert (await world.go(job)).state is State.RUNNING
    assert world.ledger.count("cancel") == 0


# --- wishes ------------------------------------------------------------------------------------------


async def test_a_wish_is_carried_to_runcomfy_and_its_answer_decides(world: World) -> None:
    job = await world.a_job(State.RUNNING)
    await world.store.wish_cancel(job.id)
    after = await world.go(job)
    assert (after.state, after.hold) == (State.CANCELLED, Hold.RETURNED)


async def test_a_wish_that_is_refused_is_not_asked_again_and_the_job_goes_on(world: World) -> None:
    job = await world.a_job(State.RUNNING)
    await world.store.wish_cancel(job.id)
    world.generator.cancels.say(ev.CancelRefused())
    after = await world.go(job, times=4)
    assert (after.state, after.wish) == (State.RUNNING, Wish.REFUSED)
    assert world.ledger.count("cancel") == 1


@pytest.mark.parametrize(
    "answer",
    [WORKING, UNREACHABLE, OperatorError(Problem.TOKEN_REJECTED)],
    ids=["undecided", "unreachable", "token rejected"],
)
async def test_a_wish_without_an_answer_is_asked_again_and_the_job_is_looked_at_meanwhile(
    world: World, answer: CalledOff | Exception
) -> None:
    job = await world.a_job(State.RUNNING)
    await world.store.wish_cancel(job.id)
    world.generator.cancels.say(answer, answer, ev.Cancelled())
    assert (await world.go(job, times=2)).state is State.RUNNING
    assert world.ledger.count("look") == 2
    assert (await world.go(job)).state is State.CANCELLED


# --- errors ------------------------------------------------------------------------------------------


async def test_a_look_that_cannot_be_made_changes_nothing_and_waits_as_long_as_was_asked(
    world: World,
) -> None:
    job = await world.a_job(State.RUNNING)
    world.generator.looks.say(PassingError(Problem.GENERATOR_BUSY, 33.0))
    assert await world.advance(job.id) == 33
    assert await world.job(job.id) == job


async def test_a_rejected_token_found_at_a_look_closes_the_gate_and_the_job_stays(world: World) -> None:
    job = await world.a_job(State.RUNNING)
    world.generator.looks.say(OperatorError(Problem.TOKEN_REJECTED))
    assert (await world.go(job)).state is State.RUNNING
    assert world.gate.reason == Reason(Problem.TOKEN_REJECTED)
