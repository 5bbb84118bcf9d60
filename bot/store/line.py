"""Who goes next: start-time fair queuing over the jobs' own rows, as plain SQL in one transaction.

A job's turn is a step more than its owner's last among those not ended, but never before the latest turn
ever claimed, which is what the line has come to. So members alternate, whoever is new goes before any second
of another, and nobody saves up turns by staying away. Twice the weight makes steps half as long. Every
question but `position` costs O(log n).
"""

import json
from collections.abc import Collection
from typing import Final

from bot.core.ids import JobId
from bot.core.ports import Slots
from bot.store.connection import Connection

STEP: Final = 1000
"""Between two turns of a member of weight 1."""

# The turn of a job that is admitted now, to be inserted beside its other columns.
NEXT_TURN: Final = """
    (SELECT coalesce(max(latest), 0) FROM (
        SELECT max(turn) AS latest FROM jobs WHERE claimed_at IS NOT NULL
        UNION ALL
        SELECT max(turn) + :step FROM jobs WHERE owner_id = :owner_id AND hold = 'reserved'
    ) AS turns)
"""

# The index is named, because SQLite would rather read and sort all that is queued.
_HEAD: Final = """
    SELECT id FROM jobs INDEXED BY jobs_line WHERE state = 'queued' AND wish = 'none'
      AND id NOT IN (SELECT value FROM json_each(:passed_over))
    ORDER BY turn, accepted_at, id LIMIT :count
"""

_POSITION: Final = """
    SELECT count(*) + 1 FROM jobs INDEXED BY jobs_line
    WHERE state = 'queued' AND wish = 'none'
      AND id NOT IN (SELECT value FROM json_each(:passed_over))
      AND (turn, accepted_at, id) < (SELECT turn, accepted_at, id FROM jobs WHERE id = :id)
"""

# The claim's own guard: true for the head of the line only, and only while both kinds of slots are free.
# A wish is asked for by itself as well: where two write at once, PostgreSQL looks at the row alone once more.
MAY_CLAIM: Final = """
    wish = 'none' AND id = (
        SELECT id FROM jobs INDEXED BY jobs_line WHERE state = 'queued' AND wish = 'none'
          AND id NOT IN (SELECT value FROM json_each(:passed_over))
        ORDER BY turn, accepted_at, id LIMIT 1
    )
    AND (SELECT count(*) FROM jobs WHERE state IN ('submitting', 'running')) < :in_flight
    AND (SELECT count(*) FROM jobs WHERE state = 'submitting') < :submitting
"""


def claim_parameters(slots: Slots, passed_over: Collection[JobId]) -> dict[str, int | str]:
    """Return what MAY_CLAIM asks for."""
    return {
        "in_flight": slots.in_flight,
        "submitting": slots.submitting,
        "passed_over": json.dumps(list(passed_over)),
    }


def head_of_line(connection: Connection, count: int, passed_over: Collection[JobId]) -> list[JobId]:
    """Return up to `count` jobs that may be claimed, the next first."""
    values = {"count": count, "passed_over": json.dumps(list(passed_over))}
    return [JobId(row["id"]) for row in connection.execute(_HEAD, values).fetchall()]


def position(connection: Connection, job_id: JobId, passed_over: Collection[JobId]) -> int:
    """Return how many jobs go before this one, plus one."""
    (place,) = connection.execute(
        _POSITION, {"id": job_id, "passed_over": json.dumps(list(passed_over))}
    ).fetchone()
    return place
