"""The pace of calls, by a clock that is wound by hand."""

import asyncio

import pytest

from bot.runcomfy.rate import CallRate
from tests.runcomfy.hand_clock import HandClock


class Callers:
    """Callers of one rate, who note when they got their turn."""

    def __init__(self, per_second: float, *, burst: int = 1) -> None:
        self.clock = HandClock()
        self.rate = CallRate(per_second, self.clock, burst=burst)
        self.turns: list[tuple[str, float]] = []
        self.tasks: dict[str, asyncio.Task[None]] = {}

    def call(self, name: str, *, urgent: bool = False) -> None:
        self.tasks[name] = asyncio.create_task(self._call(name, urgent=urgent))

    async def _call(self, name: str, *, urgent: bool) -> None:
        await self.rate.turn(urgent=urgent)
        self.turns.append((name, round(self.clock.monotonic(), 6)))

    @property
    def times(self) -> list[float]:
        return [at for _, at in self.turns]

    @property
    def names(self) -> str:
        return "".join(name for name, _ in self.turns)


async def test_calls_are_spaced_evenly_and_go_in_order() -> None:
    callers = Callers(10)
    for name in "abcd":
        callers.call(name)
    await callers.clock.wind(10)
    assert callers.turns == [("a", 0.0), ("b", 0.1), ("c", 0.2), ("d", 0.3)]


async def test_quiet_time_earns_a_small_burst_and_no_more() -> None:
    callers = Callers(10, burst=3)
    await callers.clock.wind(100)
    for name in "abcde":
        callers.call(name)
    await callers.clock.wind(10)
    assert callers.times == [100.0, 100.0, 100.0, 100.1, 100.2]


async def test_a_pause_slows_all_and_nobody_rushes_in_afterwards() -> None:
    callers = Callers(10, burst=3)
    callers.call("a")
    await callers.clock.wind(1)
    callers.rate.hold_off(30)
    for name in "bcd":
        callers.call(name)
    callers.call("e", urgent=True)
    await callers.clock.wind(60)
    assert callers.times == [0.0, 31.0, 31.1, 31.2, 31.3]


async def test_a_pause_reaches_those_who_already_wait() -> None:
    callers = Callers(1)
    for name in "abc":
        callers.call(name)
    await callers.clock.wind(0.5)
    callers.rate.hold_off(10)
    await callers.clock.wind(60)
    assert callers.times == [0.0, 10.5, 11.5]


async def test_a_shorter_pause_does_not_end_a_longer_one() -> None:
    callers = Callers(1)
    callers.rate.hold_off(10)
    callers.rate.hold_off(2)
    assert callers.rate.held == 10
    await callers.clock.wind(4)
    assert callers.rate.held == 6
    await callers.clock.wind(7)
    assert callers.rate.held == 0


async def test_an_urgent_caller_goes_before_those_who_came_earlier() -> None:
    callers = Callers(1)
    for name in "abc":
        callers.call(name)
    await callers.clock.wind(0.5)
    callers.call("X", urgent=True)
    callers.call("Y", urgent=True)
    await callers.clock.wind(30)
    assert callers.names[:3] == "aXY"
    assert sorted(callers.names) == sorted("abcXY")
    assert all(
        later - earlier >= 0.999 for earlier, later in zip(callers.times, callers.times[1:], strict=False)
    )


async def test_a_caller_who_gives_up_costs_no_turn() -> None:
    callers = Callers(1)
    for name in "abc":
        callers.call(name)
    await callers.clock.wind(0.5)
    callers.tasks["b"].cancel()
    with pytest.raises(asyncio.CancelledError):
        await callers.tasks["b"]
    await callers.clock.wind(30)
    assert callers.turns == [("a", 0.0), ("c", 1.0)]
