"""The pure rules about pictures: every bound, on both of its sides."""

from dataclasses import replace

import pytest

from bot.core.errors import MemberError, Problem
from bot.core.models import EDIT_RULE, FRAME_RULE, PictureRule
from bot.core.pictures import FETCH_LIMIT, PIXEL_LIMIT, PictureFacts, judge, judge_declared
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


def test_the_pixels_of_both_sides_are_counted() -> None:
    judge(replace(FACTS, width=8000, height=8000), EDIT_RULE)
    many = refusal(replace(FACTS, width=8001, height=8000), EDIT_RULE).reason

    assert many.problem is Problem.PICTURE_TOO_MANY_PIXELS
    assert many.facts == {"filename": "cat.png", "limit": PIXEL_LIMIT}


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        (replace(SOURCE, size=FETCH_LIMIT + 1), Problem.PICTURE_TOO_HEAVY),
        (replace(SOURCE, content_type="text/html"), Problem.PICTURE_UNREADABLE),
        (replace(SOURCE, content_type="video/mp4"), Problem.PICTURE_UNREADABLE),
        (replace(SOURCE, content_type="image/png", of_video=True), Problem.PICTURE_UNREADABLE),
    ],
)
def test_what_the_declaration_forbids_is_refused(source: PictureSource, problem: Problem) -> None:
    with pytest.raises(MemberError) as caught:
        judge_declared(source)

    assert caught.value.reason.problem is problem


@pytest.mark.parametrize(
    "source",
    [
        SOURCE,
        replace(SOURCE, size=FETCH_LIMIT),
        replace(SOURCE, width=1, height=50_000),
        replace(SOURCE, width=None, height=None),
        replace(SOURCE, content_type="image/heic"),
        replace(SOURCE, content_type="Image/PNG; charset=x"),
        replace(SOURCE, content_type="application/octet-stream"),
        replace(SOURCE, content_type="video/mp4", of_video=True),
    ],
)
def test_what_can_be_mended_is_not_refused_for_what_is_declared(source: PictureSource) -> None:
    judge_declared(source)
