"""Acts on jobs: found by what is asked, called off, settled with their dollars, taken away, and noted."""

import pytest

from bot.core.errors import MemberError, Problem, Reason
from bot.core.ids import UserId, new_job_id
from bot.core.job import State, Wish
from bot.core.ledger import Purse
from bot.core.money import MICRO
from bot.core.rights import Act
from tests.builders import PLENTY
from tests.flow.administered import BOSS, ELSEWHERE, HERE, MANAGER, MEMBER, administration, an_actor
from tests.flow.world import World

MANAGES, OWNS = an_actor(MANAGER), an_actor(BOSS)


async def dollars(world: World) -> tuple[int, int]:
    account = await world.store.spending(PLENTY.rates, world.clock.now())
    return account.month.reserved_microusd, account.month.used_microusd


# --- find ----------------------------------------------------------------------------------------------


async def test_jobs_are_found_by_member_state_and_the_beginning_of_their_id(world: World) -> None:
    acts = administration(world).jobs
    mine = await world.a_job(State.RUNNING)
    theirs = await world.a_job(State.UNKNOWN, owner_id=UserId(99))
    await world.a_job(State.RUNNING, guild_id=ELSEWHERE)
    assert {job.id for job in await acts.find(MANAGES, HERE)} == {mine.id, theirs.id}
    assert [job.id for job in await acts.find(MANAGES, HERE, member=MEMBER)] == [mine.id]
    assert [job.id for job in await acts.find(MANAGES, HERE, state=State.UNKNOWN)] == [theirs.id]
    typed = f" {theirs.id[:6].upper()} "
    assert [job.id for job in await acts.find(MANAGES, HERE, matching=typed)] == [theirs.id]
    assert len(await acts.find(OWNS, None)) == 3


@pytest.mark.parametrize("matching", ["%", "_", "~", "' OR 1", "", "\x00", "💥"])
async def test_whatever_is_typed_finds_no_other_servers_job(world: World, matching: str) -> None:
    await world.a_job(State.RUNNING, guild_id=ELSEWHERE)
    assert await administration(world).jobs.find(MANAGES, HERE, matching=matching) == []


async def test_no_more_is_found_than_a_list_has_room_for(world: World) -> None:
    for _ in range(27):
        await world.a_job()
    assert len(await administration(world).jobs.find(MANAGES, HERE, count=100)) == 25


async def test_a_job_that_is_not_there_is_said_to_be(world: World) -> None:
    with pytest.raises(MemberError) as caught:
        await administration(world).jobs.get(OWNS, new_job_id())
    assert caught.value.reason == Reason(Problem.NO_SUCH_JOB)


# --- cancel --------------------------------------------------------------------------------------------


async def test_a_job_that_waits_is_called_off_and_its_credits_come_back(world: World) -> None:
    acts = administration(world).jobs
    job = await world.a_job(State.QUEUED)
    wished = await acts.cancel(MANAGES, job.id, "spam")
    assert (wished.wish, world.engine.woken) == (Wish.WISHED, [job.id])
    ended = await world.go(wished)
    assert (await acts.outcome(ended)).state is State.CANCELLED
    assert (await world.used(job)).daily == 0
    (deed,) = await world.store.office.deeds(HERE, 9)
    assert (deed.act, deed.actor_id, deed.user_id, deed.job_id) == (Act.CANCEL, MANAGER, MEMBER, job.id)
    assert (deed.why, deed.at) == ("spam", world.clock.now())


async def test_a_job_for_which_it_is_too_late_is_as_it_was(world: World) -> None:
    acts = administration(world).jobs
    job = await world.a_job(State.DELIVERED)
    assert await acts.cancel(MANAGES, job.id) == job
    assert await world.store.office.deeds(HERE, 9) == []


# --- settle --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("bought", "counted"), [(True, 250_000), (False, 0)])
async def test_a_job_in_doubt_is_settled_with_what_it_has_cost(
    world: World, *, bought: bool, counted: int
) -> None:
    acts = administration(world).jobs
    job = await world.a_job(State.UNKNOWN, estimated=250_000)
    assert await dollars(world) == (0, 250_000)
    settled = await acts.settle(MANAGES, job.id, bought=bought, why="looked at RunComfy")
    assert (settled.state, settled.reason) == (State.FAILED, Reason(Problem.SETTLED))
    assert await world.job(job.id) == settled
    assert await dollars(world) == (0, counted)
    assert (await world.used(job)).monthly == 0
    assert world.engine.woken == [job.id]
    (deed,) = await world.store.office.deeds(HERE, 9)
    assert (deed.act, deed.details, deed.why) == (
        Act.SETTLE,
        {"bought": int(bought)},
        "looked at RunComfy",
    )


async def test_a_settled_job_is_told_to_its_owner(world: World) -> None:
    job = await world.a_job(State.UNKNOWN)
    job = await world.go(job, 2)
    assert job.told_at is not None
    settled = await administration(world).jobs.settle(MANAGES, job.id, bought=False, why="looked")
    told = await world.go(settled, 2)
    assert (told.state, told.told_at is not None) == (State.FAILED, True)
    assert world.ledger.count("post_ending") == 2


@pytest.mark.parametrize("state", [state for state in State if state is not State.UNKNOWN])
async def test_no_other_job_can_be_settled(world: World, state: State) -> None:
    job = await world.a_job(state)
    with pytest.raises(MemberError) as caught:
        await administration(world).jobs.settle(OWNS, job.id, bought=False, why="looked")
    assert caught.value.reason == Reason(Problem.NOT_IN_DOUBT, {"state": state.value})
    assert await world.job(job.id) == job
    assert await world.store.office.deeds(HERE, 9) == []


async def test_a_settlement_outlasts_a_telling_that_was_faster_and_yields_to_another(world: World) -> None:
    acts = administration(world).jobs
    job = await world.a_job(State.UNKNOWN)

    async def tell() -> None:
        await world.advance(job.id)

    world.store.before_move = tell
    settled = await acts.settle(MANAGES, job.id, bought=False, why="looked")
    assert (settled.state, settled.version) == (State.FAILED, job.version + 2)

    other = await world.a_job(State.UNKNOWN, estimated=MICRO)

    async def settle_first() -> None:
        await acts.settle(OWNS, other.id, bought=True, why="seen")

    world.store.before_move = settle_first
    with pytest.raises(MemberError) as caught:
        await acts.settle(MANAGES, other.id, bought=False, why="looked")
    assert caught.value.reason.problem is Problem.NOT_IN_DOUBT
    assert await dollars(world) == (0, MICRO)
    kept = [deed for deed in await world.store.office.deeds(HERE, 9) if deed.job_id == other.id]
    assert [(deed.actor_id, deed.details) for deed in kept] == [(BOSS, {"bought": 1})]


# --- delete --------------------------------------------------------------------------------------------


async def test_a_result_is_taken_away_and_noted_once(world: World) -> None:
    acts = administration(world).jobs
    job = await world.a_job(State.DELIVERED)
    deleted = await acts.delete(MANAGES, job.id, "not here")
    assert deleted.deleted_at is not None
    assert await acts.delete(MANAGES, job.id, "not here") == deleted
    (deed,) = await world.store.office.deeds(HERE, 9)
    assert (deed.act, deed.job_id, deed.why) == (Act.DELETE, job.id, "not here")
    # What was paid for stays used.
    usage = await world.store.office.usage(Purse(MEMBER, HERE), frozenset(), PLENTY.rates, world.clock.now())
    assert usage.member_account.day.used == job.cost


async def test_of_two_who_take_a_result_away_the_faster_is_noted(world: World) -> None:
    acts = administration(world).jobs
    job = await world.a_job(State.DELIVERED)
    world.store.before_move = lambda: acts.delete(OWNS, job.id, "first")
    assert (await acts.delete(MANAGES, job.id, "second")).deleted_at is not None
    assert [deed.why for deed in await world.store.office.deeds(HERE, 9)] == ["first"]


async def test_where_there_is_no_result_nothing_is_noted(world: World) -> None:
    job = await world.a_job(State.RUNNING)
    with pytest.raises(MemberError) as caught:
        await administration(world).jobs.delete(MANAGES, job.id)
    assert caught.value.reason.problem is Problem.NO_SUCH_RESULT
    assert await world.store.office.deeds(HERE, 9) == []
