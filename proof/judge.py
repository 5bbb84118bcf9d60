"""The judge: looks at a run from outside, once all has come to rest, and says which promises were broken.

Compares three ledgers, our database's, RunComfy's and Discord's, by its own copy of the law. Imports nothing
of the bot but the stand-ins and the stage, and changes nothing.
"""

import asyncio
import sqlite3

from bot.sandbox.stage import Stage
from proof.answered import answered
from proof.discretion import discretion
from proof.evidence import Caps, Evidence, Finding, Span
from proof.ledgers import Row, integrity, rows
from proof.money import money
from proof.paid import paid
from proof.tellings import tellings

__all__ = ["Caps", "Evidence", "Finding", "Span", "at_rest", "judge"]

_LOOK = 0.05  # seconds; the database is looked at, since nobody can be woken by it


def judge(evidence: Evidence) -> list[Finding]:
    """Return every promise that the run has broken; none if all is well. For a run at rest."""
    database = evidence.stage.bot.database
    try:
        jobs = rows(database)
        broken = [Finding("I7", line) for line in integrity(database)]
    except sqlite3.Error as error:
        return [Finding("I7", f"the database cannot be read: {error}")]
    return [
        *broken,
        *paid(evidence, jobs),
        *money(evidence.caps, jobs),
        *tellings(evidence, jobs),
        *answered(evidence, jobs),
        *discretion(evidence, jobs),
        *_left_files(evidence.stage),
    ]


async def at_rest(stage: Stage, within: float) -> list[Finding]:
    """Wait until every job is over and told, and every command answered or given up; say what is not."""
    try:
        async with asyncio.timeout(within):
            while _restless(stage):  # noqa: ASYNC110 (see above)
                await asyncio.sleep(_LOOK)
    except TimeoutError:
        return _restless(stage)
    return []


def _restless(stage: Stage) -> list[Finding]:
    try:
        jobs = rows(stage.bot.database)
    except sqlite3.Error as error:
        return [Finding("I7", f"the database cannot be read: {error}")]
    waiting = [
        Finding("answer", f"{one.kind.name} {one.id} still waits for its first answer")
        for one in stage.discord.interactions.values()
        if one.answered_at is None and not one.failed
    ]
    return [_unended(row) for row in jobs if not row.is_over] + waiting + _left_files(stage)


def _unended(row: Row) -> Finding:
    what = "is not told of" if row.state == "delivered" else "has not come to its end"
    return Finding("I4", f"job {row.id} of {row.owner_id} {what}: it is {row.state}")


def _left_files(stage: Stage) -> list[Finding]:
    folder = stage.bot.database.with_suffix(".media")
    left = sorted(path.name for path in folder.glob("*")) if folder.is_dir() else []
    return [Finding("I9", f"files are left in the media folder: {left}")] if left else []
