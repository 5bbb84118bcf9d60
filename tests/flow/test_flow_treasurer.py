"""The treasurer: prices that outlive a restart, a word to the operator once, grants over, a balance."""

import asyncio
import logging
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.errors import OperatorError, PassingError, Problem, Reason
from bot.core.events import Failed
from bot.core.job import State
from bot.core.ledger import Purse
from bot.core.models import MODELS, ModelId, SeedanceFast, SeedancePro, SeedreamEdit
from bot.core.money import MICRO, Price, Prices
from bot.core.office import Deed
from bot.core.quota import Budget, Rates
from bot.core.rights import Act
from bot.core.treasury import Notice, Span
from bot.flow.budget import BudgetWatch
from bot.flow.prices import PriceBook
from bot.flow.treasurer import Treasurer
from tests.builders import NOON, OWNER, PLACE, PLENTY
from tests.flow.world import World

PRO, FAST, EDIT = SeedancePro.model_id, SeedanceFast.model_id, SeedreamEdit.model_id
ALL = {model.model_id: Price(0.1, "second") for model in MODELS}
HOUR = 3600


class Market:
    """RunComfy's side of the money, as a table."""

    def __init__(self, prices: Mapping[ModelId, Price] = ALL, balance: int = 5 * MICRO) -> None:
        self.prices = dict(prices)
        self.on_account = balance
        self.error: Exception | None = None
        self.asked = 0

    async def price(self, model_id: ModelId) -> Price | None:
        self.asked += 1
        if self.error is not None:
            raise self.error
        return self.prices.get(model_id)

    async def balance(self) -> int:
        if self.error is not None:
            raise self.error
        return self.on_account


class Owners:
    """The owners, who keep what they are told."""

    def __init__(self) -> None:
        self.told = list[tuple[Span, int]]()

    async def tell(self, notice: Notice) -> None:
        self.told.append((notice.span, notice.share))


class Counting:
    """A treasurer with all around it, on a world's store and clock."""

    def __init__(self, world: World, *, budget: Budget | None = None, said: Prices | None = None) -> None:
        self.world = world
        self.market = Market()
        self.owners = Owners()
        self.budget = budget or Budget()
        self.said = said or Prices()
        self.begin()

    def begin(self) -> None:
        """Begin a life: nothing is in memory."""
        rates = Rates(PLENTY.rates.member, budget=self.budget)
        self.prices = PriceBook(store=self.world.store, market=self.market, said=self.said)
        self.treasurer = Treasurer(
            store=self.world.store,
            office=self.world.store.office,
            market=self.market,
            owners=self.owners,
            prices=self.prices,
            watch=BudgetWatch(self.world.store, rates, self.world.clock),
            clock=self.world.clock,
            reads_balance=True,
        )

    async def spend(self, usd: float) -> None:
        await self.world.a_job(State.DELIVERED, estimated=round(usd * MICRO))


@pytest.fixture
def counting(world: World) -> Counting:
    return Counting(world)


# --- prices --------------------------------------------------------------------------------------------


async def test_prices_are_read_at_once_and_every_hour(world: World, counting: Counting) -> None:
    running = asyncio.create_task(counting.treasurer.run())
    await world.clock.wind(1)
    await _stored(world)
    first = dict(counting.prices.catalogue())
    counting.market.prices[PRO] = Price(0.2, "second")
    for _ in range(61):
        await world.clock.wind(60)
        await _stored(world)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    assert first == ALL
    assert counting.prices.catalogue()[PRO] == Price(0.2, "second")
    assert counting.market.asked == 2 * len(MODELS)


async def _stored(world: World) -> None:
    """Wait until the store has done what was asked of it before, and whoever waits for it has gone on."""
    for _ in range(3):
        await world.store.recall("nothing")
        await asyncio.sleep(0)


async def test_prices_outlive_a_restart_with_runcomfy_out_of_reach(counting: Counting) -> None:
    await counting.treasurer.round()
    counting.market.error = PassingError(Problem.GENERATOR_UNREACHABLE)
    counting.begin()
    assert counting.prices.catalogue() == {}
    await counting.treasurer.open()
    await counting.treasurer.round()
    assert counting.prices.catalogue() == ALL


async def test_a_price_that_is_told_no_more_stays_as_it_was(counting: Counting) -> None:
    await counting.prices.refresh()
    del counting.market.prices[EDIT]
    assert await counting.prices.refresh()
    assert counting.prices.catalogue()[EDIT] == ALL[EDIT]


async def test_a_catalogue_out_of_reach_is_read_again_in_a_minute(world: World, counting: Counting) -> None:
    counting.market.error = OperatorError(Problem.TOKEN_REJECTED)
    await counting.treasurer.round()
    counting.market.error = None
    await world.clock.wind(59)
    await counting.treasurer.round()
    assert counting.prices.catalogue() == {}
    await world.clock.wind(1)
    await counting.treasurer.round()
    assert counting.prices.catalogue() == ALL


async def test_what_was_kept_and_is_no_price_is_forgotten(world: World, counting: Counting) -> None:
    await world.store.remember("prices", '{"a": {"usd": "much"}}')
    await counting.treasurer.open()
    assert counting.prices.catalogue() == {}


async def test_where_a_budget_needs_a_price_the_start_waits_for_it(world: World) -> None:
    bounded = Counting(world, budget=Budget(daily=MICRO))
    await bounded.treasurer.open()
    assert bounded.prices.catalogue() == ALL
    free = Counting(world)
    bounded.market.asked = free.market.asked = 0
    bounded.begin()
    await bounded.treasurer.open()
    await free.treasurer.open()
    assert (bounded.market.asked, free.market.asked) == (0, 0)


async def test_the_least_and_what_has_no_price_are_known(world: World) -> None:
    counting = Counting(world, said=Prices(seedance_fast={"480p": 0.01}))
    assert counting.prices.cheapest() == 20_000
    assert counting.prices.unpriced() == ["seedance-pro", "seedance-lite", "seedance-fast", "seedream-edit"]
    counting.market.prices = {PRO: Price(1, "second"), FAST: Price(1, "second"), EDIT: Price(0.015, "output")}
    await counting.prices.refresh()
    assert counting.prices.cheapest() == 15_000
    assert counting.prices.unpriced() == ["seedance-lite"]


async def test_a_budget_without_a_price_is_an_error_for_the_operator_once_an_hour(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    counting = Counting(world, budget=Budget(monthly=MICRO))
    counting.market.prices = {}
    for _ in range(120):
        await counting.treasurer.round()
        await world.clock.wind(60)
    errors = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert len(errors) == 2
    assert "/seedance-pro, /seedance-lite, /seedance-fast, /seedream-edit" in errors[0]


async def test_without_a_budget_nobody_is_told_of_a_missing_price(
    counting: Counting, caplog: pytest.LogCaptureFixture
) -> None:
    counting.market.prices = {}
    await counting.treasurer.round()
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


# --- the budget ----------------------------------------------------------------------------------------


async def test_the_operator_is_told_at_eighty_and_at_a_hundred_percent_and_once(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    counting = Counting(world, budget=Budget(daily=10 * MICRO))
    for usd in (7.9, 0.2, 0.5, 1.4, 0.1):
        await counting.spend(usd)
        for _ in range(2):
            await counting.treasurer.round()
            await world.clock.wind(60)
        counting.begin()
    assert counting.owners.told == [(Span.DAY, 80), (Span.DAY, 100)]
    lines = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert [record.levelname for record in caplog.records if record.levelno >= logging.WARNING] == [
        "WARNING",
        "ERROR",
    ]
    assert "8.10 of 10.00 USD" in lines[0]
    assert "2025-06-16 00:00 UTC" in lines[1]


async def test_a_budget_for_whose_rest_nothing_can_be_made_counts_as_spent(world: World) -> None:
    counting = Counting(world, budget=Budget(daily=10 * MICRO))
    # The least costs 0.1 dollars.
    await counting.spend(9.95)
    await counting.treasurer.round()
    assert counting.owners.told == [(Span.DAY, 100)]


async def test_reserved_dollars_count_and_each_span_is_told_of(world: World) -> None:
    counting = Counting(world, budget=Budget(daily=MICRO, monthly=2 * MICRO))
    await world.a_job(State.RUNNING, estimated=1_700_000)
    await counting.treasurer.round()
    assert counting.owners.told == [(Span.DAY, 100), (Span.MONTH, 80)]


async def test_a_new_day_is_told_of_anew(world: World) -> None:
    counting = Counting(world, budget=Budget(daily=MICRO))
    for _ in range(2):
        await counting.spend(1)
        await counting.treasurer.round()
        await world.clock.wind(24 * HOUR)
    assert counting.owners.told == [(Span.DAY, 100), (Span.DAY, 100)]


async def test_once_all_is_spent_less_is_not_told_again(world: World) -> None:
    counting = Counting(world, budget=Budget(daily=10 * MICRO))
    held = await world.a_job(State.RUNNING, estimated=10 * MICRO)
    await counting.treasurer.round()
    world.generator.looks.say(_failed_for(8_500_000))
    await world.go(held)
    await world.clock.wind(60)
    await counting.treasurer.round()
    assert counting.owners.told == [(Span.DAY, 100)]


def _failed_for(microusd: int) -> Failed:
    return Failed(Reason(Problem.GENERATION_FAILED), microusd)


# --- balance, grants, failures -------------------------------------------------------------------------


async def test_a_balance_that_can_no_longer_be_read_is_not_told_as_if_it_were_known(
    world: World, counting: Counting
) -> None:
    assert counting.treasurer.balance is None
    await counting.treasurer.round()
    assert counting.treasurer.balance == 5 * MICRO
    counting.market.error = PassingError(Problem.GENERATOR_UNREACHABLE)
    await world.clock.wind(600)
    await counting.treasurer.round()
    assert counting.treasurer.balance is None


async def test_grants_end_within_an_hour_of_their_time(world: World, counting: Counting) -> None:
    purse, office = Purse(OWNER, PLACE), world.store.office
    await office.grant(purse, 40, timedelta(minutes=30), Deed(NOON, OWNER, Act.GRANT, PLACE))
    await counting.treasurer.round()
    await world.clock.wind(HOUR)
    await counting.treasurer.round()
    assert [entry.movement.value for entry in await office.entries(purse, 9)] == ["expired", "granted"]


async def test_a_chore_that_fails_keeps_no_other_from_being_done(
    counting: Counting, caplog: pytest.LogCaptureFixture
) -> None:
    counting.market.error = RuntimeError("a defect")
    await counting.spend(1)
    counting.budget = Budget(daily=MICRO)
    counting.begin()
    await counting.treasurer.round()
    assert counting.owners.told == [(Span.DAY, 100)]
    assert "prices: a look failed" in caplog.text


async def test_a_notice_says_which_budget_and_until_when(world: World) -> None:
    watch = BudgetWatch(world.store, replace(PLENTY.rates, budget=Budget(monthly=100)), world.clock)
    await world.a_job(State.DELIVERED, estimated=90)
    (notice,) = await watch.notices(None)
    assert (notice.span, notice.period, notice.share) == (Span.MONTH, "2025-06", 80)
    assert (notice.spent, notice.budget, notice.renews.isoformat()) == (90, 100, "2025-07-01T00:00:00+00:00")
