"""The pictures of /zoetrope stats: all that is told is drawn, within the margins, and legible."""

import io
import itertools
from collections.abc import Sequence

import pytest
from PIL import Image, ImageDraw, ImageFont

from bot.chat.administration.charts import pictures
from bot.chat.administration.charts.letters import cut, is_drawable, width
from bot.chat.administration.charts.paint import paint
from bot.chat.administration.charts.parts import MARGIN, SIDE, Block, Drawing, Words
from bot.chat.administration.charts.summary import dollars
from bot.chat.administration.charts.themes import DARK, LIGHT, THEMES, Theme
from bot.chat.english import ENGLISH
from bot.core.ids import UserId
from bot.core.job import State
from tests.chat.figures import ANA, SUMMARIES, a_tally, told

every = pytest.mark.parametrize("what", SUMMARIES)
both = pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)


# --- the pictures -----------------------------------------------------------------------------------------


def overlap(one: Words, other: Words) -> bool:
    left, top, right, bottom = one.box()
    other_left, other_top, other_right, other_bottom = other.box()
    return left < other_right and other_left < right and top < other_bottom and other_top < bottom


@every
@both
def test_all_of_a_picture_is_within_its_margins_and_no_words_meet(what: str, theme: Theme) -> None:
    drawn = pictures.drawing(SUMMARIES[what], theme)

    for block in drawn.blocks:
        assert MARGIN <= block.left < block.right <= SIDE - MARGIN
        assert MARGIN <= block.top < block.bottom <= SIDE - MARGIN
    for one in drawn.words:
        left, top, right, bottom = one.box()
        assert MARGIN - 2 <= left < right <= SIDE - MARGIN + 2, one
        assert MARGIN - 10 <= top < bottom <= SIDE - MARGIN, one
    pairs = itertools.combinations(drawn.words, 2)
    assert [(one.text, other.text) for one, other in pairs if overlap(one, other)] == []


@every
def test_nothing_is_painted_on_the_rim(what: str) -> None:
    for theme, png in zip(THEMES, pictures.pictures(SUMMARIES[what]), strict=True):
        picture = Image.open(io.BytesIO(png))
        assert (picture.format, picture.size, len(png) < 500_000) == ("PNG", (SIDE, SIDE), True)
        inside = picture.crop((36, 36, SIDE - 36, SIDE - 36))
        picture.paste(Image.new("RGB", inside.size, theme.background), (36, 36))
        assert picture.getcolors() == [(SIDE * SIDE, _rgb(theme.background))]
        assert len(inside.getcolors(1_000_000) or ()) > 5


@every
def test_every_row_and_figure_is_in_the_picture(what: str) -> None:
    of = SUMMARIES[what]
    drawn = [one.text for one in pictures.drawing(of, LIGHT).words]

    assert f"{of.total.jobs:,}" in drawn
    assert f"{of.total.credits:,}" in drawn
    assert not of.total.microusd or dollars(of.total.microusd, "en") in drawn
    for row in (*of.models, *of.members, *of.states):
        assert f"{row.total.jobs:,}" in drawn
        assert any(row.name.startswith(one.removesuffix("…")) for one in drawn)


def bars(drawn: Drawing, *colours: str) -> Sequence[Block]:
    return [block for block in drawn.blocks if block.colour in colours and block.is_flat_below]


def test_bars_are_as_high_as_their_jobs_and_the_parts_lie_upon_each_other() -> None:
    of = told(3, a_tally(40, ago=2), a_tally(10, ago=1), a_tally(10, ago=1, state=State.FAILED))
    drawn = pictures.drawing(of, DARK)
    whole, half, upper = bars(drawn, DARK.delivered, DARK.not_delivered)

    assert (whole.colour, half.colour, upper.colour) == (DARK.delivered, DARK.delivered, DARK.not_delivered)
    high = whole.bottom - whole.top
    assert whole.bottom == half.bottom
    assert half.bottom - half.top == pytest.approx(high / 4, abs=1)
    assert half.bottom - upper.top == pytest.approx(high / 2, abs=1)
    assert upper.bottom < half.top


def test_one_job_is_seen_beside_a_million_and_no_job_is_not() -> None:
    drawn = pictures.drawing(told(3, a_tally(1_000_000, ago=1), a_tally(1)), LIGHT)

    huge, one = bars(drawn, LIGHT.delivered)
    assert huge.bottom - huge.top > 150
    assert one.bottom - one.top == 5


def test_rows_are_as_long_as_their_jobs_and_a_sum_of_others_has_no_bar() -> None:
    tallies = [a_tally(100 - 25 * number, who=UserId(ANA + number)) for number in range(3)]
    rest = [a_tally(20, who=UserId(ANA + 10 + number)) for number in range(20)]
    drawn = pictures.drawing(told(1, *tallies, *rest), LIGHT)

    found = [block.right - block.left for block in drawn.blocks if block.colour == LIGHT.member_pale]
    assert len(found) == 8
    assert [long / found[0] for long in found[:4]] == pytest.approx([1, 0.75, 0.5, 0.2], abs=0.01)


# --- legible ----------------------------------------------------------------------------------------------


def _rgb(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour.removeprefix("#")))


def luminance(colour: str) -> float:
    """Return what WCAG 2 calls relative luminance."""
    shares = [channel / 255 for channel in _rgb(colour)]
    red, green, blue = (it / 12.92 if it <= 0.04045 else ((it + 0.055) / 1.055) ** 2.4 for it in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_computed_as_the_standard_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@every
@both
def test_words_stand_out_from_all_that_lies_behind_them(what: str, theme: Theme) -> None:
    drawn = pictures.drawing(SUMMARIES[what], theme)

    for one in drawn.words:
        left, top, right, bottom = one.box()
        behind = {
            block.colour
            for block in drawn.blocks
            if block.left < right and left < block.right and block.top < bottom and top < block.bottom
        }
        for colour in behind | {theme.background}:
            assert contrast(one.colour, colour) >= 4.5, (one.text, colour)


@both
def test_the_colours_stand_out_from_discords_own(theme: Theme) -> None:
    behind = {"light": ("#ffffff", "#f2f3f5"), "dark": ("#313338",)}[theme.name]

    assert theme.background in behind
    for colour, around in itertools.product((theme.ink, theme.muted), behind):
        assert contrast(colour, around) >= 4.5
    for colour, around in itertools.product((theme.delivered, theme.not_delivered), behind):
        # What WCAG 2 asks of graphics.
        assert contrast(colour, around) >= 3


@every
def test_type_is_large_enough_where_a_message_is_400_pixels_wide(what: str) -> None:
    drawn = pictures.drawing(SUMMARIES[what], DARK)

    assert min(one.size for one in drawn.words) * 400 / SIDE >= 10


# --- letters and pixels --------------------------------------------------------------------------------


def pixels(sign: str) -> bytes:
    picture = Image.new("L", (80, 80))
    ImageDraw.Draw(picture).text((20, 20), sign, fill=255, font=ImageFont.load_default(40))
    return picture.tobytes()


def test_what_is_taken_for_drawable_is_in_the_font_and_all_that_is_drawn_is_drawable() -> None:
    signs = [sign for sign in map(chr, range(0x20, 0x2200)) if is_drawable(f"a{sign}")]

    assert len(signs) > 100
    assert [sign for sign in signs if pixels(sign) == pixels("\uffff")] == []
    for key in ENGLISH:
        if key.startswith(("stats.drawn.", "stats.title", "stats.da", "stats.mo", "stats.u", "stats.oth")):
            assert is_drawable(ENGLISH[key]), key


def test_words_are_cut_to_their_room() -> None:
    assert cut("short", 30, 400) == "short"
    for long in ("seedance " * 9, "W" * 100_000):
        assert width(cut(long, 30, 400), 30) <= 400
        assert cut(long, 30, 400).endswith("…")


def test_a_drawing_is_painted_as_it_is_told() -> None:
    drawing = Drawing("#ffffff", [Block(100, 200, 300, 400, "#0072b2")], [])

    picture = Image.open(io.BytesIO(paint(drawing)))

    assert [picture.getpixel(at) for at in ((99, 200), (100, 200), (299, 399), (300, 399))] == [
        (255, 255, 255),
        (0, 114, 178),
        (0, 114, 178),
        (255, 255, 255),
    ]
