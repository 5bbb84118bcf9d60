"""Members who ask while something happens to the processes; then all comes to rest, and is judged."""

import asyncio
import time
from collections import Counter
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, Final

import psycopg

from bot.sandbox.discord import Interaction
from proof.judging.evidence import Finding
from proof.scale.crowd import Crowd

TAKEOVER: Final = 6.0
"""Seconds after which the jobs of a process that is silent are with others, in these plays."""
HURRIED: Final = {"ENGINE__TAKEOVER_AFTER": str(TAKEOVER), "ENGINE__SUBMITS_AT_A_TIME": "8"}
"""Settings of the crowd."""

_REST_WITHIN: Final = 120.0  # seconds
_ASKING: Final = 0.25  # seconds between two wishes
_PATIENCE: Final = 3.0  # seconds, as Discord has it


@dataclass(frozen=True, slots=True)
class Disturbed:
    """What came of it."""

    findings: tuple[Finding, ...]
    jobs: Counter[str]
    """By the state in which they ended."""
    submits: int
    seconds: float


async def disturbed(here: Crowd, misfortunes: Coroutine[Any, Any, None]) -> Disturbed:
    """Start the crowd, have members ask while it is disturbed, and judge it."""
    began = time.monotonic()
    await here.start()
    asked: list[Interaction] = []
    asking = asyncio.create_task(_ask(here, asked))
    try:
        await misfortunes
    finally:
        asking.cancel()
        await asyncio.wait([asking])
    # Whose gateway was down goes unheard; everybody else waits for so long.
    await asyncio.gather(*(one.answered(_PATIENCE) for one in asked), return_exceptions=True)
    late = await here.rest(_REST_WITHIN)
    return Disturbed(
        findings=(*late, *here.judged()),
        jobs=_ends(here.url),
        submits=len(here.stage.runcomfy.submits),
        seconds=time.monotonic() - began,
    )


async def _ask(here: Crowd, asked: list[Interaction]) -> None:
    while True:
        asked.append(await here.ask(len(asked)))
        await asyncio.sleep(_ASKING)


def _ends(url: str) -> Counter[str]:
    with psycopg.connect(url) as session:
        return Counter(state for (state,) in session.execute("SELECT state FROM jobs"))
