"""How soon a finished job is noticed and posted, with a thousand under way, and how many calls that takes.

A round is a stretch of the same life; those of ours and of the naive bot see the same jobs end.
"""

import asyncio
import random
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Final

from bench import crowd
from bench.acknowledge import MEMBERS
from bench.crowd import CALLS_PER_SECOND, Remaining, Scene, Side
from bench.load import percentile
from bench.report import Part, Row, figure_at_most
from bot.sandbox.discord import Interaction
from bot.sandbox.runcomfy import Studio

JOBS: Final = 1150
WINDOW: Final = 9.0  # seconds
# Before the first window: a start looks at all jobs.
SETTLES: Final = 10.0
_SENT_WITHIN: Final = 90.0
# What ended in the last window is waited for so long.
_POSTED_WITHIN: Final = 60.0
_TYPED_PER_SECOND: Final = 80


@dataclass(slots=True)
class Window:
    """What was seen of the jobs that ended in it, in seconds, and the calls in each second."""

    noticed: list[float] = field(default_factory=list[float])
    posted: list[float] = field(default_factory=list[float])
    calls: Counter[int] = field(default_factory=Counter[int])


@dataclass(frozen=True, slots=True)
class Plan:
    """So many windows of so many seconds, and the seconds before them."""

    rounds: int
    seconds: float
    settles: float


@dataclass(frozen=True, slots=True)
class Stretch:
    """The time that is watched: windows of so many seconds, one after the other."""

    first: datetime
    seconds: float
    windows: tuple[Window, ...]

    def at(self, moment: datetime) -> Window | None:
        """Return the window that it falls into."""
        number = int((moment - self.first) / timedelta(seconds=self.seconds))
        return self.windows[number] if self.first <= moment and number < len(self.windows) else None


async def measure(rounds: int, jobs: int = JOBS, seconds: float = WINDOW, settles: float = SETTLES) -> Part:
    """Measure both sides in turn, each for so many windows of so many seconds, after some that settle it."""
    crowded = crowd.under_way(jobs, random.Random(1))
    with tempfile.TemporaryDirectory() as folder:
        film = Path(folder) / "film.mp4"
        await Studio().make_heavy(film, seconds=2, width=320, height=180, bitrate=200_000)
        sides: tuple[Side, Side] = crowd.ours, crowd.naive
        ours, naive = [await _play(side, film, crowded, Plan(rounds, seconds, settles)) for side in sides]
    rows = tuple(
        _row(f"{kind} {label}, 1,000 jobs", _delays(ours, kind, share), _delays(naive, kind, share), bound)
        for kind, bounds in (("noticed", (None, None)), ("posted", (1.5, 4)))
        for (label, share), bound in zip((("p50", 0.5), ("p95", 0.95)), bounds, strict=True)
    )
    return Part(
        rows,
        (_seen(ours, jobs, seconds), f"The naive bot {_calls(naive, seconds)}."),
        series={"delay": _all("ours", ours) | _all("naive", naive)},
    )


def _all(side: str, windows: Sequence[Window]) -> dict[str, list[float]]:
    return {
        f"{kind}, {side}": [delay for window in windows for delay in getattr(window, kind)]
        for kind in ("noticed", "posted")
    }


def _seen(ours: Sequence[Window], jobs: int, seconds: float) -> str:
    ended = sum(len(window.posted) for window in ours)
    return (
        f"Of {jobs} jobs under way, {ended} ended in {len(ours)} windows of {seconds:g} s; ours, with looks "
        f"{crowd.SHORTEST} to {crowd.LONGEST} s apart and {CALLS_PER_SECOND} calls a second allowed, "
        f"{_calls(ours, seconds)}."
    )


def _calls(windows: Sequence[Window], seconds: float) -> str:
    usual = median(window.calls.total() / seconds for window in windows)
    most = max(max(window.calls.values()) for window in windows)
    return f"made {usual:.0f} calls a second, {most} at most"


async def _play(side: Side, film: Path, jobs: Sequence[Remaining], plan: Plan) -> tuple[Window, ...]:
    """Have all jobs sent, let them end when their time has come, and return what was seen in each window."""
    async with side(film) as scene:
        typed = await _type(scene, jobs)
        requests = await _requests(scene, len(jobs))
        now = datetime.now(UTC)
        remote = scene.runcomfy.jobs
        await scene.ripen(
            {
                request: jobs[number].age - (now - remote[request].submitted_at).total_seconds()
                for number, request in requests.items()
            }
        )
        begin = datetime.now(UTC)
        first = begin + timedelta(seconds=plan.settles)
        stretch = Stretch(first, plan.seconds, tuple(Window() for _ in range(plan.rounds)))
        until = plan.settles + plan.rounds * plan.seconds
        ends = sorted((job.left, number) for number, job in enumerate(jobs) if job.left < until)
        for left, number in ends:
            await _sleep_until(begin + timedelta(seconds=left))
            scene.runcomfy.finish(requests[number])
        await _sleep_until(begin + timedelta(seconds=until))
        await scene.discord.bell.until(
            lambda: all(_posted(scene, typed[number]) for _, number in ends) or None,
            timeout=_POSTED_WITHIN,
            what="the results",
        )
        _count_calls(scene, stretch)
        for left, number in ends:
            # A busy machine may end it later; it counts where it should have ended.
            if (window := stretch.at(begin + timedelta(seconds=left))) is not None:
                _note(scene, typed[number], requests[number], window)
        return stretch.windows


async def _sleep_until(moment: datetime) -> None:
    await asyncio.sleep(max(0.0, (moment - datetime.now(UTC)).total_seconds()))


async def _type(scene: Scene, jobs: Sequence[Remaining]) -> list[Interaction]:
    members = [scene.discord.add_member(f"member-{number}", scene.guild) for number in range(MEMBERS)]
    typed: list[Interaction] = []
    for number, job in enumerate(jobs):
        request = job.sort.request
        typed.append(
            await members[number % MEMBERS].command(
                scene.channel,
                request.command,
                checked=False,
                prompt=str(number),
                resolution=request.resolution,
                duration=request.duration,
            )
        )
        await asyncio.sleep(1 / _TYPED_PER_SECOND)
    return typed


async def _requests(scene: Scene, count: int) -> dict[int, str]:
    """Return the ids at RunComfy by the number that is the prompt, once all have been sent."""
    remote = scene.runcomfy.jobs
    await scene.runcomfy.wait_for(
        lambda: len(remote) == count and all(job.started_at for job in remote.values()), timeout=_SENT_WITHIN
    )
    return {int(str(job.body["text"])): request for request, job in remote.items()}


def _posted(scene: Scene, typed: Interaction) -> float | None:
    """Return when a file first stood in an answer, or in a reply to it, by the stand-in's clock."""
    card = typed.message
    assert card is not None
    answers = [card, *typed.followups, *scene.replies(card)]
    shown = [state.at for answer in answers for state in (*answer.revisions, answer.now) if state.attachments]
    return min(shown, default=None)


def _count_calls(scene: Scene, stretch: Stretch) -> None:
    for call in scene.runcomfy.calls:
        if call.name != "media" and (window := stretch.at(call.at)) is not None:
            window.calls[int(call.at.timestamp())] += 1


def _note(scene: Scene, typed: Interaction, request: str, window: Window) -> None:
    """Put a job that has ended into its window."""
    done = scene.runcomfy.jobs[request].finished_at
    assert done is not None
    asked = next(each.at for each in scene.runcomfy.calls if request in each.path and each.at >= done)
    posted = _posted(scene, typed)
    assert posted is not None
    window.noticed.append((asked - done).total_seconds())
    window.posted.append(posted - scene.discord.now() + (datetime.now(UTC) - done).total_seconds())


def _row(what: str, ours: tuple[float, ...], naive: tuple[float, ...], bound: float | None) -> Row:
    aim = None if bound is None else figure_at_most(bound, "{:g} s")
    return Row(what, ours, naive, "{:.2f} s", "naive, 2 s", aim)


def _delays(windows: Sequence[Window], kind: str, share: float) -> tuple[float, ...]:
    return tuple(percentile(getattr(window, kind), share) for window in windows)
