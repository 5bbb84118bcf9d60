"""The sweep: a path is played once to see by which seams it comes, then once for each point to be killed at.

A run plays until the process dies by its own hand, begins a life without orders, lets it finish, and has the
judge look. Prints nothing and decides nothing about what is swept.
"""

import asyncio
import signal
import time
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path as Folder
from typing import Final

from bot.sandbox.stage import Begin, executed
from proof.crashes.paths import Path
from proof.crashes.scene import Scene, scene
from proof.disks.power import lose_power
from proof.inside.commits import is_durable
from proof.inside.crossings import ANY, Line, What, read_trace
from proof.inside.orders import Orders, Phase, Point
from proof.judging.evidence import Caps, Evidence, Finding
from proof.judging.judge import verdict

REST_WITHIN: Final = 60.0
"""Seconds of real time until every job is over and told; it takes one or two."""
_SIGKILL: Final = -signal.SIGKILL
TRACE, HISTORY, PLATTER = "trace", "history", "platter"


@dataclass(frozen=True, slots=True)
class Visited:
    """What a path was seen to come by when nobody disturbed it."""

    path: Path
    lines: Sequence[Line]
    findings: Sequence[Finding]
    seconds: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one run."""

    path: Path
    point: Point
    died: bool
    """Whether the process died by SIGKILL at just that point."""
    findings: Sequence[Finding]
    seconds: float
    folder: Folder
    """Where all that it left lies."""

    @property
    def is_good(self) -> bool:
        """Whether the kill fired and the judge has found nothing."""
        return self.died and not self.findings


async def visit(path: Path, folder: Folder, begin: Begin = executed) -> Visited:
    """Play a path to its end and see by which seams it comes; it is judged as well."""
    began = time.monotonic()
    orders = Orders(trace=folder / TRACE, history=folder / HISTORY)
    async with scene(folder, orders, path.settings, begin) as here:
        await path.act(here)
        await here.rest()
        # The judge presses every button; what comes of that is no part of the path.
        lines = read_trace(folder / TRACE)
        findings = await _judged(here, path, kills=path.kills)
    return Visited(path, lines, findings, time.monotonic() - began)


@dataclass(slots=True)
class Run:
    """One run: a path that is cut short at a point."""

    path: Path
    point: Point
    folder: Folder
    power_lost: bool = False
    """Whether what was written and not synced is lost with the process."""
    begin: Begin = executed
    """How its lives do."""
    _trouble: list[Finding] = field(default_factory=list[Finding])

    async def verdict(self) -> Verdict:
        """Play it and return what came of it; the folder is left as it is."""
        began, died = time.monotonic(), False
        findings = self._trouble
        try:
            async with scene(self.folder, self._orders(), self.path.settings, self.begin) as here:
                died = await self._play_until_death(here)
                if died:
                    findings = [*findings, *await self._revive(here)]
        except (TimeoutError, OSError) as error:
            findings = [*findings, Finding("run", f"it could not be played to its end: {error!r}")]
        return Verdict(self.path, self.point, died, findings, time.monotonic() - began, self.folder)

    def _orders(self) -> Orders:
        return Orders(
            kill_at=self.point,
            trace=self.folder / TRACE,
            history=self.folder / HISTORY,
            platter=self.folder / PLATTER if self.power_lost else None,
        )

    async def _play_until_death(self, here: Scene) -> bool:
        """Return whether the life ended at the point; a path that comes to its end was not cut short."""
        acting = asyncio.create_task(self.path.act(here))
        dying = asyncio.create_task(here.death())
        try:
            await asyncio.wait({acting, dying}, return_when=asyncio.FIRST_COMPLETED)
            # What a path waits for may come just before the point.
            with suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(dying), 5.0 if acting.done() else None)
        finally:
            acting.cancel()
            dying.cancel()
            outcomes = await asyncio.gather(acting, dying, return_exceptions=True)
        if isinstance(outcomes[0], Exception):
            self._trouble.append(Finding("path", f"the path itself has failed: {outcomes[0]!r}"))
        return outcomes[1] == _SIGKILL and self._was_ours()

    def _was_ours(self) -> bool:
        killed = [line for line in read_trace(self.folder / TRACE) if line.what is What.KILLED]
        phases = [line.phase for line in killed]
        is_there = self.point.seam == ANY or [(one.seam, one.nth) for one in killed] == [
            (self.point.seam, self.point.nth)
        ]
        return phases == [self.point.phase] and is_there

    async def _revive(self, here: Scene) -> list[Finding]:
        if self.power_lost:
            lose_power(here.bot.database, self.folder / PLATTER)
        here.heal()
        await here.start(plain=True)
        for question in here.questions("delete-sure"):
            # What its owner had been about to do, or had done without hearing of it.
            await here.press(question, "Delete for everyone")
            await question.wait_for(lambda message: not message.buttons, REST_WITHIN)
        async with _answering(here):
            return await _judged(here, self.path, kills=self.path.kills + 1)


async def _judged(here: Scene, path: Path, kills: int) -> list[Finding]:
    evidence = Evidence(
        stage=here.stage,
        kills=kills,
        lost_answers=path.lost_answers,
        caps=Caps(active=int(path.settings.get("QUOTA__MAX_ACTIVE_JOBS", Caps().active))),
        history=here.orders.history,
        closed=frozenset({here.channel.id}) if here.channel.gone else frozenset(),
        unpingable=frozenset(member.id for member in here.discord.members.values() if not member.accepts_dms),
        forgiven=path.forgiven,
    )
    return await verdict(evidence, within=REST_WITHIN)


@asynccontextmanager
async def _answering(here: Scene) -> AsyncGenerator[None]:
    """Have ana answer every question about a picture's shape, as she would have done."""

    async def answer() -> None:
        answered = set[int]()
        while True:
            for question in here.questions("crop"):
                if question.id not in answered:
                    answered.add(question.id)
                    await here.press(question, "Crop to the middle")
            await asyncio.sleep(0.05)

    answering = asyncio.create_task(answer())
    try:
        yield
    finally:
        answering.cancel()
        await asyncio.wait([answering])


@dataclass(frozen=True, slots=True)
class Plan:
    """A point to be killed at, and the paths on which it is met, the first of them first."""

    point: Point
    paths: Sequence[Path]


def planned(visited: Iterable[Visited]) -> list[Plan]:
    """Return every point once: what leaves in the same way from the same state is swept on one path."""
    paths: dict[str, list[Path]] = {}
    heard: set[str] = set()
    for one in visited:
        for line in one.lines:
            if line.what is What.CROSSED and one.path not in paths.setdefault(line.seam, []):
                paths[line.seam].append(one.path)
            if line.what is What.RETURNED:
                heard.add(line.seam)
    return [
        Plan(Point(seam=seam, phase=phase), met)
        for seam, met in paths.items()
        for phase in _phases(seam, is_heard=seam in heard)
    ]


def _phases(seam: str, *, is_heard: bool) -> list[Phase]:
    phases = [Phase.BEFORE, Phase.DURING, Phase.LOST, *([Phase.AFTER] if is_heard else [])]
    # A statement without a transaction around it is one thing to whoever watches it from here.
    is_alone = is_durable(seam.rpartition(": ")[2]) and not seam.endswith(": COMMIT")
    return [phase for phase in phases if phase is not Phase.DURING or not is_alone]
