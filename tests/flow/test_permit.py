"""What a permit binds: the work that was begun under it, its tasks too, and nobody else."""

import asyncio

from bot.flow.permit import acting_by, may_act


def test_who_has_no_permit_is_bound_to_none() -> None:
    assert may_act()


def test_what_was_begun_under_a_permit_ends_with_it() -> None:
    held = [True]
    with acting_by(lambda: held[0]):
        assert may_act()
        held[0] = False
        assert not may_act()
    assert may_act()


async def test_a_task_is_bound_to_the_permit_under_which_it_was_begun() -> None:
    async def ask() -> bool:
        await asyncio.sleep(0)
        return may_act()

    with acting_by(lambda: False):
        bound = asyncio.create_task(ask())
    assert not await bound
    assert await asyncio.create_task(ask())
