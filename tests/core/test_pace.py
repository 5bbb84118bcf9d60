"""When to look next: within the bounds, dense around the likely end, sparse in the tail."""

from hypothesis import given
from hypothesis import strategies as st

from bot.core.pace import Bounds, back_off, next_look

BOUNDS = Bounds(2, 20)
seconds = st.floats(min_value=0, max_value=1e6)
chances = st.floats(min_value=0, max_value=1, exclude_max=True)


@given(elapsed=seconds, typical=st.none() | seconds, chance=chances)
def test_a_look_is_always_within_the_bounds(elapsed: float, typical: float | None, chance: float) -> None:
    assert 2 <= next_look(elapsed, typical, BOUNDS, chance) <= 20


def test_looks_are_dense_around_the_likely_end_and_sparse_far_from_it() -> None:
    early, near, late = (next_look(elapsed, 100, BOUNDS, 0.5) for elapsed in (0, 99, 1000))
    assert near < early
    assert near < late
    assert near == 2


def test_chance_spreads_looks_at_jobs_of_the_same_age() -> None:
    assert len({next_look(80, 100, BOUNDS, chance / 10) for chance in range(10)}) == 10


@given(failures=st.integers(min_value=1, max_value=10_000), chance=chances)
def test_back_off_grows_to_its_bound_and_never_past_it(failures: int, chance: float) -> None:
    wait = back_off(failures, chance)
    assert 0.5 <= wait <= 60
    assert wait <= back_off(failures + 1, min(chance + 0.5, 0.999)) or failures > 5


def test_back_off_doubles() -> None:
    assert [back_off(failures, 1.0) for failures in (1, 2, 3, 4)] == [1, 2, 4, 8]
