"""A clock that can be held: no step is taken meanwhile, and none loses its time."""

import asyncio

from bot.sandbox.runcomfy.timeline import Timeline


async def test_a_held_step_waits_and_then_takes_the_time_it_had_left() -> None:
    loop, taken, timeline = asyncio.get_running_loop(), asyncio.Event(), Timeline()
    timeline.after("a", 0.05, taken.set)
    timeline.hold()
    await asyncio.sleep(0.08)
    assert not taken.is_set()
    released = loop.time()
    timeline.release()
    await asyncio.wait_for(taken.wait(), 2)
    assert loop.time() - released > 0.04


async def test_a_step_planned_while_held_waits_for_the_release() -> None:
    taken, timeline = asyncio.Event(), Timeline()
    timeline.hold()
    timeline.after("a", 0.0, taken.set)
    await asyncio.sleep(0.01)
    assert not taken.is_set()
    timeline.release()
    await asyncio.wait_for(taken.wait(), 2)


async def test_a_later_plan_replaces_the_earlier_one_and_a_dropped_one_is_gone() -> None:
    taken: list[str] = []
    done, timeline = asyncio.Event(), Timeline()
    timeline.after("a", 0.0, lambda: taken.append("first"))
    timeline.after("a", 0.0, lambda: taken.append("second"))
    timeline.after("b", 0.0, lambda: taken.append("dropped"))
    timeline.drop("b")
    timeline.after("c", 0.01, done.set)
    await asyncio.wait_for(done.wait(), 2)
    assert taken == ["second"]


async def test_a_faster_clock_holds_for_steps_that_wait_already() -> None:
    loop, taken, timeline = asyncio.get_running_loop(), asyncio.Event(), Timeline()
    timeline.after("a", 60.0, taken.set)
    began = loop.time()
    timeline.speed = 600
    await asyncio.wait_for(taken.wait(), 2)
    assert loop.time() - began > 0.09


async def test_a_held_clock_stays_held_when_its_speed_changes() -> None:
    taken, timeline = asyncio.Event(), Timeline()
    timeline.after("a", 0.01, taken.set)
    timeline.hold()
    timeline.speed = 100
    await asyncio.sleep(0.03)
    assert not taken.is_set()
    timeline.release()
    await asyncio.wait_for(taken.wait(), 2)
