"""What every store keeps for those who run a place: policies, figures, bounds, blocks, the record of acts."""

from datetime import timedelta

import pytest

from bot.core.errors import Problem, Reason
from bot.core.events import Settled
from bot.core.ids import ChannelId, GuildId, JobId, RoleId, UserId
from bot.core.job import State, apply
from bot.core.ledger import Purse
from bot.core.office import Deed, House, Office, Subject
from bot.core.policy import ModelRule, Policy
from bot.core.ports import Store
from bot.core.quota import Bound, Figures, Layer
from bot.core.rights import Act
from tests.builders import MANAGER, NOON, OWNER, PLACE, a_deed, a_stored_job

ELSEWHERE = GuildId(8)
EVERYBODY = Subject(PLACE, Layer.SERVER)
ROLE = Subject(PLACE, Layer.ROLE, RoleId(11))
MEMBER = Subject(PLACE, Layer.MEMBER, OWNER)
DECIDED = Policy(
    time_zone="Europe/Rome",
    paused="the exhibition is over",
    models={"seedance-pro": ModelRule(off=True), "seedance-fast": ModelRule(resolution="720p", duration=5)},
    allowed_channels=frozenset({ChannelId(1), ChannelId(2)}),
    denied_channels=frozenset({ChannelId(3)}),
    allowed_roles=frozenset({RoleId(4)}),
    denied_roles=frozenset({RoleId(5)}),
    weights={RoleId(6): 2.5},
    refused_words=("näs*ty",),
    flagged_words=("odd 'quoted\"", "多"),
    adults_only=True,
    spoilers=True,
    log_channel=ChannelId(2**63 - 1),
)


# --- policies ----------------------------------------------------------------------------------------


async def test_a_place_where_nothing_was_decided_has_the_default(office: Office) -> None:
    assert await office.policy(PLACE) == Policy()
    assert await office.policy(None) == Policy()


@pytest.mark.parametrize("place", [PLACE, None])
async def test_a_policy_is_read_as_it_was_written_whole_and_over_the_one_before(
    office: Office, place: GuildId | None
) -> None:
    await office.set_policy(place, DECIDED, a_deed(Act.SET_POLICY))
    assert await office.policy(place) == DECIDED

    await office.set_policy(place, Policy(adults_only=True), a_deed(Act.SET_POLICY))
    assert await office.policy(place) == Policy(adults_only=True)
    assert await office.policy(ELSEWHERE) == Policy()


async def test_a_house_is_all_that_somebody_is_judged_by(office: Office) -> None:
    await office.set_policy(None, Policy(paused="upgrade"), a_deed(Act.WHOLE_BOT, guild_id=None))
    await office.set_policy(PLACE, DECIDED, a_deed(Act.SET_POLICY))
    await office.block(PLACE, OWNER, "rude", a_deed(Act.BLOCK))

    assert await office.house(Purse(OWNER, PLACE)) == House(Policy(paused="upgrade"), DECIDED, "rude")
    assert await office.house(Purse(OWNER, None)) == House(Policy(paused="upgrade"), Policy())


# --- figures and bounds ------------------------------------------------------------------------------


async def test_figures_are_listed_by_layer_and_written_over_and_taken_away(office: Office) -> None:
    for subject in (MEMBER, ROLE, EVERYBODY):
        await office.set_figures(subject, Figures(1, 2, 3), a_deed(Act.SET_ALLOWANCE))
    await office.set_figures(ROLE, Figures(daily=0), a_deed(Act.SET_ALLOWANCE))

    same = Figures(1, 2, 3)
    assert await office.figures(PLACE) == [(EVERYBODY, same), (ROLE, Figures(daily=0)), (MEMBER, same)]

    await office.set_figures(EVERYBODY, Figures(), a_deed(Act.SET_ALLOWANCE))
    assert await office.figures(PLACE) == [(ROLE, Figures(daily=0)), (MEMBER, same)]
    assert await office.figures(ELSEWHERE) == []


async def test_a_bound_is_what_was_set_or_none(office: Office) -> None:
    assert await office.bound(PLACE) is None

    for bound in (Bound(5, 6), Bound(0, None), Bound(), None):
        await office.set_bound(PLACE, bound, a_deed(Act.SET_SERVER))
        assert await office.bound(PLACE) == bound
        assert await office.bound(ELSEWHERE) is None


async def test_a_policy_and_a_bound_of_one_place_leave_each_other_alone(office: Office) -> None:
    await office.set_bound(PLACE, Bound(5, 6), a_deed(Act.SET_SERVER))
    await office.set_policy(PLACE, DECIDED, a_deed(Act.SET_POLICY))
    await office.set_bound(PLACE, Bound(7, None), a_deed(Act.SET_SERVER))

    assert (await office.bound(PLACE), await office.policy(PLACE)) == (Bound(7, None), DECIDED)


# --- blocks ------------------------------------------------------------------------------------------


async def blocked(office: Office, user_id: UserId, guild_id: GuildId | None) -> str | None:
    return (await office.house(Purse(user_id, guild_id))).blocked


async def test_a_block_holds_in_its_place_with_the_latest_reason_until_it_is_taken_away(
    office: Office,
) -> None:
    await office.block(PLACE, OWNER, "rude", a_deed(Act.BLOCK))
    await office.block(PLACE, OWNER, "very rude", a_deed(Act.BLOCK))

    assert await blocked(office, OWNER, PLACE) == "very rude"
    assert await blocked(office, OWNER, ELSEWHERE) is None
    assert await blocked(office, OWNER, None) is None
    assert await blocked(office, MANAGER, PLACE) is None
    assert await office.all_blocked(PLACE) == [OWNER]
    assert await office.all_blocked(ELSEWHERE) == []
    assert await office.all_blocked(None) == []

    assert await office.unblock(PLACE, OWNER, a_deed(Act.BLOCK))
    assert await blocked(office, OWNER, PLACE) is None


async def test_a_block_everywhere_holds_in_every_place_and_is_told_first(office: Office) -> None:
    await office.block(PLACE, OWNER, "rude", a_deed(Act.BLOCK))
    await office.block(None, OWNER, "fraud", a_deed(Act.WHOLE_BOT))

    found = [await blocked(office, OWNER, place) for place in (PLACE, ELSEWHERE, None)]
    assert found == ["fraud"] * 3

    assert await office.unblock(None, OWNER, a_deed(Act.WHOLE_BOT))
    assert await blocked(office, OWNER, PLACE) == "rude"


async def test_an_unblock_of_nobody_is_no_act(office: Office) -> None:
    assert not await office.unblock(PLACE, OWNER, a_deed(Act.BLOCK))
    assert await office.deeds(PLACE, 10) == []


# --- the record of acts ------------------------------------------------------------------------------


async def test_a_deed_is_read_as_it_was_written(office: Office) -> None:
    whole = Deed(
        at=NOON + timedelta(microseconds=1),
        actor_id=MANAGER,
        act=Act.SETTLE,
        guild_id=PLACE,
        user_id=OWNER,
        job_id=JobId("bcdfghjkmnp"),
        why="seen in RunComfy's list; 'quoted' \"twice\" — naïve",
        details={"bought": "yes", "microusd": 12, "from": None},
    )
    bare = Deed(NOON, UserId(2**63 - 1), Act.WHOLE_BOT, None)

    await office.note(whole)
    await office.note(bare)

    assert await office.deeds(None, 10) == [bare, whole]
    assert await office.deeds(PLACE, 10) == [whole]


async def test_a_deed_is_kept_with_its_move_or_not_at_all(store: Store, office: Office) -> None:
    job = await a_stored_job(store, State.UNKNOWN)
    settled = apply(job, Settled(Reason(Problem.SETTLED), 0), NOON)
    deeds = [a_deed(Act.SETTLE, number="1"), a_deed(Act.SETTLE, number="2")]

    assert await office.note(deeds[0], (job, settled))
    assert not await office.note(deeds[1], (job, settled))

    assert await store.get(job.id) == settled
    assert await office.deeds(PLACE, 10) == deeds[:1]


async def test_the_latest_deeds_come_first_and_no_more_than_asked_for(office: Office) -> None:
    deeds = [a_deed(Act.GRANT, NOON, number=str(number)) for number in range(5)]
    for deed in deeds:
        await office.note(deed)

    assert await office.deeds(PLACE, 3) == deeds[:1:-1]


async def test_every_change_leaves_its_deed(office: Office) -> None:
    acts = (Act.SET_POLICY, Act.SET_ALLOWANCE, Act.SET_SERVER, Act.BLOCK, Act.CANCEL, Act.GRANT)
    deeds = [a_deed(act) for act in acts]

    await office.set_policy(PLACE, DECIDED, deeds[0])
    await office.set_figures(MEMBER, Figures(1), deeds[1])
    await office.set_bound(PLACE, Bound(1), deeds[2])
    await office.block(PLACE, OWNER, "rude", deeds[3])
    await office.unblock(PLACE, OWNER, deeds[4])
    await office.grant(Purse(OWNER, PLACE), 5, timedelta(days=1), deeds[5])

    assert await office.deeds(PLACE, 100) == deeds[::-1]
