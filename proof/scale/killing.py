"""Processes on one database under load, a random one killed every few seconds, and the database restarted.

Nothing may be lost and nothing happen twice, by the judge of the three ledgers.
"""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random

from proof.scale.crowd import Crowd, Part, crowd, gateways, workers
from proof.scale.disturbing import HURRIED, Disturbed, disturbed


async def killing(
    folder: Path,
    *,
    seed: int,
    seconds: float = 40.0,
    every: float = 3.0,
    parts: Sequence[Part] | None = None,
    restarts: bool = True,
) -> tuple[int, Disturbed]:
    """Play it and judge it; return how many were killed too."""
    chosen = [*gateways(2), *workers(2)] if parts is None else parts
    async with crowd(folder, chosen, settings=HURRIED) as here:
        done = await disturbed(here, _kill(here, Random(seed), seconds, every, restarts=restarts))
        return here.kills, done


async def _kill(here: Crowd, chance: Random, seconds: float, every: float, *, restarts: bool) -> None:
    until = time.monotonic() + seconds
    restart_at = until - seconds / 2 if restarts else until
    while time.monotonic() < until:
        await asyncio.sleep(every * (0.5 + chance.random()))
        if restarts and time.monotonic() > restart_at:
            restarts = False
            await asyncio.to_thread(here.database.restart)
            continue
        await here.kill(chance.choice(list(here.processes)))
