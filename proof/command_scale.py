"""`python -m proof scale`: several processes on one PostgreSQL, killed, cut off, paused and timed."""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Callable, Coroutine
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final

from proof.commands import Commands
from proof.judging.evidence import Finding
from proof.scale.claims import claims
from proof.scale.cutting import cutting
from proof.scale.killing import killing
from proof.scale.pausing import POINTS, pausing
from proof.scale.taking_over import taking_over
from proof.scale.throughput import throughput

_SLOWER: Final = 4 / 3
"""How much longer a claim may take in the longest line than in the shortest."""


def add(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("scale", help="several processes on one PostgreSQL")
    parser.add_argument("what", choices=_PLAYS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=40.0, help="of kills and cuts")
    parser.add_argument("--jobs", type=int, default=120, help="for takeover and throughput")
    parser.add_argument("--bound", type=float, default=15.0, help="engine.takeover_after, for takeover")
    parser.add_argument("--only", default="*", metavar="PATTERN", help="of the pauses: 'before post'")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Play it; 1 where something was found."""
    with tempfile.TemporaryDirectory(prefix="zoe-scale-") as folder:
        found = asyncio.run(_PLAYS[options.what](Path(folder), options))
    _say(*(found or ["nothing found"]))
    return 1 if found else 0


async def _kill(folder: Path, options: argparse.Namespace) -> list[Finding]:
    kills, done = await killing(folder, seed=options.seed, seconds=options.seconds)
    _say(f"{kills} kills, one restart of the database, {done.submits} submits, {dict(done.jobs)}")
    return list(done.findings)


async def _cut(folder: Path, options: argparse.Namespace) -> list[Finding]:
    cuts, done = await cutting(folder, seed=options.seed, seconds=options.seconds)
    _say(
        f"{cuts.long} long cuts, {cuts.short} short ones, {cuts.late} delays,"
        f" {cuts.losses} COMMITs or their answers lost; "
        f"{done.submits} submits, {dict(done.jobs)}"
    )
    return list(done.findings)


async def _pause(folder: Path, options: argparse.Namespace) -> list[Finding]:
    found: list[Finding] = []
    points = [point for point in POINTS if fnmatchcase(f"{point[1]} {point[0]}", options.only)]
    for one in await pausing(folder, points):
        _say(f"{one.phase} {one.place}: with another and over in {one.taken_over:.1f} s, {one.ended}")
        found += one.findings
    return found


async def _take_over(folder: Path, options: argparse.Namespace) -> list[Finding]:
    done = await taking_over(folder, bound=options.bound, jobs=options.jobs)
    _say(f"{done.orphans} of {done.jobs} jobs were with others in {done.seconds:.1f} s of {done.bound:.0f}")
    late = [Finding("bound", f"it took {done.seconds:.1f} s")] if done.seconds > done.bound else []
    return [*done.findings, *late]


async def _carry(folder: Path, options: argparse.Namespace) -> list[Finding]:
    found: list[Finding] = []
    for one in await throughput(folder, jobs=options.jobs):
        _say(
            f"{one.workers} workers: {one.jobs_a_second:.1f} jobs/s; processor a job: workers "
            f"{one.by_workers * 1000:.0f} ms, gateway {one.by_gateway * 1000:.0f} ms, database "
            f"{one.by_database * 1000:.0f} ms, stand-ins {one.by_stand_ins * 1000:.0f} ms"
        )
        found += one.findings
    return found


async def _claim(folder: Path, options: argparse.Namespace) -> list[Finding]:  # noqa: ARG001 (as the others)
    measured = await claims()
    shortest, *_, longest = measured
    for one in measured:
        ratio = one.seconds / shortest.seconds
        _say(f"a claim among {one.open:,} open jobs: {one.seconds * 1000:.2f} ms, {ratio:.2f} of the first")
    slower = longest.seconds / shortest.seconds
    return [Finding("claims", f"{slower:.2f} times as slow")] if slower > _SLOWER else []


_PLAYS: Final[dict[str, Callable[[Path, argparse.Namespace], Coroutine[Any, Any, list[Finding]]]]] = {
    "kill": _kill,
    "cut": _cut,
    "pause": _pause,
    "takeover": _take_over,
    "throughput": _carry,
    "claims": _claim,
}


def _say(*lines: object) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)
    sys.stdout.flush()
