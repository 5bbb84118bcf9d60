"""The pure rules about pictures: every bound, on both of its sides."""

from dataclasses import replace

import pytest

from bot.core.errors import MemberError, Problem
from bot.core.models import EDIT_RULE, FRAME_RULE, PictureRule
from bot.core.pictures import PIXEL_LIMIT, PictureFacts, judge, judge_declared
from bot.core.source import PictureSource

FACTS = PictureFacts("cat.png", "PNG", 1000, 640, 480)
SOURCE = PictureSource("https://cdn.discordapp.com/cat.png", "cat.png", 1000, 640, 480)


def refusal(facts: PictureFacts, rule: PictureRule = FRAME_RULE) -> MemberError:
    with pytest.raises(MemberError) as caught:
        judge(facts, rule)
    return caught.value


@pytest.mark.parametrize(("width", "height"), [(301, 301), (5999, 5999), (752, 301), (301, 752)])
def test_a_picture_within_the_bounds_is_taken(width: int, height: int) -> None:
    judge(replace(FACTS, width=width, height=height), FRAME_RULE)


@pytest.mark.parametrize(
    ("width", "height", "problem"),
    [
        (300, 400, Problem.PICTURE_TOO_SMALL),
        (400, 300, Problem.PICTURE_TOO_SMALL),
        (6000, 5000, Problem.PICTURE_TOO_WIDE),
        (5000, 6000, Problem.PICTURE_TOO_WIDE),
        (1000, 400, Problem.PICTURE_ASPECT),
        (400, 1000, Problem.PICTURE_ASPECT),
    ],
)
def test_a_bound_itself_is_outside(width: int, height: int, problem: Problem) -> None:
    assert refusal(replace(FACTS, width=width, height=height)).reason.problem is problem


def test_the_facts_are_those_that_a_sentence_needs() -> None:
    small = refusal(replace(FACTS, width=10)).reason
    heavy = refusal(replace(FACTS, size=30_000_000)).reason
    aspect = refusal(replace(FACTS, width=2000)).reason
    other = refusal(replace(FACTS, format="GIF")).reason

    assert small.facts == {"filename": "cat.png", "width": 10, "height": 480, "limit": 300}
    assert heavy.facts == {"filename": "cat.png", "size": 30_000_000, "limit": 30_000_000}
    assert aspect.facts == {"filename": "cat.png", "aspect": 2000 / 480, "low": 0.4, "high": 2.5}
    assert other.facts == {"filename": "cat.png", "format": "GIF", "allowed": "JPEG, PNG, WEBP"}


def test_one_byte_less_than_the_limit_is_light_enough() -> None:
    judge(replace(FACTS, size=29_999_999), FRAME_RULE)


def test_pixels_are_counted_over_all_frames() -> None:
    judge(replace(FACTS, width=7071, height=7071), EDIT_RULE)
    many = refusal(replace(FACTS, width=7072, height=7072), EDIT_RULE).reason
    moving = refusal(replace(FACTS, width=1000, height=1000, frames=51), EDIT_RULE).reason

    assert many.problem is moving.problem is Problem.PICTURE_TOO_MANY_PIXELS
    assert many.facts == {"filename": "cat.png", "limit": PIXEL_LIMIT}


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        (replace(SOURCE, size=30_000_000), Problem.PICTURE_TOO_HEAVY),
        (replace(SOURCE, width=300), Problem.PICTURE_TOO_SMALL),
        (replace(SOURCE, width=0, height=0), Problem.PICTURE_TOO_SMALL),
        (replace(SOURCE, width=6000), Problem.PICTURE_TOO_WIDE),
        (replace(SOURCE, width=4000), Problem.PICTURE_ASPECT),
    ],
)
def test_what_the_declaration_forbids_is_refused(source: PictureSource, problem: Problem) -> None:
    with pytest.raises(MemberError) as caught:
        judge_declared(source, FRAME_RULE)

    assert caught.value.reason.problem is problem


def test_a_declaration_without_measures_is_judged_by_its_weight_alone() -> None:
    judge_declared(replace(SOURCE, width=None, height=None), FRAME_RULE)
    judge_declared(SOURCE, FRAME_RULE)
