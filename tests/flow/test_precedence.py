"""Who waits for a card goes before every step of a job, but never holds one up for long."""

import asyncio

import pytest

from bot.flow.precedence import Precedence

NEVER = 3600.0


async def test_a_step_waits_while_anybody_waits_for_a_card() -> None:
    precedence = Precedence(longest=NEVER)
    with precedence.answering():
        with precedence.answering():
            step = asyncio.create_task(precedence.give_way())
            await a_while()
        await a_while()
        assert not step.done()
    await step


async def test_steps_go_on_in_the_order_in_which_they_came_one_at_a_turn_of_the_loop() -> None:
    precedence = Precedence(longest=NEVER)
    gone: list[int] = []

    async def step(number: int) -> None:
        await precedence.give_way()
        gone.append(number)

    steps = [asyncio.create_task(step(number)) for number in range(5)]
    seen = set[int]()
    while not all(one.done() for one in steps):
        await asyncio.sleep(0)
        seen.add(len(gone))
    assert gone == [*range(5)]
    assert seen == set(range(6))


async def test_between_two_steps_who_came_meanwhile_is_answered() -> None:
    precedence = Precedence(longest=NEVER)
    steps = [asyncio.create_task(precedence.give_way()) for _ in range(5)]
    await steps[0]
    with precedence.answering():
        await a_while()
        assert not any(step.done() for step in steps[2:])
    await asyncio.gather(*steps)


async def test_a_step_goes_on_though_somebody_waits_all_the_time() -> None:
    precedence = Precedence(longest=0.01)
    async with asyncio.timeout(10):
        with precedence.answering():
            await asyncio.gather(*(precedence.give_way() for _ in range(5)))


async def test_a_card_that_fails_holds_nobody_up() -> None:
    precedence = Precedence(longest=NEVER)
    with pytest.raises(ConnectionError), precedence.answering():
        raise ConnectionError
    async with asyncio.timeout(10):
        await precedence.give_way()


async def test_a_step_that_is_called_off_while_it_waits_leaves_its_turn_to_the_next() -> None:
    precedence = Precedence(longest=NEVER)
    with precedence.answering():
        steps = [asyncio.create_task(precedence.give_way()) for _ in range(2)]
        await a_while()
        steps[0].cancel()
    async with asyncio.timeout(10):
        await steps[1]


async def a_while() -> None:
    """Let everybody run who can."""
    for _ in range(20):
        await asyncio.sleep(0)
