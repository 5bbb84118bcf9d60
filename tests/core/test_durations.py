"""How long jobs take, as it is learned: rising, open at the end, and quick to follow."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.durations import HALF_AFTER, learned

taken = st.lists(st.floats(min_value=0, max_value=86_400), max_size=50)
moments = st.floats(min_value=0, max_value=1e6)
shares = st.floats(min_value=0, max_value=1)


@given(own=taken, borrowed=taken, after=moments, share=st.floats(min_value=0.01, max_value=1))
def test_what_still_runs_ends_later_than_now(
    own: list[float], borrowed: list[float], after: float, share: float
) -> None:
    end = learned(own, borrowed).by(share, after)
    assert end is None or end > after


@given(own=taken, after=moments, share=shares, more=shares)
def test_more_of_the_jobs_need_more_time(own: list[float], after: float, share: float, more: float) -> None:
    ends = [learned(own).by(each, after) for each in sorted((share, more))]
    assert None in ends or ends == sorted(end for end in ends if end is not None)


@given(own=taken, first=moments, second=moments)
def test_ever_more_jobs_have_ended(own: list[float], first: float, second: float) -> None:
    durations = learned(own)
    early, late = sorted((first, second))
    assert 0 <= durations.ended(early) <= durations.ended(late) <= 1


@given(own=st.lists(st.floats(min_value=5, max_value=5000), min_size=1), share=st.floats(0.02, 0.98))
def test_by_its_own_word_so_many_have_ended(own: list[float], share: float) -> None:
    durations = learned(own)
    end = durations.by(share)
    assert end is not None
    # Where many end in the very same moment, the share jumps.
    assert durations.ended(end * (1 - 1e-9)) - 1e-6 <= share <= durations.ended(end * (1 + 1e-9)) + 1e-6


def test_the_middle_of_what_is_known_is_the_middle_of_the_estimate() -> None:
    middle = learned([80, 90, 100, 110, 120] * 6).by(0.5)
    assert middle is not None
    assert 95 < middle < 105


def test_a_wide_experience_makes_a_wide_estimate() -> None:
    narrow, wide = learned([100.0] * 30), learned([40.0, 100.0, 250.0] * 10)
    widths = [(each.by(0.9) or 0) - (each.by(0.1) or 0) for each in (narrow, wide)]
    assert widths[0] < 60
    assert widths[1] > 150


def test_recent_jobs_count_more() -> None:
    slower = learned([*[200.0] * HALF_AFTER, *[100.0] * (50 - HALF_AFTER)]).by(0.8)
    faster = learned([*[100.0] * HALF_AFTER, *[200.0] * (50 - HALF_AFTER)]).by(0.2)
    assert slower is not None
    assert faster is not None
    assert slower > 190
    assert faster < 110


def test_more_jobs_alike_make_it_surer() -> None:
    ends = [learned([100.0] * count).by(0.9) or 0 for count in (1, 3, 10, 50)]
    assert all(more < fewer for fewer, more in pairwise(ends))


def test_others_count_only_while_there_are_few_of_its_own_kind() -> None:
    assert learned([], [300.0] * 5).by(0.5) == pytest.approx(300, rel=0.1)  # pyright: ignore[reportUnknownMemberType] (pytest's own)
    assert (learned([100.0] * 3, [300.0] * 5).by(0.5) or 0) < 150
    assert learned([100.0] * 8, [300.0] * 5).by(0.5) == learned([100.0] * 8).by(0.5)


def test_with_nothing_known_it_is_a_guess_and_says_so() -> None:
    guess = learned([])
    assert guess.known == 0
    assert guess.by(0.5) == pytest.approx(60, rel=0.2)  # pyright: ignore[reportUnknownMemberType] (pytest's own)


def test_nothing_is_said_of_a_job_that_outlasts_all() -> None:
    assert learned([100.0] * 20).by(0.8, after=100_000) is None
