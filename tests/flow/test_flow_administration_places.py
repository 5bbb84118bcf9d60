"""Decisions about places: what is decided holds for requests from then on, and for nobody elsewhere."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from bot.core.credits import Weights
from bot.core.errors import MemberError, Problem, Reason
from bot.core.ids import ChannelId, RoleId, new_job_id
from bot.core.models import SeedancePro
from bot.core.policy import ModelRule, Policy, Where
from bot.core.rights import Act
from bot.flow.administration_places import Listing, PlaceActs
from bot.flow.intake import Intake, Order
from tests.flow.administered import BOSS, ELSEWHERE, HERE, MANAGER, MEMBER, administration, an_actor
from tests.flow.test_flow_intake import an_order
from tests.flow.world import World

MANAGES, OWNS = an_actor(MANAGER), an_actor(BOSS)
CHANNEL, ROLE = ChannelId(8), RoleId(5)
HERE_WHERE = Where(channels=frozenset({CHANNEL}), roles=frozenset({ROLE}))
Do = Callable[[PlaceActs], Coroutine[Any, Any, object]]


def an_intake(world: World) -> Intake:
    return Intake(
        store=world.store,
        engine=world.engine,
        clock=world.clock,
        weights=Weights(),
        house=world.house(),
        new_id=new_job_id,
    )


async def outcome(world: World, order: Order) -> Reason | None:
    """Return why an order is refused, None where it is accepted."""
    try:
        await an_intake(world).accept(order)
    except MemberError as error:
        return error.reason
    return None


def order_here() -> Order:
    return replace(an_order(), where=HERE_WHERE)


DECISIONS: dict[str, tuple[Do, Reason]] = {
    "block": (lambda it: it.block(MANAGES, HERE, MEMBER, "spam"), Reason(Problem.BLOCKED, {"why": "spam"})),
    "block everywhere": (
        lambda it: it.block(OWNS, None, MEMBER, "spam"),
        Reason(Problem.BLOCKED, {"why": "spam"}),
    ),
    "deny the channel": (
        lambda it: it.list_channel(MANAGES, HERE, CHANNEL, Listing.DENY),
        Reason(Problem.CHANNEL_DENIED),
    ),
    "allow another channel": (
        lambda it: it.list_channel(MANAGES, HERE, ChannelId(80), Listing.ALLOW),
        Reason(Problem.CHANNEL_DENIED),
    ),
    "deny the role": (
        lambda it: it.list_role(MANAGES, HERE, ROLE, Listing.DENY),
        Reason(Problem.ROLE_DENIED),
    ),
    "allow another role": (
        lambda it: it.list_role(MANAGES, HERE, RoleId(50), Listing.ALLOW),
        Reason(Problem.ROLE_DENIED),
    ),
    "pause": (lambda it: it.pause(MANAGES, HERE, "a holiday"), Reason(Problem.PAUSED, {"why": "a holiday"})),
    "pause everywhere": (
        lambda it: it.pause(OWNS, None, "a holiday"),
        Reason(Problem.PAUSED, {"why": "a holiday"}),
    ),
    "turn the model off": (
        lambda it: it.rule_model(MANAGES, HERE, "seedance-pro", ModelRule(off=True)),
        Reason(Problem.MODEL_OFF),
    ),
    "limit the length": (
        lambda it: it.rule_model(MANAGES, HERE, "seedance-pro", ModelRule(duration=4)),
        Reason(Problem.MODEL_DURATION, {"limit": 4}),
    ),
    "refuse a word": (lambda it: it.words(MANAGES, HERE, ["PÁPER"], []), Reason(Problem.WORDS_REFUSED)),
    "adults only": (lambda it: it.decide(MANAGES, HERE, adults_only=True), Reason(Problem.ADULTS_ONLY)),
}
UNDONE: dict[str, Do] = {
    "block": lambda it: it.unblock(MANAGES, HERE, MEMBER),
    "block everywhere": lambda it: it.unblock(OWNS, None, MEMBER),
    "deny the channel": lambda it: it.list_channel(MANAGES, HERE, CHANNEL, Listing.FORGET),
    "allow another channel": lambda it: it.list_channel(MANAGES, HERE, CHANNEL, Listing.ALLOW),
    "deny the role": lambda it: it.list_role(MANAGES, HERE, ROLE, Listing.ALLOW),
    "allow another role": lambda it: it.list_role(MANAGES, HERE, RoleId(50), Listing.FORGET),
    "pause": lambda it: it.resume(MANAGES, HERE),
    "pause everywhere": lambda it: it.resume(OWNS, None),
    "turn the model off": lambda it: it.rule_model(MANAGES, HERE, "seedance-pro", ModelRule()),
    "limit the length": lambda it: it.rule_model(MANAGES, HERE, "seedance-pro", ModelRule(duration=5)),
    "refuse a word": lambda it: it.words(MANAGES, HERE, [], ["paper"]),
    "adults only": lambda it: it.decide(MANAGES, HERE, adults_only=False),
}


@pytest.mark.parametrize("decision", DECISIONS)
async def test_a_decision_holds_from_then_on_until_it_is_undone_and_is_kept(
    world: World, decision: str
) -> None:
    acts = administration(world).places
    do, reason = DECISIONS[decision]
    assert await outcome(world, order_here()) is None
    await do(acts)
    assert await outcome(world, order_here()) == reason
    there = await outcome(world, replace(order_here(), guild_id=ELSEWHERE))
    assert there == (reason if "everywhere" in decision else None)
    await UNDONE[decision](acts)
    assert await outcome(world, order_here()) is None
    deeds = await world.store.office.deeds(None, 9)
    assert {deed.act for deed in deeds} == {Act.BLOCK if "block" in decision else Act.SET_POLICY}
    assert [deed.guild_id for deed in deeds] == [None if "everywhere" in decision else HERE] * 2


async def test_a_role_that_is_weighed_shuts_nobody_out_and_is_forgotten_with_its_weight(
    world: World,
) -> None:
    acts = administration(world).places
    policy = await acts.list_role(MANAGES, HERE, ROLE, Listing.ALLOW, 2.5)
    assert (policy.weights, policy.allowed_roles) == ({ROLE: 2.5}, frozenset())
    assert await outcome(world, replace(order_here(), where=Where(roles=frozenset({RoleId(50)})))) is None
    assert (await acts.list_role(MANAGES, HERE, ROLE, Listing.ALLOW)).weights == {ROLE: 2.5}
    assert await acts.list_role(MANAGES, HERE, ROLE, Listing.FORGET) == Policy()


async def test_spoilers_cover_what_is_asked_for(world: World) -> None:
    await administration(world).places.decide(MANAGES, HERE, spoilers=True)
    assert (await an_intake(world).accept(order_here())).job.spoiler


async def test_a_time_zone_decides_when_a_day_ends_and_an_empty_one_is_the_bots_again(world: World) -> None:
    acts = administration(world)

    async def renews() -> datetime:
        usage = (await acts.allowances.of_member(MANAGES, HERE, MEMBER)).usage
        return usage.member_account.periods.day.ends

    assert (await acts.places.decide(MANAGES, HERE, time_zone="Asia/Kolkata")).time_zone == "Asia/Kolkata"
    assert (await renews()).isoformat() == "2025-06-15T18:30:00+00:00"
    assert (await acts.places.decide(MANAGES, HERE, spoilers=True)).time_zone == "Asia/Kolkata"
    assert (await acts.places.decide(MANAGES, HERE, time_zone="")).time_zone is None
    assert (await renews()).isoformat() == "2025-06-16T00:00:00+00:00"


async def test_the_log_channel_is_set_and_taken_away(world: World) -> None:
    acts = administration(world).places
    assert (await acts.log_to(MANAGES, HERE, CHANNEL)).log_channel == CHANNEL
    assert (await acts.policy(MANAGES, HERE)).log_channel == CHANNEL
    assert (await acts.log_to(MANAGES, HERE, None)).log_channel is None


async def test_two_managers_at_once_lose_nothing_of_each_other(world: World) -> None:
    acts = administration(world).places
    await asyncio.gather(
        *(acts.list_channel(MANAGES, HERE, ChannelId(number), Listing.DENY) for number in range(100, 120))
    )
    assert len((await acts.policy(MANAGES, HERE)).denied_channels) == 20


async def test_the_record_does_not_repeat_the_words(world: World) -> None:
    await administration(world).places.words(MANAGES, HERE, ["secretword"], ["a", "b"])
    (deed,) = await world.store.office.deeds(HERE, 9)
    assert deed.details == {"refused": 1, "flagged": 2}


async def test_an_unblock_of_somebody_who_is_not_blocked_says_so(world: World) -> None:
    assert not await administration(world).places.unblock(MANAGES, HERE, MEMBER)


WRONG: dict[str, tuple[Do, str]] = {
    "a zone of nowhere": (lambda it: it.decide(MANAGES, HERE, time_zone="Mars/Base"), "time_zone"),
    "a path for a zone": (lambda it: it.decide(MANAGES, HERE, time_zone="../../etc/passwd"), "time_zone"),
    "no such command": (lambda it: it.rule_model(MANAGES, HERE, "sora", ModelRule()), "command"),
    "a picture's size for a video": (
        lambda it: it.rule_model(MANAGES, HERE, "seedance-pro", ModelRule(resolution="4K")),
        "resolution",
    ),
    "a video's size for a picture": (
        lambda it: it.rule_model(MANAGES, HERE, "seedream-edit", ModelRule(resolution="480p")),
        "resolution",
    ),
    "a feather": (lambda it: it.list_role(MANAGES, HERE, ROLE, Listing.ALLOW, 0.05), "weight"),
    "no weight at all": (lambda it: it.list_role(MANAGES, HERE, ROLE, Listing.ALLOW, float("nan")), "weight"),
    "no reason": (lambda it: it.block(MANAGES, HERE, MEMBER, "  "), "reason"),
    "a sermon": (lambda it: it.pause(MANAGES, HERE, "a" * 201), "reason"),
    "a word for everything": (lambda it: it.words(MANAGES, HERE, ["**"], []), "refused"),
    "a word without an end": (lambda it: it.words(MANAGES, HERE, [], ["a" * 101]), "flagged"),
    "a dictionary": (lambda it: it.words(MANAGES, HERE, [str(n) for n in range(201)], []), "refused"),
}


@pytest.mark.parametrize("mistake", WRONG)
async def test_a_value_that_cannot_be_is_refused_by_name_and_changes_nothing(
    world: World, mistake: str
) -> None:
    do, option = WRONG[mistake]
    with pytest.raises(MemberError) as caught:
        await do(administration(world).places)
    reason = caught.value.reason
    assert (reason.problem, reason.facts["option"]) == (Problem.VALUE_INVALID, option)
    assert await world.store.office.policy(HERE) == Policy()
    assert await world.store.office.deeds(None, 9) == []


async def test_words_are_read_line_by_line_and_once(world: World) -> None:
    policy = await administration(world).places.words(
        MANAGES, HERE, [" bomb* ", "", "bomb*", "two  words"], []
    )
    assert policy.refused_words == ("bomb*", "two words")
    allowed = replace(order_here(), request=SeedancePro(prompt="a bomber jacket"))
    assert await outcome(world, allowed) == Reason(Problem.WORDS_REFUSED)


async def test_a_list_has_an_end(world: World) -> None:
    acts = administration(world).places
    for number in range(100):
        await acts.list_channel(MANAGES, HERE, ChannelId(1000 + number), Listing.DENY)
    with pytest.raises(MemberError) as caught:
        await acts.list_channel(MANAGES, HERE, ChannelId(9), Listing.DENY)
    assert caught.value.reason.problem is Problem.VALUE_INVALID
