"""What every store must do with credits: layers and bounds at admission, resets, and entries."""

from datetime import timedelta

import pytest

from bot.core import events as ev
from bot.core.errors import MemberError, Problem
from bot.core.ids import GuildId, RoleId, UserId
from bot.core.job import State
from bot.core.ledger import Movement, Purse
from bot.core.office import Office, Subject
from bot.core.policy import Policy
from bot.core.ports import Store
from bot.core.quota import Bound, Figures, Layer, Rates, Terms
from bot.core.rights import Act
from tests.builders import (
    MANAGER,
    NOON,
    OWNER,
    PLACE,
    Used,
    a_deed,
    a_job,
    a_stored_job,
    moved,
    no_engine,
    used,
)
from tests.store.purse import DAY, DEFAULT, PURSE, RATES, accept, movements, refusal, usage

# --- layers and bounds -------------------------------------------------------------------------------


async def test_each_layer_that_was_set_is_in_force_for_whom_it_is_for(office: Office) -> None:
    for layer, subject, figure in (
        (Layer.SERVER, None, 11),
        (Layer.ROLE, RoleId(1), 12),
        (Layer.ROLE, RoleId(2), 13),
        (Layer.MEMBER, UserId(99), 14),
    ):
        await office.set_figures(Subject(PLACE, layer, subject), Figures(figure), a_deed())

    async def daily(*roles: int, purse: Purse = PURSE) -> int:
        return (await usage(office, timedelta(), *roles, purse=purse)).allowance.daily

    assert [await daily(), await daily(1), await daily(1, 2), await daily(3)] == [11, 12, 13, 11]
    assert await daily(1, 2, purse=Purse(UserId(99), PLACE)) == 14
    assert await daily(1, purse=Purse(OWNER, GuildId(8))) == 10
    assert await daily(1, purse=Purse(OWNER, None)) == 10


async def test_a_job_is_admitted_by_the_roles_that_its_terms_name(store: Store, office: Office) -> None:
    await office.set_figures(Subject(PLACE, Layer.ROLE, RoleId(1)), Figures(daily=20), a_deed())

    assert await refusal(store, 11) is Problem.QUOTA_DAILY
    await store.admit(a_job(cost=20), Terms(RATES, frozenset({RoleId(1)})), no_engine)


async def test_a_server_is_bounded_by_what_was_set_for_it_else_by_the_configuration(
    store: Store, office: Office
) -> None:
    rates = Rates(DEFAULT, server=Bound(daily=6))
    await accept(store, 4, rates=rates, owner_id=UserId(1))
    assert await refusal(store, 3, rates=rates) is Problem.QUOTA_SERVER

    await office.set_bound(PLACE, Bound(daily=7), a_deed(Act.SET_SERVER))
    await accept(store, 3, rates=rates)

    assert await refusal(store, 1, rates=rates) is Problem.QUOTA_SERVER
    await accept(store, 5, rates=rates, guild_id=GuildId(8))


async def test_a_bound_of_which_one_figure_was_set_has_the_other_of_the_configuration(
    store: Store, office: Office
) -> None:
    rates = Rates(DEFAULT, server=Bound(daily=100, monthly=6))
    await office.set_bound(PLACE, Bound(daily=50), a_deed(Act.SET_SERVER))
    await accept(store, 4, rates=rates, owner_id=UserId(1))

    assert await refusal(store, 3, rates=rates) is Problem.QUOTA_SERVER


async def test_direct_messages_have_no_server_to_bound_them(store: Store) -> None:
    rates = Rates(DEFAULT, server=Bound(daily=0, monthly=0), bot=Bound(daily=5))

    await accept(store, 5, rates=rates, guild_id=None)

    with pytest.raises(MemberError) as caught:
        await accept(store, 1, rates=rates, guild_id=None)
    assert caught.value.reason.problem is Problem.QUOTA_BOT


async def test_a_member_has_a_purse_in_each_place(store: Store, office: Office) -> None:
    await accept(store, 4)
    await accept(store, 5, guild_id=None)
    await accept(store, 6, guild_id=GuildId(8))

    found = [await usage(office, purse=Purse(OWNER, place)) for place in (PLACE, None, GuildId(8))]

    assert [each.member_account.day.credits for each in found] == [4, 5, 6]
    assert {(each.active, each.bot_account.day.credits) for each in found} == {(3, 15)}


async def test_a_place_renews_by_its_own_clocks_and_the_bot_by_its_own(store: Store, office: Office) -> None:
    # Noon in UTC is two in the morning of the next day there.
    await office.set_policy(PLACE, Policy(time_zone="Pacific/Kiritimati"), a_deed(Act.SET_POLICY))
    await accept(store, 10, -timedelta(hours=3))

    assert (await usage(office, -timedelta(hours=2, microseconds=1))).member_account.day.credits == 10
    renewed = await usage(office, -timedelta(hours=2))

    assert (renewed.member_account.day.credits, renewed.server_account.day.credits) == (0, 0)
    assert (renewed.bot_account.day.credits, renewed.bot_account.periods.day.key) == (10, "2025-06-15")
    assert renewed.member_account.periods.day.key == "2025-06-16"
    await accept(store, 10, -timedelta(hours=2))


async def test_a_clock_that_jumps_gives_no_day_a_second_time(store: Store) -> None:
    await accept(store, 10)
    await accept(store, 10, 3 * DAY)

    for after in (timedelta(), timedelta(hours=-11), 3 * DAY, timedelta(hours=11)):
        assert await refusal(store, 1, after) is Problem.QUOTA_DAILY
    await accept(store, 10, DAY)
    assert await refusal(store, 1, -DAY) is Problem.QUOTA_MONTHLY


# --- resets ------------------------------------------------------------------------------------------


async def test_a_reset_forgets_what_was_used_and_not_what_is_reserved(store: Store, office: Office) -> None:
    await a_stored_job(store, State.DELIVERED, cost=3, accepted_at=NOON - DAY)
    await a_stored_job(store, State.DELIVERED, cost=4)
    await a_stored_job(store, State.RUNNING, cost=2)

    assert await office.reset(PURSE, RATES, a_deed(Act.RESET)) == 7

    assert await used(office) == Used(2, 2, 1)
    whole = await usage(office)
    assert (whole.server_account.month.credits, whole.bot_account.day.credits) == (9, 6)
    assert await office.reset(PURSE, RATES, a_deed(Act.RESET)) == 0


async def test_a_reset_is_one_members_in_one_place(store: Store, office: Office) -> None:
    await a_stored_job(store, State.DELIVERED, cost=4)

    for purse in (Purse(OWNER, None), Purse(OWNER, GuildId(8)), Purse(MANAGER, PLACE)):
        assert await office.reset(purse, RATES, a_deed(Act.RESET)) == 0
    assert await used(office) == Used(4, 4, 0)


# --- entries -----------------------------------------------------------------------------------------


async def test_every_movement_is_entered_with_who_what_why_and_when(store: Store, office: Office) -> None:
    grant_id = await office.grant(PURSE, 5, DAY, a_deed())
    job = await accept(store, 12)
    await moved(store, job, ev.Cancelled(), after=timedelta(minutes=1))

    entries = await office.entries(PURSE, 100)

    assert [
        (entry.at, entry.movement, entry.credits, entry.grant_id, entry.job_id, entry.actor_id, entry.why)
        for entry in reversed(entries)
    ] == [
        (NOON, Movement.GRANTED, 5, grant_id, None, MANAGER, "as agreed"),
        (NOON, Movement.RESERVED, 10, None, job.id, OWNER, "accepted"),
        (NOON, Movement.RESERVED, 2, grant_id, job.id, OWNER, "accepted"),
        (NOON + timedelta(minutes=1), Movement.GIVEN_BACK, 10, None, job.id, None, "cancelled"),
        (NOON + timedelta(minutes=1), Movement.GIVEN_BACK, 2, grant_id, job.id, None, "cancelled"),
    ]
    assert {entry.purse for entry in entries} == {PURSE}
    numbers = [entry.number for entry in entries]
    assert numbers == sorted(numbers, reverse=True)
    assert [entry.number for entry in await office.entries(PURSE, 2)] == numbers[:2]


async def test_entries_are_a_members_in_one_place(store: Store, office: Office) -> None:
    await accept(store, 3, guild_id=None)
    await accept(store, 4, owner_id=MANAGER)

    assert await movements(office) == []
    assert [entry.credits for entry in await office.entries(Purse(OWNER, None), 9)] == [3]


async def test_a_reset_is_entered_for_the_day_and_for_the_month(store: Store, office: Office) -> None:
    await a_stored_job(store, State.DELIVERED, cost=4)

    await office.reset(PURSE, RATES, a_deed(Act.RESET))

    assert (await movements(office))[-2:] == [(Movement.ADJUSTED, -4, False)] * 2
