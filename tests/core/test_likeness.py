"""Kinds of jobs: which there are, and how far they can be compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.likeness import likeness, others, scale
from bot.core.models import Request, SeedanceFast, SeedanceLite, SeedancePro, SeedreamEdit


@pytest.mark.parametrize(
    ("request_", "count"),
    [
        (SeedancePro(prompt="p"), 3 * 9 - 1),
        (SeedanceLite(prompt="p"), 3 * 2 - 1),
        (SeedanceFast(prompt="p"), 3 * 11 - 1),
        (SeedreamEdit(prompt="p"), 11 - 1),
    ],
)
def test_every_other_kind_of_the_command_is_named_once(request_: Request, count: int) -> None:
    kinds = [likeness(other) for other in others(request_)]
    assert len(kinds) == len({*kinds, likeness(request_)}) - 1 == count
    assert {command for command, _, _ in kinds} == {request_.command}


def test_the_words_and_the_camera_make_no_other_kind() -> None:
    one, other = SeedancePro(prompt="a boat"), SeedancePro(prompt="a pond", audio=False, ratio="1:1")
    assert likeness(one) == likeness(other)


def test_a_larger_or_longer_one_is_expected_to_take_longer() -> None:
    small = SeedancePro(prompt="p", resolution="480p", duration=5)
    assert scale(small, SeedancePro(prompt="p", resolution="1080p", duration=5)) > 1
    assert scale(small, SeedancePro(prompt="p", resolution="480p", duration=10)) > 1


@given(first=st.integers(4, 12), second=st.integers(4, 12))
def test_comparing_there_and_back_changes_nothing(first: int, second: int) -> None:
    one, other = (SeedancePro(prompt="p", duration=length) for length in (first, second))
    assert scale(one, other) * scale(other, one) == pytest.approx(1)  # pyright: ignore[reportUnknownMemberType] (pytest's own)
