"""A database as an earlier version of the bot has left it, spelt out: today's rows have another form."""

import json
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Unpack

from bot.core.job import Job, State
from bot.core.source import PictureSource
from bot.store.database import connect
from bot.store.migrate import MIGRATIONS, apply_pending
from bot.store.numbered import migrations_in
from bot.store.rows import Value, microseconds
from tests.builders import NOON, JobChanges, a_job


def an_old_file(
    path: Path, states: Sequence[State], schema: int = 1, **changes: Unpack[JobChanges]
) -> Sequence[Job]:
    """Write one job in each of the states under one of the first schemas; return what they are today."""
    known = migrations_in(MIGRATIONS)[:schema]
    jobs = [a_job(state, **changes) for state in states]
    with closing(connect(path, known)) as connection:
        apply_pending(connection, known, NOON)
        for number, job in enumerate(jobs):
            values = _as_it_was_written(job) | {"turn": number}
            if schema > 1:
                values |= {"spoiler": int(job.spoiler), "mended": "[]", "way": "whole"}
            places = ", ".join(f":{name}" for name in values)
            connection.execute(f"INSERT INTO jobs ({', '.join(values)}) VALUES ({places})", values)
    return jobs


def _as_it_was_written(job: Job) -> dict[str, Value]:
    assert job.token is not None
    return {
        "id": job.id,
        "interaction_id": job.interaction_id,
        "owner_id": job.owner_id,
        "guild_id": job.guild_id,
        "channel_id": job.channel_id,
        "locale": job.locale,
        "request": job.request.model_dump_json(),
        "sources": json.dumps([_old_source(source) for source in job.sources]),
        "cost": job.cost,
        "accepted_at": microseconds(job.accepted_at),
        "token": job.token.secret,
        "token_good_until": microseconds(job.token.good_until),
        "upload_limit": job.upload_limit,
        "state": job.state.value,
        "hold": job.hold.value,
        "version": job.version,
        "card_id": job.card_id,
        "pictures": json.dumps(job.pictures),
        "prepared_at": job.prepared_at and microseconds(job.prepared_at),
        "position": job.position,
        "worker": job.worker,
        "claimed_at": job.claimed_at and microseconds(job.claimed_at),
        "request_id": job.request_id,
        "typical_seconds": job.typical_seconds,
        "phase": job.phase and job.phase.value,
        "submitted_at": job.submitted_at and microseconds(job.submitted_at),
        "outputs": json.dumps([{"url": output.url, "kind": output.kind.value} for output in job.outputs]),
        "finished_at": job.finished_at and microseconds(job.finished_at),
        "result_id": job.result_id,
        "reason": job.reason
        and json.dumps({"problem": job.reason.problem.value, "facts": dict(job.reason.facts)}),
        "ended_at": job.ended_at and microseconds(job.ended_at),
    }


def _old_source(source: object) -> dict[str, str | int | None]:
    assert isinstance(source, PictureSource)
    names = ("url", "filename", "size", "width", "height", "content_type")
    return {name: getattr(source, name) for name in names}
