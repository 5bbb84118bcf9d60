"""One run of the campaign: a script is played, everything is healed, and the run is judged."""

import asyncio
import time
from collections import Counter
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from proof.campaign.forked import Nursery
from proof.campaign.ground import Ground, open_ground
from proof.campaign.script import Script
from proof.campaign.shelf import Shelf
from proof.judging.evidence import Finding
from proof.judging.judge import at_rest, verdict
from proof.judging.ledgers import rows

if TYPE_CHECKING:
    from proof.scale.databases import Databases

REST_WITHIN: Final = 60.0
"""Real seconds from the healing of everything until every job is over: three of the longest back-offs."""
_PLAY_WITHIN: Final = 60.0
_GO_ON_WITHIN: Final = 6.0
"""Real seconds that what is under way when the last member is done may still meet misfortunes."""
_JUDGED_WITHIN: Final = 20.0
_RUN_WITHIN: Final = 240.0
"""Real seconds; longer than all the waits together, so what takes longer is stuck."""
_LOG_END: Final = 4000
_BEAT: Final = 0.05  # seconds
_QUESTION_ENDS: Final = 700.0
"""Seconds after which a question about a picture's shape is no longer open."""
_QUIET_LOOKS: Final = 5
"""So many looks in a row must find rest: an event that was sent again may still be on its way."""
_LOOK_AGAIN: Final = 1.0
"""Real seconds after which those who were asked something are reminded to answer."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a run."""

    seed: int
    findings: tuple[str, ...]
    scripted: Counter[str]
    """Of each kind of misfortune, how many were to happen."""
    fired: Counter[str]
    """How many did."""
    done: Counter[str]
    """What members did, and what had to be passed over."""
    jobs: Counter[str]
    """By how they ended."""
    codes: tuple[int, ...]
    """How the lives ended."""
    seconds: float
    stall: float
    """The longest that this process was kept from running: what a busy machine does to a run."""
    log: str = field(repr=False, default="")
    """The end of the bot's log."""


def run(
    script: Script, folder: Path, nursery: Nursery, shelf: Path, databases: "Databases | None" = None
) -> Outcome:
    """Play a script to its end in a folder and judge it; nothing is left running."""
    return asyncio.run(_run(open_ground(script, folder, nursery, Shelf(shelf), databases)))


async def _run(opening: AbstractAsyncContextManager[Ground]) -> Outcome:
    began = time.monotonic()
    pulse = _Pulse()
    async with opening as ground:
        beating = asyncio.create_task(pulse.beat())
        jobs = Counter[str]()
        async with asyncio.timeout(_RUN_WITHIN):
            findings = await _played(ground, jobs)
        beating.cancel()
        return Outcome(
            seed=ground.script.seed,
            findings=tuple(str(finding) for finding in findings),
            scripted=ground.scripted(),
            fired=ground.fired(),
            done=ground.company.done,
            jobs=jobs,
            codes=tuple(ground.lives.codes),
            seconds=time.monotonic() - began,
            stall=pulse.longest,
            log=ground.stage.bot.log[-_LOG_END:],
        )


async def _played(ground: Ground, jobs: Counter[str]) -> list[Finding]:
    lives, world = ground.lives, ground.world
    keeping = asyncio.create_task(lives.keep())
    try:
        await lives.ready()
        with suppress(TimeoutError):
            async with asyncio.timeout(_PLAY_WITHIN):
                await ground.company.play(ground.parts)
        await at_rest(ground.stage, _GO_ON_WITHIN)
        await world.settle()
        world.heal()
        await _rest(ground)
        # Whoever may still be killed cannot be judged.
        await lives.calm()
        jobs.update(row.state for row in rows(ground.stage.bot.database))
        found = await verdict(ground.evidence(), within=_JUDGED_WITHIN, start=lives.weight)
    finally:
        keeping.cancel()
        await asyncio.wait([keeping])
    lives.note_disk()
    return [*world.findings, *lives.findings, *found]


async def _rest(ground: Ground) -> None:
    """Wait until all is over, through as many deaths as are still to come; the judge says if it is not."""
    until = time.monotonic() + REST_WITHIN
    quiet, has_slept = 0, False
    while time.monotonic() < until and quiet < _QUIET_LOOKS:
        restless = await at_rest(ground.stage, _LOOK_AGAIN)
        quiet = 0 if restless else quiet + 1
        if restless and not await ground.company.answer_questions() and not has_slept:
            # Where a channel is gone, its questions can only be left to time.
            has_slept = True
            await ground.lives.leave_for(_QUESTION_ENDS)
        await asyncio.sleep(_BEAT)


class _Pulse:
    """Beats, and notes how late it came to that."""

    def __init__(self) -> None:
        self.longest = 0.0

    async def beat(self) -> None:
        """Beat until cancelled."""
        while True:
            began = time.monotonic()
            await asyncio.sleep(_BEAT)
            self.longest = max(self.longest, time.monotonic() - began - _BEAT)
