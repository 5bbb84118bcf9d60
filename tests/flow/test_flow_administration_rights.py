"""Who may do what, cell by cell: rank, server, and whose it is; and what is refused leaves no trace."""

import itertools
from collections.abc import Awaitable, Callable

import pytest

from bot.core.errors import MemberError, Problem
from bot.core.ids import ChannelId, GuildId, RoleId, UserId
from bot.core.job import Job, State
from bot.core.office import Subject
from bot.core.policy import ModelRule
from bot.core.quota import Bound, Figures, Layer
from bot.core.rights import Actor
from bot.flow.administration import Administration
from bot.flow.administration_places import Listing
from tests.flow.administered import BOSS, ELSEWHERE, HERE, MANAGER, MEMBER, administration, an_actor, bounded
from tests.flow.world import World

SIGNS = {
    None: "+",
    Problem.NOT_ALLOWED: "-",
    Problem.NOT_FROM_THERE: "t",
    Problem.NOT_FOR_ONESELF: "s",
}
OTHER = UserId(99)

Cell = tuple[Administration, Actor, GuildId, UserId]
Do = Callable[[Administration, Actor, GuildId, UserId], Awaitable[object]]
DoToJob = Callable[[Administration, Actor, Job], Awaitable[object]]

# Each text has a place for each cell: their own server (about themselves, about another), another server (the
# same two). For a member, a manager and an owner in turn.
MANAGERS = "---- ++tt ++++"
OWNERS = "---- ---- ++++"
OWN_TOO = "+-+- +++t ++++"
NOT_ONESELF = "---- s+tt ++++"

ACTS: dict[str, tuple[Do, str]] = {
    "see a member's quota": (lambda it, who, at, of: it.allowances.of_member(who, at, of), OWN_TOO),
    "see the server's quota": (lambda it, who, at, _: it.allowances.of_server(who, at), MANAGERS),
    "see a role's quota": (lambda it, who, at, _: it.allowances.of_role(who, at, RoleId(5)), MANAGERS),
    "set a member's allowance": (
        lambda it, who, at, of: it.allowances.set(who, Subject(at, Layer.MEMBER, of), Figures(daily=1)),
        NOT_ONESELF,
    ),
    "set a role's allowance": (
        lambda it, who, at, _: it.allowances.set(who, Subject(at, Layer.ROLE, RoleId(5)), Figures(daily=1)),
        MANAGERS,
    ),
    "set everybody's allowance": (
        lambda it, who, at, _: it.allowances.set(who, Subject(at, Layer.SERVER), Figures(daily=1)),
        MANAGERS,
    ),
    "set the server's bound": (
        lambda it, who, at, _: it.allowances.set_server(who, at, Bound(daily=1)),
        OWNERS,
    ),
    "grant": (
        lambda it, who, at, of: it.allowances.grant(who, at, of, amount=1, days=1, why="good work"),
        NOT_ONESELF,
    ),
    "reset": (lambda it, who, at, of: it.allowances.reset(who, at, of, "good work"), NOT_ONESELF),
    "see a member's jobs": (lambda it, who, at, of: it.jobs.find(who, at, member=of), OWN_TOO),
    "see all jobs": (lambda it, who, at, _: it.jobs.find(who, at), MANAGERS),
    "see jobs everywhere": (lambda it, who, _, of: it.jobs.find(who, None, member=of), OWNERS),
    "block": (lambda it, who, at, of: it.places.block(who, at, of, "spam"), MANAGERS),
    "unblock": (lambda it, who, at, of: it.places.unblock(who, at, of), MANAGERS),
    "block everywhere": (lambda it, who, _, of: it.places.block(who, None, of, "spam"), OWNERS),
    "unblock everywhere": (lambda it, who, _, of: it.places.unblock(who, None, of), OWNERS),
    "see what is decided": (lambda it, who, at, _: it.places.policy(who, at), MANAGERS),
    "see what is decided everywhere": (lambda it, who, _at, _of: it.places.policy(who, None), OWNERS),
    "list a channel": (
        lambda it, who, at, _: it.places.list_channel(who, at, ChannelId(8), Listing.DENY),
        MANAGERS,
    ),
    "list a role": (lambda it, who, at, _: it.places.list_role(who, at, RoleId(5), Listing.DENY), MANAGERS),
    "weigh a role": (
        lambda it, who, at, _: it.places.list_role(who, at, RoleId(5), Listing.ALLOW, 2),
        MANAGERS,
    ),
    "rule a model": (
        lambda it, who, at, _: it.places.rule_model(who, at, "seedance-pro", ModelRule(off=True)),
        MANAGERS,
    ),
    "pause": (lambda it, who, at, _: it.places.pause(who, at, "a holiday"), MANAGERS),
    "pause everywhere": (lambda it, who, _at, _of: it.places.pause(who, None, "a holiday"), OWNERS),
    "resume": (lambda it, who, at, _: it.places.resume(who, at), MANAGERS),
    "resume everywhere": (lambda it, who, _at, _of: it.places.resume(who, None), OWNERS),
    "set words": (lambda it, who, at, _: it.places.words(who, at, ["bomb"], []), MANAGERS),
    "set words everywhere": (lambda it, who, _at, _of: it.places.words(who, None, ["bomb"], []), OWNERS),
    "decide": (lambda it, who, at, _: it.places.decide(who, at, spoilers=True), MANAGERS),
    "decide everywhere": (lambda it, who, _at, _of: it.places.decide(who, None, spoilers=True), OWNERS),
    "set the log channel": (lambda it, who, at, _: it.places.log_to(who, at, ChannelId(8)), MANAGERS),
    "see figures": (lambda it, who, at, _: it.books.stats(who, at), MANAGERS),
    "see figures everywhere": (lambda it, who, _at, _of: it.books.stats(who, None), OWNERS),
    "see acts": (lambda it, who, at, _: it.books.acts(who, at), MANAGERS),
    "see acts everywhere": (lambda it, who, _at, _of: it.books.acts(who, None), OWNERS),
}

# Where the job stands, and what is done to it; a job in direct messages is in no server at all.
ACTS_ON_JOBS: dict[str, tuple[State, DoToJob, str]] = {
    "look at a job": (State.RUNNING, lambda it, who, job: it.jobs.get(who, job.id), OWN_TOO),
    "cancel": (State.QUEUED, lambda it, who, job: it.jobs.cancel(who, job.id), OWN_TOO),
    "settle": (
        State.UNKNOWN,
        lambda it, who, job: it.jobs.settle(who, job.id, bought=False, why="looked"),
        MANAGERS,
    ),
    "delete": (State.DELIVERED, lambda it, who, job: it.jobs.delete(who, job.id), OWN_TOO),
}


async def sign(call: Awaitable[object]) -> str:
    try:
        await call
    except MemberError as error:
        return SIGNS[error.reason.problem]
    return "+"


def in_groups(signs: list[str]) -> str:
    return " ".join("".join(signs[at : at + 4]) for at in range(0, len(signs), 4))


@pytest.mark.parametrize("act", ACTS)
async def test_who_may_do_what(world: World, act: str) -> None:
    do, table = ACTS[act]
    await bounded(world, HERE, ELSEWHERE)
    acts = administration(world)
    signs = [
        await sign(do(acts, an_actor(who), at, of))
        for who in (MEMBER, MANAGER, BOSS)
        for at, of in itertools.product((HERE, ELSEWHERE), (who, OTHER))
    ]
    assert in_groups(signs) == table


@pytest.mark.parametrize("act", ACTS_ON_JOBS)
async def test_who_may_do_what_to_a_job(world: World, act: str) -> None:
    state, do, table = ACTS_ON_JOBS[act]
    acts = administration(world)
    signs = list[str]()
    for who in (MEMBER, MANAGER, BOSS):
        for at, of in itertools.product((HERE, ELSEWHERE), (who, OTHER)):
            job = await world.a_job(state, guild_id=at, owner_id=of)
            signs.append(await sign(do(acts, an_actor(who), job)))
            assert await deeds_about(world, job) == (signs[-1] == "+" and act != "look at a job")
    assert in_groups(signs) == table


async def deeds_about(world: World, job: Job) -> bool:
    return any(deed.job_id == job.id for deed in await world.store.office.deeds(None, 50))


@pytest.mark.parametrize("act", ACTS_ON_JOBS)
async def test_a_job_in_direct_messages_is_its_owners_and_the_bots_owners(world: World, act: str) -> None:
    state, do, table = ACTS_ON_JOBS[act]
    acts = administration(world)
    job = await world.a_job(state, guild_id=None, owner_id=OTHER)
    assert await sign(do(acts, an_actor(MANAGER), job)) == "t"
    assert await sign(do(acts, an_actor(MANAGER, None), job)) == "-"
    own = await world.a_job(state, guild_id=None, owner_id=MEMBER)
    assert await sign(do(acts, an_actor(MEMBER, None), own)) == table[0]
    assert await sign(do(acts, an_actor(BOSS, None), job)) == "+"


async def test_whoever_calls_themselves_a_manager_in_direct_messages_is_none(world: World) -> None:
    acts = administration(world)
    for guild_id in (HERE, None):
        assert await sign(acts.places.policy(an_actor(MANAGER, None), guild_id)) == "-"


@pytest.mark.parametrize("act", [*ACTS])
async def test_what_was_refused_is_nowhere_in_the_record(world: World, act: str) -> None:
    do, _ = ACTS[act]
    await bounded(world, HERE)
    acts, before = administration(world), await world.store.office.deeds(None, 50)
    for who, of in ((MEMBER, OTHER), (OTHER, MEMBER)):
        assert await sign(do(acts, an_actor(who), ELSEWHERE, of)) == "-"
    assert await world.store.office.deeds(None, 50) == before
