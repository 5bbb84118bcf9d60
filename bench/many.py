"""Ten thousand jobs at RunComfy in one process: what each costs in memory, and how late the loop gets.

Both sides are processes of their own that watch their own loop, before an API that says "in progress" and
nothing else. The naive one has a task for each job, which looks every two seconds.
"""

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any, Final

from bench.in_progress import Api
from bench.load import percentile
from bench.open_jobs import RUNNING, fill
from bench.programs import ROOT
from bench.report import Part, Row, figure_at_most

JOBS: Final = 10_000
FEW: Final = 100
SECONDS: Final = 4.0
LOOKS_PER_SECOND: Final = 400
"""Twenty times what a bot may by default; after a start, half of it goes to the jobs that were found."""
ENDS_WITHIN: Final = 60.0  # seconds


@dataclass(frozen=True, slots=True)
class Seen:
    """What a process told of itself, and how many looks arrived meanwhile."""

    lags: list[float]
    resident: float
    tasks: int
    written: int
    cpu: float
    looks: int


async def measure(rounds: int, jobs: int = JOBS, seconds: float = SECONDS) -> Part:
    """Measure both sides in turn, with few jobs and with many."""
    ours, few, naive, few_naive = list[Seen](), list[Seen](), list[Seen](), list[Seen]()
    for _ in range(rounds):
        few.append(await our_side(FEW, seconds))
        ours.append(await our_side(jobs, seconds))
        few_naive.append(await naive_side(FEW, seconds))
        naive.append(await naive_side(jobs, seconds))
    many = f"{jobs:,} jobs"
    return Part(
        (
            Row(
                f"memory a job, {many}",
                _each(ours, few, jobs),
                _each(naive, few_naive, jobs),
                "{:.2f} kB",
                "naive",
                figure_at_most(0.5, "{:.1f} kB"),
            ),
            _lag_row(f"loop late p99, {many}", ours, naive, 0.99, 10),
            _lag_row(f"loop late at worst, {many}", ours, naive, 1.0, 100),
        ),
        _notes(ours, naive, many),
    )


async def our_side(jobs: int, seconds: float) -> Seen:
    """Have the bot's own engine follow so many jobs."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "zoetrope.db"
        await asyncio.to_thread(fill, path, jobs, RUNNING, datetime.now(UTC))
        async with Api().served() as api:
            settings = settings_for(path, api, jobs)
            return await _seen(api, ["ours", "--seconds", str(seconds)], settings)


async def naive_side(jobs: int, seconds: float) -> Seen:
    """Have a task follow each of so many jobs."""
    async with Api().served() as api:
        more = ["naive", "--seconds", str(seconds), "--jobs", str(jobs), "--url", api.url]
        return await _seen(api, more, {})


def settings_for(database: Path, api: Api, jobs: int) -> dict[str, str]:
    """Return the environment of a bot that follows so many jobs there."""
    settings = {
        "DISCORD__TOKEN": "none",
        "RUNCOMFY__TOKEN": "none",
        "RUNCOMFY__API_URL": api.url,
        "RUNCOMFY__MAX_IN_FLIGHT": str(jobs),
        "RUNCOMFY__CALLS_PER_SECOND": str(LOOKS_PER_SECOND),
        "STORAGE__URL": f"sqlite:///{database}",
    }
    return {f"ZOETROPE_{name}": value for name, value in settings.items()}


async def _seen(api: Api, arguments: list[str], environment: dict[str, str]) -> Seen:
    told = await told_by("bench.many_program", arguments, environment)
    assert api.looks, "nobody looked"
    return Seen(**told, looks=api.looks)


async def told_by(module: str, arguments: Sequence[str], environment: Mapping[str, str]) -> dict[str, Any]:
    """Run a program of this package to its end, and return what it tells of itself."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("ZOETROPE_")}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        *arguments,
        cwd=ROOT,
        env={**inherited, **environment},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(ENDS_WITHIN):
            said, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return json.loads(said)


def _each(many: list[Seen], few: list[Seen], jobs: int) -> tuple[float, ...]:
    """Return the kB that each job more has taken, by rounds."""
    return tuple(
        1000 * (most.resident - least.resident) / (jobs - FEW) for most, least in zip(many, few, strict=True)
    )


def _lag_row(what: str, ours: list[Seen], naive: list[Seen], share: float, bound: float) -> Row:
    def late(seen: list[Seen]) -> tuple[float, ...]:
        return tuple(1000 * percentile(each.lags, share) for each in seen)

    return Row(what, late(ours), late(naive), "{:.1f} ms", "naive", figure_at_most(bound, "{:.0f} ms"))


def _notes(ours: list[Seen], naive: list[Seen], many: str) -> tuple[str, ...]:
    def middle(seen: list[Seen], figure: str) -> float:
        return median(getattr(each, figure) for each in seen)

    return (
        (
            f"With {many}, tasks at once: ours {middle(ours, 'tasks'):g}, "
            f"naive bot {middle(naive, 'tasks'):g}; "
            f"processor time: ours {middle(ours, 'cpu'):.0%}, naive bot {middle(naive, 'cpu'):.0%}."
        ),
        (
            f"Looks in all rounds: ours {sum(each.looks for each in ours)} "
            f"(bounded by {LOOKS_PER_SECOND} calls a second), naive bot {sum(each.looks for each in naive)}; "
            f"bytes that ours wrote to its log meanwhile: {sum(each.written for each in ours)}."
        ),
    )
