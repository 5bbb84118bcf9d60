"""The words of /zoetrope stats, and what its pictures say too: numbers that agree, and names."""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from bot.chat.administration.charts.summary import Row, dollars, summary
from bot.chat.administration.charts.words import alt
from bot.chat.administration.stats import view
from bot.core.ids import UserId
from bot.core.job import State
from bot.flow.administration_books import Total, summed
from tests.builders import NOON
from tests.chat.figures import ANA, SUMMARIES, a_tally, told
from tests.chat.shown import gallery, words

every = pytest.mark.parametrize("what", SUMMARIES)


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
    said = alt(of)

    assert len(said) <= 1024
    assert f"{of.total.jobs:,} job" in said
    assert f"{of.total.credits:,} credit" in said
    for row in (*of.models, *of.members, *of.states):
        assert f"{row.name} {row.total.jobs:,}" in said
        if what != "ninety huge days":
            assert f"{row.name} {row.total.jobs:,} ({row.total.credits:,} credit" in said
            assert dollars(row.total.microusd, "en") in said


def test_the_alt_text_has_each_day_where_there_is_room() -> None:
    said = alt(told(5, a_tally(3, ago=4), a_tally(2, ago=1), a_tally(4, ago=1)))

    assert said.endswith("Jobs a day from 11 Jun: 3 0 0 6 0.")


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

    said = alt(of)
    assert said.startswith("This server, today, 15 Jun 2025: 1 job, 5 credits, under $0.01. By model: Seed")
    assert "$" not in alt(told(1, a_tally(1, microusd=0)))
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


# --- the message ------------------------------------------------------------------------------------------


def test_both_pictures_are_in_one_gallery_with_their_alt_text() -> None:
    of = SUMMARIES["thirty days"]
    light, dark = gallery(view(of, has_pictures=True))

    assert (light["media"], dark["media"]) == (
        {"url": "attachment://stats-light.png"},
        {"url": "attachment://stats-dark.png"},
    )
    assert light["description"] == dark["description"] == alt(of)


def test_without_pictures_the_words_say_so() -> None:
    layout = view(SUMMARIES["thirty days"], has_pictures=False)

    assert gallery(layout) == []
    assert "The picture could not be drawn." in words(layout)


def test_a_row_that_discord_would_take_for_markup_is_shown_as_it_is() -> None:
    (row,) = told(1, a_tally(command="**bold** <@1>")).models

    assert isinstance(row, Row)
    assert "**" not in row.shown
    assert "<@1>" not in row.shown
