"""For how long a process takes itself for the one that follows its jobs."""

from bot.engine.tenure import Tenure
from tests.runcomfy.hand_clock import HandClock


async def test_it_is_held_for_as_long_as_signs_of_life_are_given() -> None:
    clock = HandClock()
    tenure = Tenure(clock, 9.0)
    for _ in range(5):
        await clock.wind(8)
        assert tenure.is_held
        tenure.renew(clock.monotonic())


async def test_it_counts_from_before_the_sign_was_sent() -> None:
    clock = HandClock()
    tenure = Tenure(clock, 9.0)
    began = clock.monotonic()
    await clock.wind(5)
    tenure.renew(began)
    await clock.wind(5)
    assert not tenure.is_held


async def test_one_that_is_over_stays_over() -> None:
    clock = HandClock()
    tenure = Tenure(clock, 9.0)
    await clock.wind(9)
    tenure.renew(clock.monotonic())
    assert not tenure.is_held


async def test_one_that_is_let_go_is_over() -> None:
    tenure = Tenure(HandClock(), 9.0)
    tenure.end()
    assert not tenure.is_held
