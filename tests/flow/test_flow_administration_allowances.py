"""Allowances: what is set counts, within a roof for managers, and every act is kept in the record."""

from collections.abc import Awaitable
from datetime import timedelta

import pytest

from bot.core.errors import MemberError, Problem, Reason
from bot.core.ids import RoleId
from bot.core.job import State
from bot.core.ledger import Movement, Purse
from bot.core.office import Subject
from bot.core.quota import Allowance, Bound, Figures, Layer, Rates
from bot.core.rights import Act, Actor
from tests.flow.administered import BOSS, HERE, MANAGER, MEMBER, administration, an_actor, bounded
from tests.flow.world import World

DEFAULT = Allowance(daily=60, monthly=600, active=2)
RATES = Rates(DEFAULT)
EVERYBODY = Subject(HERE, Layer.SERVER)
ROLE = Subject(HERE, Layer.ROLE, RoleId(5))
ONE = Subject(HERE, Layer.MEMBER, MEMBER)
MANAGES, OWNS = an_actor(MANAGER), an_actor(BOSS)


async def refusal(call: Awaitable[object]) -> Reason:
    with pytest.raises(MemberError) as caught:
        await call
    return caught.value.reason


async def test_what_is_set_counts_and_the_latest_layer_most(world: World) -> None:
    acts = administration(world, RATES).allowances
    await acts.set(OWNS, EVERYBODY, Figures(daily=10, monthly=100))
    await acts.set(OWNS, ROLE, Figures(daily=20))
    assert (await acts.of_member(MANAGES, HERE, MEMBER)).usage.allowance == Allowance(10, 100, 2)
    with_role = await acts.of_member(MANAGES, HERE, MEMBER, frozenset({RoleId(5)}))
    assert with_role.usage.allowance == Allowance(20, 100, 2)
    await acts.set(OWNS, ONE, Figures(daily=5, active=1))
    own = await acts.of_member(MANAGES, HERE, MEMBER, frozenset({RoleId(5)}))
    assert (own.usage.allowance, own.own) == (Allowance(5, 100, 1), Figures(daily=5, active=1))
    assert await acts.of_role(MANAGES, HERE, RoleId(5)) == Figures(daily=20)


async def test_what_is_not_given_stays_and_clear_takes_the_layer_away(world: World) -> None:
    acts = administration(world, RATES).allowances
    await acts.set(OWNS, ONE, Figures(daily=5))
    assert await acts.set(OWNS, ONE, Figures(monthly=50)) == Figures(5, 50)
    assert await acts.set(OWNS, ONE, Figures(), clear=True) == Figures()
    assert (await acts.of_server(OWNS, HERE)).layers == []


async def test_a_server_shows_its_bound_its_account_and_every_layer(world: World) -> None:
    acts = administration(world, Rates(DEFAULT, server=Bound(500, 5000))).allowances
    await world.a_job(State.DELIVERED)
    shown = await acts.of_server(MANAGES, HERE)
    assert (shown.default, shown.bound, shown.is_bound_here) == (DEFAULT, Bound(500, 5000), False)
    assert (shown.account.day.used, shown.account.month.used) == (5, 5)
    assert await acts.set_server(OWNS, HERE, Bound(daily=70)) == Bound(70, None)
    assert await acts.set_server(OWNS, HERE, Bound(monthly=700)) == Bound(70, 700)
    await acts.set(OWNS, EVERYBODY, Figures(active=1))
    shown = await acts.of_server(MANAGES, HERE)
    assert (shown.bound, shown.is_bound_here) == (Bound(70, 700), True)
    assert shown.layers == [(EVERYBODY, Figures(active=1))]
    assert await acts.set_server(OWNS, HERE, Bound(), clear=True) is None
    assert (await acts.of_server(OWNS, HERE)).bound == Bound(500, 5000)


# --- the roof over managers ----------------------------------------------------------------------------


@pytest.mark.parametrize("subject", [EVERYBODY, ROLE, ONE])
@pytest.mark.parametrize(
    ("figures", "limit"),
    [(Figures(daily=61), 60), (Figures(monthly=601), 600), (Figures(active=3), 2), (Figures(1, 601), 600)],
)
async def test_without_a_bound_a_manager_gives_no_more_than_everybody_has(
    world: World, subject: Subject, figures: Figures, limit: int
) -> None:
    acts = administration(world, RATES).allowances
    reason = await refusal(acts.set(MANAGES, subject, figures))
    assert (reason.problem, reason.facts["limit"]) == (Problem.ABOVE_SERVER, limit)
    assert (await acts.of_server(MANAGES, HERE)).layers == []
    assert await acts.set(MANAGES, subject, Figures(60, 600, 2)) == Figures(60, 600, 2)
    assert await acts.set(OWNS, subject, figures)


async def test_the_servers_bound_is_the_managers_roof_figure_by_figure(world: World) -> None:
    acts = administration(world, RATES).allowances
    await acts.set_server(OWNS, HERE, Bound(monthly=2000))
    assert await acts.set(MANAGES, ONE, Figures(monthly=2000)) == Figures(monthly=2000)
    assert (await refusal(acts.set(MANAGES, ONE, Figures(monthly=2001)))).facts["limit"] == 2000
    assert (await refusal(acts.set(MANAGES, ONE, Figures(daily=61)))).facts["limit"] == 60
    await acts.set_server(OWNS, HERE, Bound(daily=30))
    assert (await refusal(acts.set(MANAGES, ONE, Figures(daily=31)))).facts["limit"] == 30


async def test_a_bound_of_the_configuration_is_a_roof_as_well(world: World) -> None:
    acts = administration(world, Rates(DEFAULT, server=Bound(daily=100))).allowances
    assert await acts.set(MANAGES, ONE, Figures(daily=100)) == Figures(daily=100)
    assert (await refusal(acts.set(MANAGES, ONE, Figures(daily=101)))).facts["limit"] == 100


async def test_a_bound_set_for_a_day_leaves_the_configurations_month_a_roof(world: World) -> None:
    acts = administration(world, Rates(DEFAULT, server=Bound(monthly=100))).allowances
    await acts.set_server(OWNS, HERE, Bound(daily=50))
    assert (await acts.of_server(MANAGES, HERE)).bound == Bound(50, 100)
    assert (await refusal(acts.set(MANAGES, ONE, Figures(monthly=101)))).facts["limit"] == 100
    too_much = acts.grant(MANAGES, HERE, MEMBER, amount=101, days=3, why="the contest")
    assert (await refusal(too_much)).facts == {"option": "credits", "limit": 100}


async def test_a_manager_gives_away_only_where_the_server_has_a_bound(world: World) -> None:
    acts = administration(world, RATES).allowances

    async def grant(who: Actor, amount: int) -> int:
        made = await acts.grant(who, HERE, MEMBER, amount=amount, days=3, why="the contest")
        return made.credits

    assert (await refusal(grant(MANAGES, 50))).problem is Problem.ABOVE_SERVER
    assert (await refusal(acts.reset(MANAGES, HERE, MEMBER, "a mishap"))).problem is Problem.ABOVE_SERVER
    await bounded(world, HERE, monthly=50)
    assert await grant(MANAGES, 50) == 50
    assert (await refusal(grant(MANAGES, 51))).facts == {"option": "credits", "limit": 50}
    assert await grant(OWNS, 51) == 51


# --- grants, resets, the record ------------------------------------------------------------------------


async def test_a_grant_is_good_for_its_days_and_stands_in_the_ledger(world: World) -> None:
    acts = administration(world, RATES).allowances
    granted = await acts.grant(OWNS, HERE, MEMBER, amount=40, days=7, why="the  contest")
    assert granted.good_until == world.clock.now() + timedelta(days=7)
    shown = await acts.of_member(MANAGES, HERE, MEMBER)
    assert shown.usage.granted == 40
    (entry,) = shown.entries
    assert (entry.movement, entry.credits, entry.actor_id) == (Movement.GRANTED, 40, BOSS)
    assert (entry.why, entry.grant_id) == ("the contest", granted.id)


async def test_a_reset_makes_today_and_this_month_count_from_nothing(world: World) -> None:
    acts = administration(world, RATES).allowances
    await world.a_job(State.DELIVERED, cost=30)
    await world.a_job(State.RUNNING, cost=7)
    assert await acts.reset(OWNS, HERE, MEMBER, "a mishap") == 30
    usage = (await acts.of_member(OWNS, HERE, MEMBER)).usage
    assert (usage.member_account.day.credits, usage.member_account.month.credits) == (7, 7)
    # What the whole server has used is not given back.
    assert usage.server_account.month.credits == 37


async def test_every_act_is_in_the_record_with_who_what_why_and_when(world: World) -> None:
    acts = administration(world, RATES).allowances
    await bounded(world, HERE)
    await acts.set(MANAGES, ROLE, Figures(daily=3))
    await acts.set_server(OWNS, HERE, Bound(daily=9))
    await acts.grant(MANAGES, HERE, MEMBER, amount=4, days=2, why="the contest")
    await acts.reset(MANAGES, HERE, MEMBER, "a mishap")
    reset, grant, server, role, _ = await world.store.office.deeds(HERE, 9)
    assert (role.act, role.actor_id, role.user_id) == (Act.SET_ALLOWANCE, MANAGER, None)
    assert role.details == {"layer": "role", "role": 5, "daily": 3, "monthly": None, "active": None}
    assert (server.act, server.actor_id, server.details["daily"]) == (Act.SET_SERVER, BOSS, 9)
    assert (grant.act, grant.user_id, grant.why) == (Act.GRANT, MEMBER, "the contest")
    assert grant.details == {"credits": 4, "days": 2}
    assert (reset.act, reset.user_id, reset.why, reset.at) == (
        Act.RESET,
        MEMBER,
        "a mishap",
        world.clock.now(),
    )


@pytest.mark.parametrize(("figures", "clear"), [(Figures(), False), (Figures(daily=3), True)])
async def test_figures_and_clear_are_either_and_never_both(
    world: World, figures: Figures, clear: bool
) -> None:
    acts = administration(world, RATES).allowances
    await acts.set(OWNS, ONE, Figures(daily=7))
    reason = await refusal(acts.set(OWNS, ONE, figures, clear=clear))
    assert (reason.problem, reason.facts["option"]) == (Problem.VALUE_INVALID, "daily, monthly, active")
    assert dict(await world.store.office.figures(HERE))[ONE] == Figures(daily=7)


@pytest.mark.parametrize(
    ("figures", "option"),
    [
        (Figures(daily=-1), "daily"),
        (Figures(monthly=100_001), "monthly"),
        (Figures(active=-2), "active"),
    ],
)
async def test_a_figure_out_of_bounds_is_refused_by_name(world: World, figures: Figures, option: str) -> None:
    acts = administration(world, RATES).allowances
    reason = await refusal(acts.set(OWNS, ONE, figures))
    assert (reason.problem, reason.facts) == (
        Problem.VALUE_INVALID,
        {"option": option, "expected": "0-100000"},
    )


@pytest.mark.parametrize(
    ("amount", "days", "why", "option"),
    [
        (0, 1, "a", "credits"),
        (100_001, 1, "a", "credits"),
        (1, 0, "a", "days"),
        (1, 367, "a", "days"),
        (1, 1, " \n ", "reason"),
        (1, 1, "a" * 201, "reason"),
    ],
)
async def test_a_grant_out_of_bounds_is_refused_by_name(
    world: World, amount: int, days: int, why: str, option: str
) -> None:
    acts = administration(world, RATES).allowances
    reason = await refusal(acts.grant(OWNS, HERE, MEMBER, amount=amount, days=days, why=why))
    assert (reason.problem, reason.facts["option"]) == (Problem.VALUE_INVALID, option)
    assert await world.store.office.entries(Purse(MEMBER, HERE), 9) == []
