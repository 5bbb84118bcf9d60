"""How a picture is brought within bounds: whatever comes in, what goes out obeys."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.mending import Framing, Mending
from bot.core.models import EDIT_RULE, FRAME_RULE, PictureRule
from bot.core.pictures import PictureFacts, bounds_of, judge
from bot.core.shaping import PIXEL_LIMIT, Shape, Sides, shape, smaller

# No format can say more of a side.
sides = st.builds(Sides, st.integers(1, 65_535), st.integers(1, 65_535))
rules = st.sampled_from([FRAME_RULE, EDIT_RULE])
framings = st.sampled_from(list(Framing))
FRAME = bounds_of(FRAME_RULE)


def shaped(whole: Sides, rule: PictureRule = FRAME_RULE, framing: Framing | None = None) -> Shape:
    found = shape(whole, bounds_of(rule), framing)
    assert found is not None
    return found


def assert_obeys(found: Shape, rule: PictureRule) -> None:
    judge(PictureFacts("cat.png", "PNG", 1, *found.canvas), rule)
    assert found.canvas.area <= PIXEL_LIMIT
    assert all(1 <= side <= room for side, room in zip(found.drawn, found.canvas, strict=True))
    assert all(1 <= side <= room for side, room in zip(found.kept, found.whole, strict=True))


@given(whole=sides, rule=rules, framing=framings)
def test_whatever_comes_obeys_the_rule_in_the_end(whole: Sides, rule: PictureRule, framing: Framing) -> None:
    assert_obeys(shaped(whole, rule, framing), rule)


@given(whole=sides, rule=rules, framing=framings, most=st.floats(0.001, 2))
def test_a_lower_scale_leads_to_nothing_outside_the_rule(
    whole: Sides, rule: PictureRule, framing: Framing, most: float
) -> None:
    found = shape(whole, bounds_of(rule), framing, most=most)

    assert found is not None
    assert_obeys(found, rule)


@given(whole=sides, rule=rules)
def test_nobody_asked_means_that_nothing_is_cut_off_and_nothing_added(
    whole: Sides, rule: PictureRule
) -> None:
    found = shape(whole, bounds_of(rule), None)

    assert (found is None) == (not rule.aspect_over < whole.aspect < rule.aspect_under)
    assert found is None or (found.kept == whole and found.drawn == found.canvas)


@given(whole=sides, rule=rules, framing=framings)
def test_what_obeys_already_is_left_alone(whole: Sides, rule: PictureRule, framing: Framing) -> None:
    once = shaped(whole, rule, framing).canvas

    again = shaped(once, rule, framing)

    assert again.is_unchanged
    assert again.mended == ()


@given(whole=sides, rule=rules, framing=framings)
def test_what_is_drawn_keeps_its_proportions(whole: Sides, rule: PictureRule, framing: Framing) -> None:
    found = shaped(whole, rule, framing)

    # Off by what rounding costs, on either side; a line of one pixel cannot become thinner.
    off = 1.5 / min(found.drawn) + 1 / min(found.kept)
    thinnest = min(found.drawn) == 1
    assert thinnest or math.isclose(found.drawn.aspect, found.kept.aspect, rel_tol=off)


@given(whole=sides, rule=rules, framing=framings, share=st.floats(0.1, 0.99))
def test_smaller_is_smaller_until_the_rule_forbids_it(
    whole: Sides, rule: PictureRule, framing: Framing, share: float
) -> None:
    current = shaped(whole, rule, framing)
    while (after := smaller(current, bounds_of(rule), framing, share)) is not None:
        assert after.canvas.area < current.canvas.area
        current = after

    assert_obeys(current, rule)


@pytest.mark.parametrize(
    ("whole", "framing", "canvas", "mended"),
    [
        (Sides(640, 480), None, Sides(640, 480), ()),
        (Sides(5999, 5999), None, Sides(5999, 5999), ()),
        (Sides(200, 100), None, Sides(602, 301), (Mending.ENLARGED,)),
        (Sides(300, 300), None, Sides(301, 301), (Mending.ENLARGED,)),
        (Sides(8000, 6000), None, Sides(5999, 4499), (Mending.REDUCED,)),
        (Sides(2000, 400), Framing.CROP, Sides(990, 400), (Mending.CROPPED,)),
        (Sides(400, 2000), Framing.CROP, Sides(400, 990), (Mending.CROPPED,)),
        (Sides(2000, 400), Framing.BARS, Sides(2000, 809), (Mending.BARRED,)),
        (Sides(400, 2000), Framing.BARS, Sides(808, 2000), (Mending.BARRED,)),
        (Sides(12_000, 1000), Framing.BARS, Sides(5999, 2424), (Mending.BARRED, Mending.REDUCED)),
        (Sides(100, 10), Framing.CROP, Sides(722, 301), (Mending.CROPPED, Mending.ENLARGED)),
    ],
)
def test_it_does_no_more_than_needed_and_says_what(
    whole: Sides, framing: Framing | None, canvas: Sides, mended: tuple[Mending, ...]
) -> None:
    found = shaped(whole, framing=framing)

    assert (found.canvas, found.mended) == (canvas, mended)


def test_what_is_kept_is_as_much_as_the_rule_leaves() -> None:
    assert shaped(Sides(2000, 400), framing=Framing.CROP).kept == Sides(990, 400)
    assert shaped(Sides(2000, 400), framing=Framing.BARS).kept == Sides(2000, 400)


def test_the_largest_is_bounded_by_its_pixels_where_the_rule_sets_no_bound() -> None:
    found = shaped(Sides(20_000, 10_000), EDIT_RULE)

    assert found.mended == (Mending.REDUCED,)
    assert PIXEL_LIMIT * 0.99 < found.canvas.area <= PIXEL_LIMIT
