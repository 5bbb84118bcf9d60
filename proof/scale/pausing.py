"""A worker that is stopped for longer than the bound, at each point of a job's life, and goes on later.

Another has taken its job over by then. Nothing may happen twice, and Discord has forgotten every nonce.
"""

import asyncio
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg

from bot.sandbox.stage import BotProcess
from proof.judging.evidence import Finding
from proof.scale.crowd import Crowd, Part, crowd, gateways
from proof.scale.halting import PLACES, Phase

TAKEOVER: Final = 3.0
POINTS: Final = [(place, phase) for place in PLACES for phase in Phase]
_WITHIN: Final = 60.0  # seconds
_AFTERWARDS: Final = 2.0
"""Seconds in which whoever goes on may do harm."""


@dataclass(frozen=True, slots=True)
class Paused:
    """What came of one pause."""

    place: str
    phase: Phase
    taken_over: float
    """Seconds from the stop until the job was over without the one that was stopped."""
    ended: str
    findings: tuple[Finding, ...]


async def pausing(folder: Path, points: Sequence[tuple[str, Phase]], *, forgets: bool = True) -> list[Paused]:
    """Stop a worker at each of these points. `forgets`: Discord knows no nonce any more when it goes on."""
    settings = {"ENGINE__TAKEOVER_AFTER": str(TAKEOVER)}
    parts = [*gateways(1), *(_victim(*point) for point in points), Part("worker")]
    found: list[Paused] = []
    async with crowd(folder, parts, settings=settings) as here:
        gateway, *victims, other = here.processes
        await here.start([gateway])
        for number, (victim, point) in enumerate(zip(victims, points, strict=True)):
            found.append(await _one(here, victim, other, number, point, forgets=forgets))
        return found


def _victim(place: str, phase: Phase) -> Part:
    return Part("worker", program=("-m", "proof.scale.halting", place, phase.value))


async def _one(
    here: Crowd,
    victim: BotProcess,
    other: BotProcess,
    number: int,
    point: tuple[str, Phase],
    *,
    forgets: bool,
) -> Paused:
    await here.start([victim])
    await here.ask(number)
    await _until_stopped(victim)
    # To all others it is dead.
    here.kills += 1
    stopped_at = time.monotonic()
    await here.start([other])
    late = await here.rest(_WITHIN)
    taken_over = time.monotonic() - stopped_at
    if forgets:
        here.stage.discord.forget_nonces()
    victim.send(signal.SIGCONT)
    await asyncio.sleep(_AFTERWARDS)
    # What the one who goes on knows late may bring a job out of its doubt.
    late += await here.rest(_WITHIN)
    findings = (*late, *here.judged())
    for process in (victim, other):
        await process.terminate()
    return Paused(*point, taken_over, _last_state(here.url), findings)


async def _until_stopped(process: BotProcess) -> None:
    """Wait until the process has stopped itself (proc(5): the state is the third word, T)."""
    async with asyncio.timeout(_WITHIN):
        while not _is_stopped(process.pid):  # noqa: ASYNC110 (a process that is stopped rings no bell)
            await asyncio.sleep(0.02)


def _is_stopped(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] == "T"


def _last_state(url: str) -> str:
    with psycopg.connect(url) as session:
        query = "SELECT state FROM jobs ORDER BY accepted_at DESC LIMIT 1"
        ((state,),) = session.execute(query).fetchall()
        return str(state)
