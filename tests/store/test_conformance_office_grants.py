"""What every store must do with grants: taken from in the order of their end, given back, over one day."""

from datetime import timedelta

import pytest

from bot.core import events as ev
from bot.core.errors import Problem
from bot.core.ids import GrantId, GuildId, RequestId
from bot.core.job import State
from bot.core.ledger import Movement, Purse
from bot.core.office import Office
from bot.core.ports import Store
from tests.builders import (
    MANAGER,
    NOON,
    OWNER,
    PLACE,
    Used,
    a_deed,
    moved,
    used,
)
from tests.store.purse import DAY, PURSE, accept, granted, led, movements, refusal, usage


async def test_a_grant_pays_for_what_does_not_fit_and_only_for_that(store: Store, office: Office) -> None:
    await office.grant(PURSE, 8, DAY, a_deed())
    await accept(store, 7)
    job = await accept(store, 6)

    assert (await granted(office), await used(office)) == (5, Used(10, 10, 2))
    assert await refusal(store, 6) is Problem.QUOTA_DAILY

    await moved(store, job, ev.Cancelled())
    assert (await granted(office), await used(office)) == (8, Used(7, 7, 1))


async def test_the_grant_that_ends_first_is_taken_from_first(store: Store, office: Office) -> None:
    await office.grant(PURSE, 4, 3 * DAY, a_deed())
    await office.grant(PURSE, 4, 2 * DAY, a_deed())
    await accept(store, 15)

    assert [await granted(office), await granted(office, 2 * DAY), await granted(office, 3 * DAY)] == [
        3,
        3,
        0,
    ]


async def test_a_grant_is_for_one_member_in_one_place(office: Office) -> None:
    await office.grant(PURSE, 8, DAY, a_deed())

    for purse in (Purse(OWNER, None), Purse(OWNER, GuildId(8)), Purse(MANAGER, PLACE)):
        assert (await usage(office, purse=purse)).granted == 0


async def test_a_grant_of_one_number_is_made_once(office: Office) -> None:
    number = GrantId(2**63 - 2)
    assert await office.grant(PURSE, 8, DAY, a_deed(), number) == number
    assert await office.grant(PURSE, 9, 2 * DAY, a_deed(), number) == number

    assert await granted(office) == 8
    assert len(await office.deeds(PLACE, 10)) == 1
    assert len(await movements(office)) == 1


async def test_a_grant_in_direct_messages_pays_there(store: Store, office: Office) -> None:
    await office.grant(Purse(OWNER, None), 8, DAY, a_deed(guild_id=None))

    await accept(store, 18, guild_id=None)

    assert (await usage(office, purse=Purse(OWNER, None))).granted == 0


async def test_what_was_delivered_is_gone_from_the_grant(store: Store, office: Office) -> None:
    await office.grant(PURSE, 8, DAY, a_deed())

    await led(store, await accept(store, 12), State.DELIVERED)

    assert (await granted(office), await used(office)) == (6, Used(10, 10, 0))


@pytest.mark.parametrize("state", [State.DELIVERED, State.FAILED, State.CANCELLED, State.UNKNOWN])
async def test_a_job_that_grants_pay_alone_ends_like_any_other(
    store: Store, office: Office, state: State
) -> None:
    await accept(store, 10)
    await office.grant(PURSE, 8, DAY, a_deed())
    job = await accept(store, 8, estimated=900)
    assert await granted(office) == 0

    await led(store, job, state)

    assert await granted(office) == (0 if state is State.DELIVERED else 8)
    assert await used(office) == Used(10, 10, 1)


async def test_a_grant_is_good_until_its_moment_and_its_rest_is_entered_once(
    store: Store, office: Office
) -> None:
    await office.grant(PURSE, 8, DAY, a_deed())
    await accept(store, 13)

    assert (await granted(office, DAY - timedelta(microseconds=1)), await granted(office, DAY)) == (5, 0)
    assert await office.expire(NOON + DAY - timedelta(microseconds=1)) == 0
    assert [await office.expire(NOON + DAY) for _ in range(2)] == [1, 0]
    assert (await movements(office))[-1] == (Movement.EXPIRED, 5, True)
    assert await granted(office) == 0


async def test_what_a_job_gives_back_to_a_grant_that_is_over_expires_too(
    store: Store, office: Office
) -> None:
    await office.grant(PURSE, 8, DAY, a_deed())
    job = await accept(store, 13)
    assert await office.expire(NOON + DAY) == 1

    await moved(store, job, ev.Cancelled(), after=DAY)

    assert await granted(office, DAY) == 0
    assert [await office.expire(NOON + 2 * DAY) for _ in range(2)] == [1, 0]
    assert (await movements(office))[-1] == (Movement.EXPIRED, 3, True)


async def test_a_grant_of_which_nothing_is_left_ends_without_a_word(store: Store, office: Office) -> None:
    await office.grant(PURSE, 2, DAY, a_deed())
    await accept(store, 12)

    assert await office.expire(NOON + DAY) == 0


async def test_a_late_answer_reserves_again_whatever_is_left(store: Store, office: Office) -> None:
    await office.grant(PURSE, 5, DAY, a_deed())
    job = await led(store, await accept(store, 12), State.UNKNOWN)
    assert (await used(office), await granted(office)) == (Used(0, 0, 0), 5)
    await accept(store, 10)

    job = await moved(store, job, ev.Accepted(RequestId("late")))

    # All of it from the allowance, because the grants may be spent on something else by now.
    assert (await used(office), await granted(office)) == (Used(22, 22, 2), 5)
    assert await refusal(store, 6) is Problem.QUOTA_DAILY
    await moved(store, job, ev.Cancelled())
    assert (await used(office), await granted(office)) == (Used(10, 10, 1), 5)
