"""Processes each of which has a way of its own to the one database, and a random way cut every few seconds.

Some for longer than others wait before they take over, so that who is cut off and who has taken over live at
the same time; and here and there what is sent comes late, or the answer to a COMMIT is lost, or the COMMIT.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

from proof.scale.crowd import Crowd, crowd, gateways, workers
from proof.scale.disturbing import HURRIED, TAKEOVER, Disturbed, disturbed
from proof.scale.proxy import Loss, Proxy

_SHORT: Final = 0.3  # seconds
_LONG: Final = TAKEOVER * 1.5  # seconds


@dataclass(slots=True)
class Cuts:
    """What happened to the ways."""

    short: int = 0
    long: int = 0
    late: int = 0
    losses: int = 0


async def cutting(
    folder: Path, *, seed: int, seconds: float = 40.0, every: float = 3.0
) -> tuple[Cuts, Disturbed]:
    """Play it and judge it; the first long cut is a worker's."""
    cuts = Cuts()
    async with crowd(folder, [*gateways(2), *workers(2)], settings=HURRIED, apart=True) as here:
        done = await disturbed(here, _cut(here, Random(seed), seconds, every, cuts))
        return cuts, done


async def _cut(here: Crowd, chance: Random, seconds: float, every: float, cuts: Cuts) -> None:
    until = time.monotonic() + seconds
    async with asyncio.TaskGroup() as mending:
        mending.create_task(_meanwhile(here.ways[-1], here.ways[-1].cut, _LONG))
        cuts.long += 1
        while time.monotonic() < until:
            await asyncio.sleep(every * (0.5 + chance.random()))
            way = chance.choice(here.ways)
            match chance.randrange(4):
                case 0:
                    way.losses.append(chance.choice(list(Loss)))
                    cuts.losses += 1
                case 1:
                    mending.create_task(_meanwhile(way, way.cut, _SHORT))
                    cuts.short += 1
                case 2:
                    mending.create_task(_meanwhile(way, way.hold_back, _LONG * chance.random()))
                    cuts.late += 1
                case _:
                    mending.create_task(_meanwhile(way, way.cut, _LONG))
                    cuts.long += 1


async def _meanwhile(way: Proxy, misfortune: Callable[[], None], seconds: float) -> None:
    misfortune()
    await asyncio.sleep(seconds)
    way.mend()
