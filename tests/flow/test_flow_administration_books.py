"""What the books say: totals that agree with each other, of the days and the place that were asked for."""

import pytest

from bot.core.errors import MemberError, Problem
from bot.core.ids import UserId
from bot.core.job import State
from bot.core.models import SeedreamEdit
from bot.flow.administration_books import Total
from tests.builders import NOON
from tests.flow.administered import BOSS, ELSEWHERE, HERE, MANAGER, MEMBER, administration, an_actor
from tests.flow.world import World

MANAGES, OWNS = an_actor(MANAGER), an_actor(BOSS)
DAY = 24 * 3600


async def test_the_figures_are_by_command_member_state_and_day_and_the_largest_comes_first(
    world: World,
) -> None:
    other = UserId(99)
    await world.a_job(State.DELIVERED, estimated=100, cost=5)
    await world.a_job(State.CANCELLED, estimated=100, cost=5, owner_id=other)
    await world.clock.wind(DAY)
    await world.a_job(State.DELIVERED, estimated=30, cost=2, owner_id=other, request=SeedreamEdit(prompt="a"))
    await world.a_job(State.DELIVERED, estimated=30, cost=2, owner_id=other, request=SeedreamEdit(prompt="a"))
    await world.a_job(State.RUNNING, estimated=70, owner_id=other, request=SeedreamEdit(prompt="a"))
    await world.a_job(State.DELIVERED, guild_id=ELSEWHERE, estimated=1000)
    stats = await administration(world).books.stats(MANAGES, HERE)
    assert stats.total == Total(jobs=5, credits=9, microusd=160)
    assert list(stats.by_command.items()) == [
        ("seedream-edit", Total(3, 4, 60)),
        ("seedance-pro", Total(2, 5, 100)),
    ]
    assert list(stats.by_member.items()) == [(other, Total(4, 4, 60)), (MEMBER, Total(1, 5, 100))]
    assert stats.by_state[State.DELIVERED] == Total(3, 9, 160)
    assert [(day.isoformat(), of.jobs) for day, of in stats.by_day.items()] == [
        ("2025-06-15", 2),
        ("2025-06-16", 3),
    ]
    assert [(day.isoformat(), jobs) for day, jobs in stats.delivered_by_day.items()] == [
        ("2025-06-15", 1),
        ("2025-06-16", 2),
    ]
    for parts in (stats.by_command, stats.by_member, stats.by_state, stats.by_day):
        assert sum(part.jobs for part in parts.values()) == 5
        assert sum(part.microusd for part in parts.values()) == 160
    everywhere = await administration(world).books.stats(OWNS, None)
    assert everywhere.total.jobs == 6


async def test_the_days_are_whole_ones_of_utc_with_the_present_one(world: World) -> None:
    await world.a_job()
    await world.clock.wind(DAY)
    await world.a_job()
    books = administration(world).books
    today = await books.stats(MANAGES, HERE, days=1)
    assert (today.total.jobs, today.since.isoformat()) == (1, "2025-06-16T00:00:00+00:00")
    assert (await books.stats(MANAGES, HERE, days=2)).total.jobs == 2


async def test_a_place_without_jobs_has_figures_of_nothing(world: World) -> None:
    stats = await administration(world).books.stats(MANAGES, HERE)
    assert (stats.total, stats.by_member, stats.until) == (Total(), {}, NOON)


@pytest.mark.parametrize("days", [0, 367])
async def test_more_days_than_a_year_are_refused(world: World, days: int) -> None:
    with pytest.raises(MemberError) as caught:
        await administration(world).books.stats(MANAGES, HERE, days)
    assert caught.value.reason.problem is Problem.VALUE_INVALID


async def test_acts_are_of_the_place_and_newest_first(world: World) -> None:
    acts = administration(world)
    await acts.places.pause(MANAGES, HERE, "one")
    await acts.places.resume(MANAGES, HERE)
    await acts.places.pause(OWNS, None, "two")
    assert [deed.details["change"] for deed in await acts.books.acts(MANAGES, HERE)] == ["resume", "pause"]
    assert [deed.guild_id for deed in await acts.books.acts(OWNS, None, 2)] == [None, HERE]
