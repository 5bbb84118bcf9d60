"""A database that has seen jobs end, and one whose jobs were sent longer ago than they were."""

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from bench.open_jobs import PLENTY, QUEUED, a_job
from bot.core import events as ev
from bot.core.ids import MessageId, RequestId, WorkerId
from bot.core.job import apply
from bot.core.models import Kind, SeedanceFast
from bot.store import accounts, jobs
from bot.store.database import connect
from bot.store.migrate import MIGRATIONS, apply_pending
from bot.store.numbered import migrations_in

_MADE: Final = ev.Finished((ev.Output("https://playgrounds.runcomfy.net/1.mp4", Kind.VIDEO),))
_SENT: Final = (*QUEUED, ev.Claimed(WorkerId("an earlier life")))
_POSTED: Final = ev.Delivered(MessageId(2 * 10**15))


def teach(path: Path, ended: Iterable[tuple[SeedanceFast, float]], now: datetime) -> None:
    """Make a file in which such jobs have taken so many seconds, the last ones last."""
    known = migrations_in(MIGRATIONS)
    with closing(connect(path, known)) as connection:
        apply_pending(connection, known, now)
        connection.execute("BEGIN")
        for number, (request, seconds) in enumerate(ended):
            sent = now - timedelta(days=1) + timedelta(seconds=number)
            job, _ = accounts.admit(connection, a_job(sent, number, request), PLENTY)
            for event in (*_SENT, ev.Accepted(RequestId(f"past {number}")), _MADE, _POSTED):
                ends = event in (_MADE, _POSTED)
                before, job = job, apply(job, event, sent + timedelta(seconds=seconds) if ends else sent)
                assert jobs.record(connection, before, job)
            jobs.note_shown(connection, job.id, job.version)
        connection.execute("COMMIT")


def age(path: Path, ages: Mapping[str, float]) -> None:
    """Have jobs, by request id, been sent so many seconds earlier. No bot may run on the file."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executemany(
            "UPDATE jobs SET submitted_at = submitted_at - ? WHERE request_id = ?",
            [(round(seconds * 1_000_000), request_id) for request_id, seconds in ages.items()],
        )
