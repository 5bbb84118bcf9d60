"""The judge: looks at a run from outside, once all has come to rest, and says which promises were broken.

Compares three ledgers, our database's, RunComfy's and Discord's, by its own copy of the law. Imports nothing
of the bot but the stand-ins and the stage, and changes nothing.
"""

import asyncio
import math
import sqlite3

from bot.sandbox.discord import Interaction
from bot.sandbox.stage import Stage
from proof.judging.answered import answered
from proof.judging.buttons import ask_quotas, press_all
from proof.judging.changes import changes, read
from proof.judging.discretion import discretion
from proof.judging.evidence import Caps, Evidence, Finding, Span
from proof.judging.leaks import Weight, born_at, leaks, still_held, weigh_start
from proof.judging.ledgers import Row, integrity, rows
from proof.judging.logged import logged
from proof.judging.money import money
from proof.judging.paid import paid
from proof.judging.tellings import tellings

__all__ = [
    "Caps",
    "Evidence",
    "Finding",
    "Span",
    "Weight",
    "at_rest",
    "judge",
    "leaks",
    "still_held",
    "verdict",
    "weigh_start",
]

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
        *(changes(read(evidence.history), jobs, evidence.caps) if evidence.history else ()),
        *tellings(evidence, jobs),
        *logged(evidence, jobs),
        *answered(evidence, jobs),
        *discretion(evidence, jobs),
        *_left_files(evidence.stage),
    ]


async def at_rest(stage: Stage, within: float) -> list[Finding]:
    """Wait until every job is over and told, and every command answered or given up; say what is not.

    Says so at once where the bot is not running.
    """
    try:
        async with asyncio.timeout(within):
            while (restless := _restless(stage)) and born_at(stage) is not None:  # noqa: ASYNC110 (see above)
                await asyncio.sleep(_LOOK)
    except TimeoutError:
        return _restless(stage)
    return [*restless, Finding("I4", "the bot is not running")] if restless else []


async def verdict(evidence: Evidence, *, within: float, start: Weight | None = None) -> list[Finding]:
    """Wait for rest, then judge everything there is, the buttons last: they begin new jobs.

    `start`: what the present life held when it had just become ready.
    """
    stage = evidence.stage
    restless = await at_rest(stage, within)
    if restless or born_at(stage) is None:
        return [*restless, *judge(evidence)]
    held = [] if start is None or start.pid != stage.bot.pid else await still_held(stage, start)
    found = [*held, *judge(evidence)]
    return [*found, *await ask_quotas(stage, evidence.caps), *await press_all(stage)]


def _restless(stage: Stage) -> list[Finding]:
    try:
        jobs = rows(stage.bot.database)
    except sqlite3.Error as error:
        return [Finding("I7", f"the database cannot be read: {error}")]
    since = born_at(stage) or math.inf
    waiting = [
        Finding("answer", f"{one.kind.name} {one.id} still waits for an answer")
        for one in stage.discord.interactions.values()
        if (one.answered_at is None and not one.failed) or _is_promised(one, since)
    ]
    return [_unended(row) for row in jobs if not row.is_over] + waiting + _left_files(stage)


def _is_promised(one: Interaction, since: float) -> bool:
    """Tell whether the present life has promised an answer and not given it yet."""
    message = one.message
    if message is None or message.deleted or not message.loading or one.revoked:
        return False
    world = one.channel.world
    return (one.answered_at or 0.0) >= since and world.now() < one.sent_at + world.token_life


def _unended(row: Row) -> Finding:
    what = "is not told of" if row.state == "delivered" else "has not come to its end"
    return Finding("I4", f"job {row.id} of {row.owner_id} {what}: it is {row.state}")


def _left_files(stage: Stage) -> list[Finding]:
    folder = stage.bot.media
    left = sorted(path.name for path in folder.glob("*")) if folder.is_dir() else []
    return [Finding("I9", f"files are left in the media folder: {left}")] if left else []
