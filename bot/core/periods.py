"""The days and months in which credits renew, in a place's own time zone.

A period is named by its local date, so what was used in it stays used: a clock that jumps back finds the
same name again, and a day of 23 or 25 hours is still one day.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


@dataclass(frozen=True, slots=True)
class Period:
    """A day or a month: `2026-11-21` or `2026-11`, with its bounds in UTC."""

    key: str
    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Periods:
    """The day and the month that hold a moment."""

    day: Period
    month: Period


def periods(now: datetime, zone: ZoneInfo) -> Periods:
    """Return the day and the month of `now` as the clocks on the walls of that zone have it."""
    return _periods(now.astimezone(zone).date(), zone)


@lru_cache(maxsize=256)
def _periods(today: date, zone: ZoneInfo) -> Periods:
    """Return the periods of a day; the same for everybody in the zone on that day."""
    first = today.replace(day=1)
    next_first = (first + timedelta(days=32)).replace(day=1)
    return Periods(
        _period(today.isoformat(), today, today + timedelta(days=1), zone),
        _period(today.isoformat()[:7], first, next_first, zone),
    )


def zone_named(name: str) -> ZoneInfo | None:
    """Return a zone of the IANA database, such as `Europe/Rome`, or None where there is none of that name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # A name that leads out of the database is a ValueError, one of a folder is an OSError.
        return None


def _period(key: str, first: date, after: date, zone: ZoneInfo) -> Period:
    return Period(key, _midnight(first, zone), _midnight(after, zone))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return when a day begins; where midnight is skipped, that is the moment of the jump."""
    return datetime.combine(day, time(), zone).astimezone(UTC)
