"""A budget in a job's way: at its acceptance, and at the claim of what was accepted before."""

from dataclasses import replace

import pytest

from bot.core.credits import Weights
from bot.core.errors import MemberError, Problem
from bot.core.events import Finished, Output
from bot.core.ids import new_job_id
from bot.core.job import State, Wish
from bot.core.models import Kind, SeedancePro
from bot.core.money import MICRO, Price, Prices
from bot.core.quota import Budget, Rates
from bot.flow.budget import BudgetWatch
from bot.flow.house_rules import Content, HouseRules
from bot.flow.intake import Intake
from tests.builders import PLENTY
from tests.flow.test_flow_intake import an_order
from tests.flow.world import World

DOLLAR = Budget(daily=MICRO)
# Five seconds are half a dollar.
CATALOGUE = {SeedancePro.model_id: Price(0.1, "second")}


def an_intake(world: World, budget: Budget, *, said: Prices | None = None, known: bool = True) -> Intake:
    house = HouseRules(
        office=world.store.office,
        rates=Rates(PLENTY.rates.member, budget=budget),
        clock=world.clock,
        said=said or Prices(),
        catalogue=lambda: CATALOGUE if known else {},
        content=Content(),
    )
    return Intake(
        store=world.store,
        engine=world.engine,
        clock=world.clock,
        weights=Weights(),
        house=house,
        new_id=new_job_id,
    )


async def refused(intake: Intake) -> tuple[Problem, object]:
    with pytest.raises(MemberError) as caught:
        await intake.accept(an_order())
    return caught.value.reason.problem, caught.value.reason.facts.get("renews")


# --- acceptance ----------------------------------------------------------------------------------------


async def test_a_job_is_accepted_with_its_estimate_until_the_budget_has_no_room_for_one_more(
    world: World,
) -> None:
    intake = an_intake(world, DOLLAR)
    jobs = [(await intake.accept(an_order())).job for _ in range(2)]
    assert [job.estimated for job in jobs] == [500_000, 500_000]
    # Midnight after the worlds' noon of 15 June 2025.
    assert await refused(intake) == (Problem.BUDGET_SPENT, 1_750_032_000)
    account = await world.store.spending(intake.house.rates, world.clock.now())
    assert (account.day.reserved_microusd, account.day.used_microusd) == (MICRO, 0)


async def test_what_runcomfy_reports_makes_room_or_takes_it(world: World) -> None:
    intake = an_intake(world, DOLLAR)
    job = await world.a_job(State.RUNNING, estimated=900_000)
    assert (await refused(intake))[0] is Problem.BUDGET_SPENT
    made = Output("https://playgrounds.runcomfy.net/a.mp4", Kind.VIDEO)
    world.generator.looks.say(Finished((made,), 300_000))
    done = await world.go(job, 3)
    assert (done.state, done.reported) == (State.DELIVERED, 300_000)
    account = await world.store.spending(intake.house.rates, world.clock.now())
    assert (account.day.reserved_microusd, account.day.used_microusd) == (0, 300_000)
    await intake.accept(an_order())
    assert (await refused(intake))[0] is Problem.BUDGET_SPENT


async def test_with_a_budget_a_job_without_a_price_is_refused_and_without_one_it_is_not(
    world: World,
) -> None:
    assert (await refused(an_intake(world, DOLLAR, known=False)))[0] is Problem.PRICE_UNKNOWN
    job = (await an_intake(world, Budget(), known=False).accept(an_order())).job
    assert job.estimated is None


async def test_what_the_operator_says_goes_before_the_catalogue(world: World) -> None:
    dear = an_intake(world, DOLLAR, said=Prices(seedance_pro={"480p": 0.3}))
    assert (await refused(dear))[0] is Problem.BUDGET_SPENT
    cheap = an_intake(world, DOLLAR, said=Prices(seedance_pro={"480p": 0.01}), known=False)
    assert (await cheap.accept(an_order())).job.estimated == 50_000


# --- the claim -----------------------------------------------------------------------------------------


async def test_a_budget_that_was_lowered_holds_up_what_was_accepted_before(world: World) -> None:
    spent = await world.a_job(State.DELIVERED, estimated=800_000)
    job = await world.a_job(State.QUEUED, estimated=300_000)
    bounded = world.worker(budget=DOLLAR)
    delay = await bounded(job.id)
    held = await world.job(job.id)
    assert (held.state, held.position) == (State.QUEUED, 1)
    assert held.reason is not None
    assert (held.reason.problem, held.reason.facts) == (Problem.BUDGET_SPENT, {"renews": 1_750_032_000})
    assert delay == 60
    assert world.ledger.count("submit") == 0
    # Nothing new: nothing is written.
    assert (await bounded(job.id), (await world.job(job.id)).version) == (60, held.version)
    assert spent.estimated == 800_000


async def test_what_waits_for_the_budget_goes_when_it_renews(world: World) -> None:
    await world.a_job(State.DELIVERED, estimated=2 * MICRO)
    job = await world.a_job(State.QUEUED, estimated=300_000)
    bounded = world.worker(budget=DOLLAR)
    await bounded(job.id)
    await world.clock.wind(12 * 3600)
    await bounded(job.id)
    gone = await world.job(job.id)
    assert (gone.state, gone.reason) == (State.RUNNING, None)


async def test_what_waits_for_the_budget_can_be_called_off(world: World) -> None:
    job = await world.a_job(State.QUEUED, estimated=2 * MICRO)
    bounded = world.worker(budget=DOLLAR)
    await bounded(job.id)
    wished = await world.store.wish_cancel(job.id)
    assert wished is not None
    assert wished.wish is Wish.WISHED
    await bounded(job.id)
    assert (await world.job(job.id)).state is State.CANCELLED


async def test_a_budget_that_is_spent_to_the_last_millionth_holds_nothing_up(world: World) -> None:
    job = await world.a_job(State.QUEUED, estimated=MICRO)
    await world.worker(budget=DOLLAR)(job.id)
    assert (await world.job(job.id)).state is State.RUNNING


async def test_of_two_budgets_the_one_that_renews_last_is_told(world: World) -> None:
    await world.a_job(State.DELIVERED, estimated=3 * MICRO)
    rates = replace(PLENTY.rates, budget=Budget(daily=MICRO, monthly=2 * MICRO))
    reason = await BudgetWatch(world.store, rates, world.clock).overdrawn()
    assert reason is not None
    # 1 July 2025.
    assert reason.facts == {"renews": 1_751_328_000}
