"""What members have used, and the admission of a job against it: sums over the jobs themselves.

There is no counter beside the rows that could disagree with them. A job counts in the day and the month of
its acceptance, whenever it ends.
"""

import sqlite3
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Final

from bot.core.errors import MemberError
from bot.core.ids import UserId
from bot.core.job import Job
from bot.core.quota import Allowance, Usage, check, windows
from bot.store import jobs, rows

_USAGE: Final = """
    SELECT
        coalesce(sum(cost) FILTER (WHERE accepted_at >= :day AND accepted_at < :next_day), 0) AS daily,
        coalesce(sum(cost), 0) AS monthly,
        (SELECT count(*) FROM jobs WHERE owner_id = :owner_id AND hold = 'reserved') AS active
    FROM jobs
    WHERE owner_id = :owner_id AND accepted_at >= :month AND accepted_at < :next_month
      AND hold IN ('reserved', 'charged')
"""


def usage(connection: sqlite3.Connection, owner_id: UserId, now: datetime) -> Usage:
    """Return reserved and charged credits of the day and month that hold `now`, and jobs under way."""
    row = connection.execute(_USAGE, {"owner_id": owner_id, **_bounds(now.astimezone(UTC).date())}).fetchone()
    return Usage(row["daily"], row["monthly"], row["active"])


@lru_cache(maxsize=4)
def _bounds(day: date) -> dict[str, int]:
    """Return where the day and its month begin and end; the same for everybody on that day."""
    renews = windows(datetime.combine(day, time(), UTC))
    return {
        "day": rows.microseconds(renews.day),
        "next_day": rows.microseconds(renews.next_day),
        "month": rows.microseconds(renews.month),
        "next_month": rows.microseconds(renews.next_month),
    }


def admit(connection: sqlite3.Connection, job: Job, allowance: Allowance) -> tuple[Job, bool]:
    """Write the job if its owner's quota has room; return it as stored, and whether it is new.

    Raises MemberError where there is no room. A job of the same interaction is returned untouched.
    """
    used = usage(connection, job.owner_id, job.accepted_at)
    try:
        check(used, allowance, job.cost, job.accepted_at)
    except MemberError:
        # An interaction that comes again finds its own job, even where that has used up the quota.
        if existing := jobs.of_interaction(connection, job.interaction_id):
            return existing, False
        raise
    if jobs.insert(connection, job):
        return job, True
    existing = jobs.of_interaction(connection, job.interaction_id)
    assert existing is not None
    return existing, False
