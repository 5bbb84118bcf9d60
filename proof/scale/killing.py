"""Processes on one database under load, a random one killed every few seconds, and the database restarted.

Nothing may be lost and nothing happen twice, by the judge of the three ledgers.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

import psycopg

from proof.judging.evidence import Finding
from proof.scale.crowd import Crowd, Part, crowd, gateways, workers

TAKEOVER: Final = 6.0
_REST_WITHIN: Final = 120.0  # seconds
_ASKING: Final = 0.25  # seconds between two wishes


@dataclass(frozen=True, slots=True)
class Killed:
    """What came of it."""

    findings: tuple[Finding, ...]
    kills: int
    jobs: Counter[str]
    submits: int
    seconds: float


async def killing(
    folder: Path,
    *,
    seed: int,
    seconds: float = 40.0,
    every: float = 3.0,
    parts: Sequence[Part] | None = None,
    restarts: bool = True,
) -> Killed:
    """Play it and judge it."""
    chosen = [*gateways(2), *workers(2)] if parts is None else parts
    settings = {"ENGINE__TAKEOVER_AFTER": str(TAKEOVER), "ENGINE__SUBMITS_AT_A_TIME": "8"}
    began = time.monotonic()
    async with crowd(folder, chosen, settings=settings) as here:
        await here.start()
        asking = asyncio.create_task(_ask(here))
        disturbing = asyncio.create_task(_disturb(here, Random(seed), seconds, every, restarts=restarts))
        try:
            await disturbing
        finally:
            asking.cancel()
            await asyncio.wait([asking])
        late = await here.rest(_REST_WITHIN)
        found = [*late, *here.judged()]
        return Killed(
            findings=tuple(found),
            kills=here.kills,
            jobs=_ends(here.url),
            submits=len(here.stage.runcomfy.submits),
            seconds=time.monotonic() - began,
        )


async def _ask(here: Crowd) -> None:
    number = 0
    while True:
        await here.ask(number)
        number += 1
        await asyncio.sleep(_ASKING)


async def _disturb(here: Crowd, chance: Random, seconds: float, every: float, *, restarts: bool) -> None:
    until = time.monotonic() + seconds
    restart_at = until - seconds / 2 if restarts else until
    while time.monotonic() < until:
        await asyncio.sleep(every * (0.5 + chance.random()))
        if restarts and time.monotonic() > restart_at:
            restarts = False
            await asyncio.to_thread(here.database.restart)
            continue
        await here.kill(chance.choice(list(here.processes)))


def _ends(url: str) -> Counter[str]:
    with psycopg.connect(url) as session:
        return Counter(state for (state,) in session.execute("SELECT state FROM jobs"))
