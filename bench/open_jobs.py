"""Database files with many open jobs in them, led to RunComfy lawfully once and then copied by SQL.

For measurements only: what the copies reserve stands in no ledger.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final

from bot.core import events as ev
from bot.core.ids import ChannelId, GuildId, InteractionId, MessageId, RequestId, UserId, WorkerId, new_job_id
from bot.core.job import Job, apply
from bot.core.models import SeedanceFast
from bot.core.quota import Allowance, Rates, Terms
from bot.store import accounts, jobs
from bot.store.database import connect
from bot.store.migrate import MIGRATIONS, apply_pending
from bot.store.numbered import migrations_in

PLENTY: Final = Terms(Rates(Allowance(10**9, 10**9, 10**9)))
MEMBERS: Final = 500
USUAL: Final = SeedanceFast(prompt="a paper boat drifts over the moonlit pond " * 5)

_COPY: Final = """
    WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :jobs)
    INSERT INTO jobs ({names}) SELECT {values} FROM jobs CROSS JOIN numbers
"""
# Ids as the bot draws them would lie all over their index; these are shuffled as well.
_CHANGED: Final[Mapping[str, str]] = {
    "id": "printf('%011d', n * 7919 % 99999989)",
    "interaction_id": "-n",
    "owner_id": f"1000 + n % {MEMBERS}",
    "card_id": "card_id + n",
    "accepted_at": "accepted_at - 1000 * n",
    "turn": "turn + n",
}

QUEUED: Final = (ev.Acknowledged(MessageId(10**15)), ev.Prepared(()), ev.Waited(2))
"""What leads a job into the line."""
RUNNING: Final = (
    *QUEUED,
    ev.Claimed(WorkerId("an earlier life"), 90.0),
    ev.Accepted(RequestId("request")),
    ev.Progressed(ev.Phase.IN_PROGRESS),
)
"""What leads a job to where RunComfy works on it."""


def fill(path: Path, count: int, events: Iterable[ev.Event], now: datetime) -> None:
    """Make a file with so many jobs to which all this has happened, the cards of all up to date."""
    known = migrations_in(MIGRATIONS)
    with closing(connect(path, known)) as connection:
        apply_pending(connection, known, now)
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        job, _ = accounts.admit(connection, a_job(now), PLENTY)
        for event in events:
            before, job = job, apply(job, event, now)
            assert jobs.record(connection, before, job)
        jobs.note_shown(connection, job.id, job.version)
        if count > 1:
            _copy(connection, count - 1)
        connection.execute("COMMIT")


def a_job(now: datetime, interaction: int = 1, request: SeedanceFast = USUAL) -> Job:
    """Return a job that is accepted now."""
    return Job(
        id=new_job_id(),
        interaction_id=InteractionId(interaction),
        owner_id=UserId(1),
        guild_id=GuildId(1),
        channel_id=ChannelId(2),
        locale="en-GB",
        request=request,
        cost=5,
        accepted_at=now,
        upload_limit=10_485_760,
    )


def _copy(connection: sqlite3.Connection, copies: int) -> None:
    query = "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'"
    triggers = [(row["name"], row["sql"]) for row in connection.execute(query).fetchall()]
    for name, _ in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    # Columns that are computed are not among these.
    names = [str(row["name"]) for row in connection.execute("PRAGMA table_info(jobs)").fetchall()]
    changed = {**_CHANGED, "request_id": "CASE WHEN request_id IS NULL THEN NULL ELSE printf('r%d', n) END"}
    values = ", ".join(changed.get(name, name) for name in names)
    connection.execute(_COPY.format(names=", ".join(names), values=values), {"jobs": copies})
    for _, sql in triggers:
        connection.execute(sql)
