"""What a member may spend: allowances, the windows they renew in, what becomes of a reservation."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from bot.core.errors import MemberError, Problem


class Hold(StrEnum):
    """What has become of a job's credits."""

    RESERVED = "reserved"
    CHARGED = "charged"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Allowance:
    """Credits per day and per month (UTC), and jobs under way at a time."""

    daily: int
    monthly: int
    active: int


@dataclass(frozen=True, slots=True)
class Usage:
    """Reserved and charged credits of the current day and month, and jobs under way."""

    daily: int = 0
    monthly: int = 0
    active: int = 0


@dataclass(frozen=True, slots=True)
class Windows:
    """When the current day and month began and when they end, in UTC."""

    day: datetime
    next_day: datetime
    month: datetime
    next_month: datetime


def windows(now: datetime) -> Windows:
    """Return the day and the month that hold `now`. A job counts in those of its acceptance."""
    now = now.astimezone(UTC)
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    month = day.replace(day=1)
    next_month = (month + timedelta(days=32)).replace(day=1)
    return Windows(day, day + timedelta(days=1), month, next_month)


def check(usage: Usage, allowance: Allowance, cost: int, now: datetime) -> None:
    """Raise MemberError unless one more job of this cost fits into every allowance."""
    if usage.active >= allowance.active:
        raise MemberError(Problem.QUOTA_ACTIVE, active=usage.active, allowance=allowance.active)
    if usage.daily + cost > allowance.daily:
        renewal = windows(now).next_day
        raise _exceeded(Problem.QUOTA_DAILY, cost, usage.daily, allowance.daily, renewal)
    if usage.monthly + cost > allowance.monthly:
        renewal = windows(now).next_month
        raise _exceeded(Problem.QUOTA_MONTHLY, cost, usage.monthly, allowance.monthly, renewal)


def _exceeded(problem: Problem, cost: int, used: int, allowed: int, renewal: datetime) -> MemberError:
    left = max(0, allowed - used)
    return MemberError(problem, cost=cost, left=left, allowance=allowed, renews=int(renewal.timestamp()))
