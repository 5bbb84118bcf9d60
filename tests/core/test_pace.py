"""When to look next: within the bounds, dense around the likely end, spread, and no more than are allowed."""

import random
from collections import Counter
from collections.abc import Sequence
from heapq import heapify, heappop, heappush, heapreplace
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.durations import Durations, learned
from bot.core.pace import Bounds, Calendar, back_off, next_look

BOUNDS = Bounds(2, 20)
USUAL = [70.0, 80.0, 90.0, 95.0, 100.0, 105.0, 110.0, 120.0, 130.0] * 4
seconds = st.floats(min_value=0, max_value=1e6)
chances = st.floats(min_value=0, max_value=1, exclude_max=True)
taken = st.lists(st.floats(min_value=0, max_value=86_400), max_size=50)


@given(elapsed=seconds, own=taken, chance=chances)
def test_a_look_is_always_within_the_bounds(elapsed: float, own: list[float], chance: float) -> None:
    assert 2 <= next_look(elapsed, learned(own), BOUNDS, chance) <= 20


def test_looks_are_dense_around_the_likely_end_and_sparse_far_from_it() -> None:
    durations = learned(USUAL)
    early, near, late = (next_look(elapsed, durations, BOUNDS, 0.5) for elapsed in (0, 99, 1000))
    assert near < early
    assert near < late
    assert near < 4


def test_looks_are_denser_where_the_end_is_better_known() -> None:
    sure, unsure = learned([95.0 + number for number in range(11)]), learned(USUAL)
    wide = Bounds(0.1, 100)
    assert next_look(100, sure, wide, 0.5) < next_look(100, unsure, wide, 0.5)


@given(own=taken, chance=chances)
def test_a_job_is_looked_at_often_enough_to_be_found(own: list[float], chance: float) -> None:
    durations, elapsed = learned(own), 0.0
    for _ in range(50):
        before, elapsed = elapsed, elapsed + next_look(elapsed, durations, Bounds(0, 1e9), chance)
        end = durations.by(0.06, before)
        # Where the end is known to a second, no look is more than two away.
        assert end is None or elapsed - before <= max(end - before, 1.5) * 1.2


def test_no_two_of_a_thousand_jobs_of_the_same_age_are_looked_at_together() -> None:
    chance, durations = random.Random(1), learned(USUAL)
    for elapsed in (0.0, 80.0, 500.0):
        assert len({next_look(elapsed, durations, BOUNDS, chance.random()) for _ in range(1000)}) == 1000


def test_a_thousand_jobs_begun_together_keep_to_the_budget_in_every_second() -> None:
    calls = looks_at(learned(USUAL), jobs=1000, most=20, seconds_=600)
    assert max(calls.values()) <= 20
    # What was wished for while all were at their densest counts until it was looked at.
    assert sum(calls[second] for second in range(100, 600)) > 500 * 20 * 0.5


def looks_at(durations: Durations, jobs: int, most: float, seconds_: int) -> Counter[int]:
    """Return how many looks fall into each second, at jobs that begin together and never end."""
    chance, calendar, calls = random.Random(2), Calendar(most), Counter[int]()
    due = [calendar.book(next_look(0.0, durations, BOUNDS, chance.random()), 0.0) for _ in range(jobs)]
    heapify(due)
    while (now := due[0]) < seconds_:
        calls[int(now)] += 1
        wait = calendar.book(next_look(now, durations, BOUNDS, chance.random()), now)
        heapreplace(due, now + wait)
    return calls


def test_within_the_budget_nobody_waits_longer_than_wished() -> None:
    calendar = Calendar(20)
    waits = [calendar.book(wish, 0.0) for wish in (2.0, 5.0, 10.0, 20.0) for _ in range(5)]
    assert waits == [wish for wish in (2.0, 5.0, 10.0, 20.0) for _ in range(5)]


def test_a_stretch_that_is_full_takes_no_more() -> None:
    calendar = Calendar(20)
    waits = [calendar.book(10.3, 0.0) for _ in range(50)]
    assert waits[:20] == [10.3] * 20
    assert [int(wait) for wait in waits] == [10] * 20 + [11] * 20 + [12] * 10


@given(wishes=st.lists(st.floats(2, 20), min_size=1, max_size=200), most=st.floats(0.05, 50))
def test_nobody_is_hurried_and_no_stretch_has_more_than_its_share(
    wishes: Sequence[float], most: float
) -> None:
    calendar = Calendar(most)
    waits = [calendar.book(wish, 0.0) for wish in wishes]
    stretch = max(1.0, 4 / most)
    assert all(wait >= wish - 1e-9 for wish, wait in zip(wishes, waits, strict=True))
    assert max(Counter(int(wait / stretch) for wait in waits).values()) <= most * stretch


def test_where_too_many_wish_all_wait_longer_by_the_same_factor() -> None:
    often, rarely = waits_of([2.0, 20.0] * 100)
    assert often > 2 * 2.5
    assert rarely / often == pytest.approx(20 / 2, rel=0.3)  # pyright: ignore[reportUnknownMemberType] (pytest's own)


def waits_of(wishes: Sequence[float]) -> tuple[float, float]:
    """Return the usual waits of those who wish for the most and for the fewest looks, at 20 a second."""
    calendar, waits = Calendar(20), dict[float, list[float]]()
    due = [(0.0, number, wish) for number, wish in enumerate(wishes)]
    heapify(due)
    while due[0][0] < 300:
        now, number, wish = heappop(due)
        waits.setdefault(wish, []).append(calendar.book(wish, now))
        heappush(due, (now + waits[wish][-1], number, wish))
    return median(waits[min(wishes)][200:]), median(waits[max(wishes)][200:])


@given(wishes=st.lists(st.tuples(st.floats(2, 20), st.floats(0, 5)), min_size=1, max_size=100))
def test_what_was_looked_at_counts_no_more(wishes: Sequence[tuple[float, float]]) -> None:
    calendar, now = Calendar(0.1), 0.0
    for wish, pause in wishes:
        now += pause
        calendar.book(wish, now)
    assert Calendar(0.1).book(20.0, 0.0) == calendar.book(20.0, 1e7)


def test_looks_that_are_slowed_come_to_the_budget_in_the_long_run() -> None:
    calls = looks_at(learned([]), jobs=300, most=5, seconds_=1200)
    assert sum(calls[second] for second in range(700, 1200)) / 500 == pytest.approx(5, rel=0.15)  # pyright: ignore[reportUnknownMemberType] (pytest's own)


@given(failures=st.integers(min_value=1, max_value=10_000), chance=chances)
def test_back_off_grows_to_its_bound_and_never_past_it(failures: int, chance: float) -> None:
    wait = back_off(failures, chance)
    assert 0.5 <= wait <= 60
    assert wait <= back_off(failures + 1, min(chance + 0.5, 0.999)) or failures > 5


def test_back_off_doubles() -> None:
    assert [back_off(failures, 1.0) for failures in (1, 2, 3, 4)] == [1, 2, 4, 8]
