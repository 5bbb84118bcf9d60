"""Fifty members and three managers at once on one database file: a program that may be killed at any moment.

What operation number n does follows from n and from what is in the file. It reads the numbers that are left
from its input, and says each number on its output once the store has answered.

    python -m tests.store.bustle FILE
"""

import asyncio
import json
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from bot.core import events as ev
from bot.core.errors import MemberError, Problem, Reason
from bot.core.ids import (
    ChannelId,
    GuildId,
    InteractionId,
    JobId,
    MessageId,
    RequestId,
    RoleId,
    UserId,
    WorkerId,
)
from bot.core.job import TRANSITIONS, Job, State, apply
from bot.core.ledger import Purse
from bot.core.models import SeedanceFast
from bot.core.office import Deed, Filter, Subject
from bot.core.policy import Policy
from bot.core.quota import Allowance, Bound, Budget, Figures, Layer, Rates, Terms
from bot.core.rights import Act
from bot.store.sql_store import SqlStore
from bot.store.sqlite import SqliteStore
from tests.builders import no_engine

BEGIN: Final = datetime.fromisoformat("2025-06-26T06:00:00+00:00")
MEMBERS: Final = tuple(UserId(number) for number in range(1, 51))
MANAGERS: Final = tuple(UserId(number) for number in range(101, 104))
STEADY, RESTLESS = GuildId(7), GuildId(8)
"""A server where nothing that bounds is changed, and one where all is."""
ROLE: Final = RoleId(11)

RATES: Final = Rates(
    Allowance(daily=15, monthly=60, active=2),
    server=Bound(daily=400),
    bot=Bound(daily=450, monthly=4000),
    budget=Budget(daily=550_000),
    zone=ZoneInfo("Europe/Rome"),
)
STEADY_BOUND: Final = Bound(daily=190, monthly=1500)
STEADY_FIGURES: Final = {
    Subject(STEADY, Layer.SERVER): Figures(daily=12),
    Subject(STEADY, Layer.ROLE, ROLE): Figures(daily=25, monthly=70, active=3),
    Subject(STEADY, Layer.MEMBER, MEMBERS[0]): Figures(daily=4, monthly=20),
}
MOST: Final = Figures(daily=30, monthly=90, active=6)
"""In the restless server nobody is ever given more, nor is the server itself, times ten."""


def roles_of(member: UserId) -> frozenset[RoleId]:
    return frozenset({ROLE}) if member % 3 == 0 else frozenset()


def time_of(number: int) -> datetime:
    """Return when an operation happens: later than those before, but now and then the clock jumps."""
    chance = Random(f"time {number}")
    jump = chance.choice((-30, -2, 2, 30)) if chance.random() < 0.05 else 0
    return BEGIN + timedelta(seconds=150 * number, hours=jump)


async def set_up(store: SqlStore) -> None:
    deed = Deed(BEGIN, MANAGERS[0], Act.SET_POLICY, STEADY)
    await store.office.set_policy(STEADY, Policy(time_zone="America/Havana"), deed)
    await store.office.set_bound(STEADY, STEADY_BOUND, deed)
    for subject, figures in STEADY_FIGURES.items():
        await store.office.set_figures(subject, figures, deed)


async def operate(store: SqlStore, number: int) -> str:
    """Do what the number says; return what came of it."""
    chance = Random(number)
    if number % 7 == 0:
        return await manage(store, number, MANAGERS[number % 3], chance)
    member = MEMBERS[chance.randrange(len(MEMBERS))]
    if chance.random() < 0.5:
        return await accept(store, number, member, chance)
    return await go_on(store, number, member, chance)


async def accept(store: SqlStore, number: int, member: UserId, chance: Random) -> str:
    cost = chance.randint(1, 12)
    job = Job(
        id=JobId(f"job{number:08}"),
        interaction_id=InteractionId(number + 1),
        owner_id=member,
        guild_id=chance.choice((STEADY, STEADY, RESTLESS, None)),
        channel_id=ChannelId(1),
        locale="en-GB",
        request=SeedanceFast(prompt="a"),
        cost=cost,
        accepted_at=time_of(number),
        upload_limit=1,
        estimated=cost * chance.randint(0, 2000),
    )
    try:
        await store.admit(job, Terms(RATES, roles_of(member), chance.choice((0.5, 1, 2))), no_engine)
    except MemberError as error:
        return error.reason.problem.value
    return "accepted"


async def go_on(store: SqlStore, number: int, member: UserId, chance: Random) -> str:
    """Lead one of a member's jobs on by some steps."""
    open_jobs = [job for job in await store.recent(member, 20) if events_for(job, number, chance)]
    if not open_jobs:
        return "idle"
    job = chance.choice(open_jobs)
    for _ in range(chance.randint(1, 6)):
        events = events_for(job, number, chance)
        if not events:
            break
        after = apply(job, chance.choice(events), time_of(number))
        if not await store.record(job, after):
            return "slow"
        job = after
    return job.state.value


def events_for(job: Job, number: int, chance: Random) -> Sequence[ev.Event]:
    """Return what can happen to a job now; the usual more often."""
    reason, cost = Reason(Problem.SETTLED), chance.choice((None, 0, 5_000, 12_000))
    usual: dict[State, ev.Event] = {
        State.PREPARING: ev.Prepared(()),
        State.QUEUED: ev.Claimed(WorkerId("w")),
        State.SUBMITTING: ev.Accepted(RequestId(f"{job.id} {job.version}")),
        State.RUNNING: ev.Finished((), cost),
        State.READY: ev.Delivered(MessageId(number + 1)),
        State.UNKNOWN: ev.Accepted(RequestId(f"late {job.id} {job.version}")),
    }
    rare: Sequence[ev.Event] = (
        ev.Cancelled(),
        ev.Refused(reason),
        ev.Interrupted(reason),
        ev.NotSent(reason),
        ev.Failed(reason, cost),
        ev.Undeliverable(reason),
        ev.Settled(reason, cost),
    )
    if job.state not in usual:
        return ()
    possible = [event for event in rare if (job.state, type(event)) in TRANSITIONS]
    return [usual[job.state]] * 2 * len(possible) + possible


async def manage(store: SqlStore, number: int, manager: UserId, chance: Random) -> str:
    """Do something that only those who run a place may."""
    office, now, member = store.office, time_of(number), chance.choice(MEMBERS)
    deed = Deed(now, manager, Act.GRANT, RESTLESS, member, why="as drawn", details={"number": number})
    purse = Purse(member, chance.choice((STEADY, RESTLESS, None)))
    match chance.randrange(8):
        case 0 | 1:
            await office.grant(purse, chance.randint(1, 25), timedelta(hours=chance.randint(1, 60)), deed)
        case 2:
            await office.reset(purse, RATES, deed)
        case 3:
            await office.expire(now)
        case 4:
            await office.set_figures(a_subject(member, chance), some_figures(chance), deed)
        case 5:
            top = (10 * (MOST.daily or 0), 10 * (MOST.monthly or 0))
            bound = Bound(chance.randint(0, top[0]), chance.randint(0, top[1]))
            await office.set_bound(RESTLESS, bound, deed)
        case 6:
            zone = chance.choice(("UTC", "Asia/Kolkata", "Pacific/Apia", "America/Havana"))
            await office.set_policy(RESTLESS, Policy(time_zone=zone), deed)
        case _:
            for job in await office.jobs(Filter(state=State.UNKNOWN), 3):
                settled = ev.Settled(Reason(Problem.SETTLED), chance.choice((None, 0)))
                await store.record(job, apply(job, settled, now))
    return "managed"


def a_subject(member: UserId, chance: Random) -> Subject:
    subjects = ((Layer.SERVER, None), (Layer.ROLE, ROLE), (Layer.MEMBER, member))
    layer, subject = chance.choice(subjects)
    return Subject(RESTLESS, layer, subject)


def some_figures(chance: Random) -> Figures:
    most = (MOST.daily or 0, MOST.monthly or 0, MOST.active or 0)
    return Figures(*(chance.choice((None, chance.randint(0, figure))) for figure in most))


async def main(path: Path, numbers: Sequence[int]) -> None:
    waiting = iter(numbers)
    async with SqliteStore.open(path, BEGIN) as store:
        await set_up(store)

        async def work() -> None:
            for number in waiting:
                outcome = await operate(store, number)
                sys.stdout.write(f"{number} {outcome}\n")
                sys.stdout.flush()

        await asyncio.gather(*(work() for _ in (*MEMBERS, *MANAGERS)))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), json.loads(sys.stdin.readline())))
