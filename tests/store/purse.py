"""A member with ten credits a day, and how they stand; the store that is asked comes in."""

from datetime import timedelta
from typing import TypedDict, Unpack

import pytest

from bot.core.errors import MemberError, Problem
from bot.core.ids import GuildId, RoleId, UserId
from bot.core.job import Job, State
from bot.core.ledger import Movement, Purse
from bot.core.office import Office
from bot.core.ports import Store
from bot.core.quota import Allowance, Rates, Terms, Usage
from tests.builders import (
    NOON,
    OWNER,
    PLACE,
    a_job,
    events_to,
    moved,
    no_engine,
)

PURSE = Purse(OWNER, PLACE)
DEFAULT = Allowance(daily=10, monthly=30, active=9)
RATES = Rates(DEFAULT)
DAY = timedelta(days=1)


class Whose(TypedDict, total=False):
    """Whose job, where, and at what price, if not its owner's in the place without one."""

    owner_id: UserId
    guild_id: GuildId | None
    estimated: int | None


async def accept(
    store: Store, cost: int, after: timedelta = timedelta(), rates: Rates = RATES, **place: Unpack[Whose]
) -> Job:
    return await store.admit(a_job(cost=cost, accepted_at=NOON + after, **place), Terms(rates), no_engine)


async def led(store: Store, job: Job, state: State) -> Job:
    """Lead an accepted job to a state."""
    for event in events_to(state):
        job = await moved(store, job, event)
    return job


async def refusal(store: Store, cost: int, after: timedelta = timedelta(), rates: Rates = RATES) -> Problem:
    with pytest.raises(MemberError) as caught:
        await accept(store, cost, after, rates)
    return caught.value.reason.problem


async def usage(office: Office, after: timedelta = timedelta(), *roles: int, purse: Purse = PURSE) -> Usage:
    return await office.usage(purse, frozenset(RoleId(role) for role in roles), RATES, NOON + after)


async def granted(office: Office, after: timedelta = timedelta()) -> int:
    return (await usage(office, after)).granted


async def movements(office: Office) -> list[tuple[Movement, int, bool]]:
    """Return what the member's entries say, oldest first: what, how much, and whether it concerns a grant."""
    found = await office.entries(PURSE, 100)
    return [(entry.movement, entry.credits, entry.grant_id is not None) for entry in reversed(found)]
