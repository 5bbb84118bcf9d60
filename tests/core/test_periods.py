"""Days and months by the clocks on the walls: across daylight saving, month ends, and a clock that jumps."""

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from bot.core.periods import Period, periods, zone_named

ZONES = (
    "UTC",
    "Europe/Rome",
    "America/Havana",
    "Asia/Kolkata",
    "Pacific/Apia",
    "America/Sao_Paulo",
    "Asia/Beirut",
    "Australia/Lord_Howe",
    "Pacific/Kiritimati",
    "Etc/GMT+12",
)


def zone(name: str) -> ZoneInfo:
    found = zone_named(name)
    assert found is not None
    return found


def at(moment: str) -> datetime:
    """Return a moment of UTC."""
    return datetime.fromisoformat(moment).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "now", "key", "begins", "ends"),
    [
        # A day of 23 hours, and one of 25.
        ("Europe/Rome", "2026-03-29T12", "2026-03-29", "2026-03-28T23", "2026-03-29T22"),
        ("Europe/Rome", "2026-10-25T12", "2026-10-25", "2026-10-24T22", "2026-10-25T23"),
        # Midnight is skipped: the day begins at one; and it comes twice: the first begins the day.
        ("America/Havana", "2026-03-08T12", "2026-03-08", "2026-03-08T05", "2026-03-09T04"),
        ("America/Havana", "2026-11-01T04:30", "2026-11-01", "2026-11-01T04", "2026-11-02T05"),
        ("America/Havana", "2026-11-01T05:30", "2026-11-01", "2026-11-01T04", "2026-11-02T05"),
        # At midnight the clocks went back into the day before, which is not over yet.
        ("America/Sao_Paulo", "2019-02-17T02:30", "2019-02-16", "2019-02-16T02", "2019-02-17T03"),
        # Half an hour beside everybody else.
        ("Asia/Kolkata", "2026-11-20T18:30", "2026-11-21", "2026-11-20T18:30", "2026-11-21T18:30"),
        # The day before the one that was skipped, and the one after.
        ("Pacific/Apia", "2011-12-30T09:59", "2011-12-29", "2011-12-29T10", "2011-12-30T10"),
        ("Pacific/Apia", "2011-12-30T10", "2011-12-31", "2011-12-30T10", "2011-12-31T10"),
    ],
)  # fmt: skip
def test_a_day_is_what_the_clocks_on_the_walls_say(
    name: str, now: str, key: str, begins: str, ends: str
) -> None:
    assert periods(at(now), zone(name)).day == Period(key, at(begins), at(ends))


@pytest.mark.parametrize(
    ("name", "now", "key", "begins", "ends"),
    [
        ("UTC", "2024-02-29T23:59:59", "2024-02", "2024-02-01", "2024-03-01"),
        ("UTC", "2026-12-31T23:59:59", "2026-12", "2026-12-01", "2027-01-01"),
        ("Europe/Rome", "2026-03-31T21:59", "2026-03", "2026-02-28T23", "2026-03-31T22"),
        ("Pacific/Apia", "2011-12-30T10", "2011-12", "2011-12-01T10", "2011-12-31T10"),
        ("Asia/Kolkata", "2026-12-31T18:30", "2027-01", "2026-12-31T18:30", "2027-01-31T18:30"),
    ],
)  # fmt: skip
def test_a_month_ends_where_its_last_day_does(name: str, now: str, key: str, begins: str, ends: str) -> None:
    assert periods(at(now), zone(name)).month == Period(key, at(begins), at(ends))


@pytest.mark.parametrize("name", ZONES)
@pytest.mark.parametrize("year", [2011, 2018, 2026])
def test_every_moment_of_a_year_is_in_one_day_and_one_month_without_a_gap(name: str, year: int) -> None:
    moments = [datetime(year, 1, 1, tzinfo=UTC) + timedelta(minutes=15 * n) for n in range(4 * 24 * 366)]
    found = [periods(moment, zone(name)) for moment in moments]

    assert all(here.day.begins <= now < here.day.ends for now, here in zip(moments, found, strict=True))
    assert all(here.month.begins <= here.day.begins < here.day.ends <= here.month.ends for here in found)
    assert all(here.month.key == here.day.key[:7] for here in found)
    for before, after in pairwise(found):
        if after.day != before.day:
            assert before.day.ends == after.day.begins
            assert before.day.key < after.day.key


@pytest.mark.parametrize("name", ZONES)
def test_a_clock_that_jumps_back_finds_the_same_names_again(name: str) -> None:
    moments = [at("2026-10-01") + timedelta(minutes=37 * n) for n in range(2000)]
    there = [periods(moment, zone(name)) for moment in moments]

    assert [periods(moment, zone(name)) for moment in reversed(moments)] == there[::-1]


def test_a_moment_is_the_same_however_it_is_written() -> None:
    east = timezone(timedelta(hours=9))

    assert periods(datetime(2026, 3, 1, 5, tzinfo=east), zone("UTC")).day.key == "2026-02-28"


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Mars/Olympus",
        "Europe",
        "../../etc/passwd",
        "/etc/passwd",
        "Europe/Rome\0",
        "zone.tab",
        "x" * 5000,
        "Europa/\udcff",
        ".",
    ],
)
def test_what_is_no_zone_is_none(name: str) -> None:
    assert zone_named(name) is None
