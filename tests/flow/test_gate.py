"""The gate: closed once for all, tried by one at a time, less often while it stays closed."""

import logging

import pytest

from bot.core.errors import Problem, Reason
from bot.flow.gate import Gate
from tests.runcomfy.hand_clock import HandClock

EMPTY = Reason(Problem.BALANCE_EMPTY)
REJECTED = Reason(Problem.TOKEN_REJECTED)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def gate(clock: HandClock) -> Gate:
    return Gate(clock, first=5, most=12)


def test_an_open_gate_lets_everybody_in(gate: Gate) -> None:
    assert [gate.try_enter() for _ in range(3)] == [True, True, True]
    assert gate.remaining() == 0


async def test_a_closed_gate_lets_one_try_after_the_pause(gate: Gate, clock: HandClock) -> None:
    gate.close(EMPTY)
    assert not gate.try_enter()
    await clock.wind(5)
    assert [gate.try_enter() for _ in range(3)] == [True, False, False]


async def test_a_failed_try_doubles_the_pause_to_its_bound(gate: Gate, clock: HandClock) -> None:
    gate.close(EMPTY)
    pauses: list[float] = []
    for _ in range(4):
        pauses.append(gate.remaining())
        await clock.wind(gate.remaining())
        assert gate.try_enter()
        gate.close(EMPTY)
    assert pauses == [5, 10, 12, 12]


def test_what_was_under_way_makes_the_pause_no_longer(gate: Gate) -> None:
    gate.close(EMPTY)
    gate.close(EMPTY)
    assert gate.remaining() == 5


async def test_the_operator_reads_of_each_problem_once(
    gate: Gate, clock: HandClock, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(5):
        gate.close(EMPTY)
        await clock.wind(60)
        gate.try_enter()
    gate.close(REJECTED)
    lines = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert len(lines) == 2
    assert "balance" in lines[0]
    assert "token" in lines[1]


def test_an_order_that_is_taken_opens_the_gate(gate: Gate) -> None:
    gate.close(EMPTY)
    gate.open()
    assert gate.reason is None
    assert gate.try_enter()
