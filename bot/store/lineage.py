"""What a job came from and what came of it, as plain SQL for one transaction in the database's thread.

Only reads. However long a chain is, and even if it ran in a circle, no more is read than was asked for.
"""

from collections.abc import Sequence
from typing import Final

from bot.core.ids import JobId
from bot.core.job import Job
from bot.store import rows
from bot.store.connection import Connection

# The path keeps a circle from going round: no move of ours makes one, but a row may be edited by hand.
_ANCESTRY: Final = """
    WITH RECURSIVE ancestry (id, parent_id, distance, path) AS (
        SELECT id, parent_id, 0, id FROM jobs WHERE id = :id
        UNION ALL
        SELECT jobs.id, jobs.parent_id, distance + 1, path || ' ' || jobs.id
        FROM ancestry JOIN jobs ON jobs.id = ancestry.parent_id
        WHERE distance < :count AND path NOT LIKE '%' || jobs.id || '%'
    )
    SELECT jobs.* FROM ancestry JOIN jobs ON jobs.id = ancestry.id ORDER BY distance DESC
"""

_CHILDREN: Final = "SELECT * FROM jobs WHERE parent_id = :id ORDER BY accepted_at, rowid LIMIT :count"


def lineage(connection: Connection, job_id: JobId, count: int) -> Sequence[Job]:
    """Return the nearest ancestors, oldest first, the job and its first children; no job twice."""
    values = {"id": job_id, "count": count}
    found = connection.execute(_ANCESTRY, values).fetchall()
    if found:
        found += connection.execute(_CHILDREN, values).fetchall()
    return rows.jobs_from({row["id"]: row for row in found}.values())
