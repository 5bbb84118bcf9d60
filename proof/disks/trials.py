"""Trials of the disk: one play each, with one sync of the database that fails, or at which the power is lost.

Owns what is tried and how a trial is played; whether it went well is the judge's to say.
"""

import asyncio
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from random import Random
from typing import Final

from bot.sandbox.runcomfy import Pace, RunComfy, Studio
from bot.sandbox.stage import Begin, executed, stage
from proof.crashes.scene import LONG, Scene
from proof.disks.power import lose_power
from proof.inside.disk import RECORD, SYNC_SEAM, Line, Outcome, Record
from proof.inside.orders import NAME, Orders, Phase, Point
from proof.judging.evidence import Evidence, Finding
from proof.judging.judge import verdict

VICTIM: Final = ("-m", "proof.inside.victim")
_PACE: Final = Pace(queue=0.05, work=0.1)
_LOOKS: Final = {"RUNCOMFY__LOOK_MIN": "0.5", "RUNCOMFY__LOOK_MAX": "3"}
_MISHAPS: Final = frozenset({Outcome.FAILED, Outcome.ENDED})


class Mishap(StrEnum):
    """What happens at a sync."""

    FAILS = "fails"
    STAYS_BROKEN = "fails, and nothing reaches the disk any more"
    POWER_BEFORE = "is never done: the power is lost"
    POWER_TORN = "is never done: the power is lost, and leaves any part of what was written"
    POWER_AFTER = "is the last that is done: the power is lost"


_PHASES: Final = {
    Mishap.POWER_BEFORE: Phase.BEFORE,
    Mishap.POWER_TORN: Phase.BEFORE,
    Mishap.POWER_AFTER: Phase.AFTER,
}


@dataclass(frozen=True, slots=True)
class Trial:
    """What happens at which sync of the first life; 1 is the first."""

    mishap: Mishap
    nth: int

    def __str__(self) -> str:
        return f"sync {self.nth} {self.mishap}"

    @property
    def chance(self) -> Random | None:
        """What decides what is left of that which was not synced."""
        return Random(self.nth) if self.mishap is Mishap.POWER_TORN else None

    @property
    def orders(self) -> Orders:
        """What the first life is told."""
        if phase := _PHASES.get(self.mishap):
            return Orders(kill_at=Point(seam=SYNC_SEAM, phase=phase, nth=self.nth))
        return Orders(sync_fails_at=self.nth, disk_stays_broken=self.mishap is Mishap.STAYS_BROKEN)


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a trial went."""

    trial: Trial
    code: int
    """Of the first life's end."""
    seen: Line | None
    """The mishap, as the disk has noted it."""
    findings: list[Finding] = field(default_factory=list[Finding])

    @property
    def is_well(self) -> bool:
        """Tell whether it happened, and all is well."""
        return self.seen is not None and not self.findings


async def tried(
    trial: Trial, folder: Path, program: tuple[str, ...] = VICTIM, begin: Begin = executed
) -> Verdict:
    """Play the trial in an empty folder; a second life, on a disk that is well, brings it to its end.

    `program` is what Python runs as the bot, with the file of orders behind it, and `begin` how.
    """
    path, platter, history = folder / NAME, folder / "platter", folder / "history"
    orders = trial.orders.model_copy(update={"platter": platter, "history": history})
    orders.give(path)
    runcomfy = RunComfy(studio=Studio(quick=True), pace=_PACE)
    ran = (*program, str(path))
    async with stage(folder, runcomfy=runcomfy, settings=_LOOKS, program=ran, begin=begin) as opened:
        play = Scene(opened, path, orders)
        code = await _first_life(play)
        seen = next((line for line in Record(folder / RECORD).lines() if line.outcome in _MISHAPS), None)
        if trial.mishap in _PHASES:
            lose_power(opened.bot.database, platter, trial.chance)
        findings = await _second_life(play)
        return Verdict(trial, code, seen, findings)


async def _first_life(play: Scene) -> int:
    """Play until the bot has ended, by itself or at the end of the play; return its exit code."""
    play.tell(play.orders)
    await play.bot.start()
    acting, ending = asyncio.create_task(_act(play)), asyncio.create_task(play.bot.ended())
    await asyncio.wait({acting, ending}, return_when=asyncio.FIRST_COMPLETED)
    if not ending.done():
        acting.result()
        await play.bot.terminate()
    acting.cancel()
    await asyncio.wait({acting})
    return await ending


async def _act(play: Scene) -> None:
    """One job that is delivered, and one that is cancelled."""
    await play.discord.bell.until(
        lambda: True if play.discord.gateway.identified else None, timeout=LONG, what="the bot"
    )
    await play.discord.ready(LONG)
    await play.done(await play.animate())
    card = await play.queued()
    await play.press(card, "Cancel")
    await play.says(card, "Cancelled")
    await play.rest()


async def _second_life(play: Scene) -> list[Finding]:
    play.heal()
    await play.start(plain=True)
    if not play.discord.interactions:
        # Nothing had been asked yet.
        await play.done(await play.animate())
    evidence = Evidence(stage=play.stage, kills=1, history=play.orders.history)
    return await verdict(evidence, within=LONG)
