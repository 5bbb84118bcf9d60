"""The pictures and the words of /zoetrope stats: the same numbers, legible, and within their bounds."""

import io
import itertools
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from PIL import Image, ImageDraw, ImageFont

from bot.chat.administration import charts, charts_words
from bot.chat.administration.charts_letters import cut, is_drawable, width
from bot.chat.administration.charts_paint import paint
from bot.chat.administration.charts_parts import MARGIN, SIDE, Block, Drawing, Words
from bot.chat.administration.charts_summary import Row, Summary, dollars, summary
from bot.chat.administration.charts_themes import DARK, LIGHT, THEMES, Theme
from bot.chat.administration.stats import view
from bot.chat.english import ENGLISH
from bot.core.ids import GuildId, UserId
from bot.core.job import State
from bot.core.office import Tally
from bot.flow.administration_books import Stats, Total, summed
from tests.builders import NOON, PLACE
from tests.chat.shown import gallery, words

ANA = UserId(175928847299117063)
COMMANDS = ("seedance-pro", "seedance-lite", "seedance-fast", "seedream-edit")


def a_tally(
    jobs: int = 1,
    *,
    ago: int = 0,
    who: UserId = ANA,
    command: str = "seedance-pro",
    state: State = State.DELIVERED,
    microusd: int = 50_000,
) -> Tally:
    day = NOON.date() - timedelta(days=ago)
    return Tally(
        day, PLACE, who, command, state, jobs, 5 * jobs if state is State.DELIVERED else 0, microusd * jobs
    )


def stats(days: int, *tallies: Tally, guild_id: GuildId | None = PLACE) -> Stats:
    midnight = NOON.replace(hour=0)
    return summed(guild_id, midnight - timedelta(days=days - 1), NOON, tallies)


def told(days: int, *tallies: Tally, name: str = "ana") -> Summary:
    return summary(stats(days, *tallies), {ANA: name}, "en")


def a_crowd(days: int, members: int = 30, times: int = 1) -> list[Tally]:
    """Return jobs of many members, in every state, by every command, on every day."""
    return [
        a_tally(
            times * (1 + (7 * day + number) % 5),
            ago=day,
            who=UserId(ANA + number),
            command=COMMANDS[(day + number) % 4],
            state=tuple(State)[(day * members + number) % 9],
        )
        for day, number in itertools.product(range(days), range(members))
    ]


SUMMARIES = {
    "thirty days": told(30, *a_crowd(30)),
    "ninety days": told(90, *a_crowd(90)),
    "one day": told(1, *a_crowd(1, 9)),
    "one job": told(30, a_tally(ago=29, state=State.FAILED, microusd=0)),
    "one huge day": told(30, *a_crowd(30, 5), a_tally(123_456_789, ago=4)),
    "ninety huge days": told(90, *a_crowd(90, 30, 1_000_000)),
    "long names": told(
        14, a_tally(9, command="long-" * 80), a_tally(5, command="W" * 99), a_tally(7), name="W" * 32
    ),
    "many commands": told(7, *(a_tally(9 - n, ago=n, command=f"retired-{n}") for n in range(7))),
}
every = pytest.mark.parametrize("what", SUMMARIES)
both = pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)


# --- the numbers ------------------------------------------------------------------------------------------


@every
def test_rows_and_days_come_to_the_same_total(what: str) -> None:
    of = SUMMARIES[what]

    for rows in (of.models, of.members, of.states):
        assert sum(row.total.jobs for row in rows) == of.total.jobs
        assert sum(row.total.credits for row in rows) == of.total.credits
        assert sum(row.total.microusd for row in rows) == of.total.microusd
    assert sum(day.jobs for day in of.days) == of.total.jobs
    assert sum(day.delivered for day in of.days) == sum(
        row.total.jobs for row in of.states if row.is_delivered
    )


@every
def test_the_alt_text_fits_and_has_the_numbers_of_every_row(what: str) -> None:
    of = SUMMARIES[what]
    alt = charts_words.alt(of)

    assert len(alt) <= 1024
    assert f"{of.total.jobs:,} job" in alt
    assert f"{of.total.credits:,} credit" in alt
    for row in (*of.models, *of.members, *of.states):
        assert f"{row.name} {row.total.jobs:,}" in alt
        if what != "ninety huge days":
            assert f"{row.name} {row.total.jobs:,} ({row.total.credits:,} credit" in alt
            assert dollars(row.total.microusd, "en") in alt


def test_the_alt_text_has_each_day_where_there_is_room() -> None:
    alt = charts_words.alt(told(5, a_tally(3, ago=4), a_tally(2, ago=1), a_tally(4, ago=1)))

    assert alt.endswith("Jobs a day from 11 Jun: 3 0 0 6 0.")


@every
def test_the_words_below_have_the_same_numbers_and_fit_a_message(what: str) -> None:
    of = SUMMARIES[what]
    layout = view(of, has_pictures=True)

    assert layout.content_length() <= 4000
    shown = words(layout)
    assert f"**{of.total.jobs:,} job" in shown
    for row in (*of.models, *of.members, *of.states):
        assert re.search(rf"^{re.escape(row.shown)}: {row.total.jobs:,} jobs?, ", shown, re.MULTILINE)


def test_the_state_of_jobs_under_way_is_one_and_the_order_never_changes() -> None:
    of = told(
        2,
        a_tally(2, state=State.RUNNING),
        a_tally(3, state=State.QUEUED),
        a_tally(4, state=State.CANCELLED),
        a_tally(1, state=State.FAILED),
        a_tally(1),
    )

    assert [(row.name, row.total.jobs) for row in of.states] == [
        ("delivered", 1),
        ("failed", 1),
        ("cancelled", 4),
        ("under way", 5),
    ]


def test_eight_members_are_named_and_the_others_summed_up() -> None:
    many = [a_tally(20 - number, who=UserId(ANA + number)) for number in range(11)]

    eight = tuple(told(1, *many[:8]).members)
    of = told(1, *many)

    assert [row.total.jobs for row in eight] == [20, 19, 18, 17, 16, 15, 14, 13]
    assert tuple(of.members[:8]) == eight
    assert (of.members[8].name, of.members[8].total) == ("3 others", Total(33, 165, 33 * 50_000))
    assert told(1, *many[:9]).members[8].name == "1 other"


def test_figures_say_what_they_count() -> None:
    of = told(1, a_tally(1, microusd=4))

    alt = charts_words.alt(of)
    assert alt.startswith("This server, today, 15 Jun 2025: 1 job, 5 credits, under $0.01. By model: Seed")
    assert "$" not in charts_words.alt(told(1, a_tally(1, microusd=0)))
    assert dollars(1_234_567_891, "en") == "$1,234.57"


def test_a_period_over_new_year_names_both_years() -> None:
    midnight = datetime(2026, 1, 2, tzinfo=NOON.tzinfo)
    of = summed(None, midnight - timedelta(days=6), midnight, [replace(a_tally(), day=date(2026, 1, 1))])

    told_of = summary(of, {}, "en")

    assert told_of.period == "27 Dec 2025 to 2 Jan 2026"
    assert told_of.title == "All servers, last 7 days"
    assert [day.jobs for day in told_of.days] == [0, 0, 0, 0, 0, 1, 0]


# --- names ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "drawn"),
    [
        ("Mia Rossi", "Mia Rossi"),
        (" mia ", "mia"),
        ("Zoë", "member …7063"),
        ("日本", "member …7063"),
        ("a\nb", "member …7063"),
        ("\u202eaim", "member …7063"),
        ("   ", "member …7063"),
        ("", "member …7063"),
    ],
)
def test_a_name_is_drawn_only_where_the_font_has_all_of_it(name: str, drawn: str) -> None:
    (row,) = told(1, a_tally(), name=name).members

    assert (row.name, row.shown) == (drawn, f"<@{ANA}>")


def test_the_bot_knows_no_name_but_that_of_who_asks() -> None:
    of = told(1, a_tally(2), a_tally(who=UserId(ANA + 1)))

    assert [row.name for row in of.members] == ["ana", "member …7064"]


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


# --- the pictures -----------------------------------------------------------------------------------------


def overlap(one: Words, other: Words) -> bool:
    left, top, right, bottom = one.box()
    other_left, other_top, other_right, other_bottom = other.box()
    return left < other_right and other_left < right and top < other_bottom and other_top < bottom


@every
@both
def test_all_of_a_picture_is_within_its_margins_and_no_words_meet(what: str, theme: Theme) -> None:
    drawn = charts.drawing(SUMMARIES[what], theme)

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
    for theme, png in zip(THEMES, charts.pictures(SUMMARIES[what]), strict=True):
        picture = Image.open(io.BytesIO(png))
        assert (picture.format, picture.size, len(png) < 500_000) == ("PNG", (SIDE, SIDE), True)
        inside = picture.crop((36, 36, SIDE - 36, SIDE - 36))
        picture.paste(Image.new("RGB", inside.size, theme.background), (36, 36))
        assert picture.getcolors() == [(SIDE * SIDE, _rgb(theme.background))]
        assert len(inside.getcolors(1_000_000) or ()) > 5


@every
def test_every_row_and_figure_is_in_the_picture(what: str) -> None:
    of = SUMMARIES[what]
    drawn = [one.text for one in charts.drawing(of, LIGHT).words]

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
    drawn = charts.drawing(of, DARK)
    whole, half, upper = bars(drawn, DARK.delivered, DARK.not_delivered)

    assert (whole.colour, half.colour, upper.colour) == (DARK.delivered, DARK.delivered, DARK.not_delivered)
    high = whole.bottom - whole.top
    assert whole.bottom == half.bottom
    assert half.bottom - half.top == pytest.approx(high / 4, abs=1)
    assert half.bottom - upper.top == pytest.approx(high / 2, abs=1)
    assert upper.bottom < half.top


def test_one_job_is_seen_beside_a_million_and_no_job_is_not() -> None:
    drawn = charts.drawing(told(3, a_tally(1_000_000, ago=1), a_tally(1)), LIGHT)

    huge, one = bars(drawn, LIGHT.delivered)
    assert huge.bottom - huge.top > 150
    assert one.bottom - one.top == 5


def test_rows_are_as_long_as_their_jobs_and_a_sum_of_others_has_no_bar() -> None:
    tallies = [a_tally(100 - 25 * number, who=UserId(ANA + number)) for number in range(3)]
    rest = [a_tally(20, who=UserId(ANA + 10 + number)) for number in range(20)]
    drawn = charts.drawing(told(1, *tallies, *rest), LIGHT)

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
    drawn = charts.drawing(SUMMARIES[what], theme)

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
    drawn = charts.drawing(SUMMARIES[what], DARK)

    assert min(one.size for one in drawn.words) * 400 / SIDE >= 10


# --- the message ------------------------------------------------------------------------------------------


def test_both_pictures_are_in_one_gallery_with_their_alt_text() -> None:
    of = SUMMARIES["thirty days"]
    light, dark = gallery(view(of, has_pictures=True))

    assert (light["media"], dark["media"]) == (
        {"url": "attachment://stats-light.png"},
        {"url": "attachment://stats-dark.png"},
    )
    assert light["description"] == dark["description"] == charts_words.alt(of)


def test_without_pictures_the_words_say_so() -> None:
    layout = view(SUMMARIES["thirty days"], has_pictures=False)

    assert gallery(layout) == []
    assert "The picture could not be drawn." in words(layout)


def test_a_row_that_discord_would_take_for_markup_is_shown_as_it_is() -> None:
    (row,) = told(1, a_tally(command="**bold** <@1>")).models

    assert isinstance(row, Row)
    assert "**" not in row.shown
    assert "<@1>" not in row.shown


def test_a_drawing_is_painted_as_it_is_told() -> None:
    drawing = Drawing("#ffffff", [Block(100, 200, 300, 400, "#0072b2")], [])

    picture = Image.open(io.BytesIO(paint(drawing)))

    assert [picture.getpixel(at) for at in ((99, 200), (100, 200), (299, 399), (300, 399))] == [
        (255, 255, 255),
        (0, 114, 178),
        (0, 114, 178),
        (255, 255, 255),
    ]
