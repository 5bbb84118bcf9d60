"""`python -m proof crashes`: kill the bot at every point, restart it, judge; each point with its verdict."""

import argparse
import asyncio
import logging
import resource
import shutil
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path as Folder
from typing import Final, TypeVar

from bot.sandbox.stage import executed
from proof.campaign.forked import Nursery
from proof.commands import Commands
from proof.crashes import points, reached, table
from proof.crashes.paths import PATHS, Path
from proof.crashes.sweep import Plan, Run, Verdict, Visited, planned, visit
from proof.inside.crossings import ANY
from proof.inside.orders import Phase

T = TypeVar("T")

_AT_ONCE: Final = 4
_PATIENCE: Final = 180.0  # seconds for one run; it takes two or three
_TRIES: Final = 3
"""A point that only haste or delay leads by, or a machine that stands still, is missed; so many are tried."""


def add(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("crashes", help="kill the bot at every point, restart it, and judge")
    parser.add_argument(
        "--only", default=ANY, metavar="PATTERN", help="seams or paths by a pattern: 'courier.*'"
    )
    parser.add_argument("--phase", choices=[phase.value for phase in Phase], help="this phase alone")
    parser.add_argument(
        "--at-once", type=int, default=_AT_ONCE, metavar="N", help=f"runs at a time ({_AT_ONCE})"
    )
    parser.add_argument(
        "--power", action="store_true", help="lose the disk's unsynced writes with the process too"
    )
    parser.add_argument("--look", action="store_true", help="kill nobody; write what the paths come by")
    parser.add_argument("--whole", action="store_true", help="load the whole bot anew for every life")
    parser.add_argument(
        "--write", action="store_true", help="write reached.json and the table of the guarantees"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Sweep, print, and return 1 where anything was found or a point was not hit."""
    nursery = None if options.whole else Nursery()
    try:
        return asyncio.run(_Sweep(options, nursery).sweep())
    finally:
        if nursery is not None:
            nursery.close()
        # Of this process and of all that it has waited for, which by now is every life.
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        print(f"{sum(each.ru_utime + each.ru_stime for each in used):.0f} s of processor time")


class _Sweep:
    """One sweep, with its folder for what is kept."""

    def __init__(self, options: argparse.Namespace, nursery: Nursery | None) -> None:
        self._options = options
        self._nursery = nursery
        self._begin = executed if nursery is None else nursery.begin
        self._places = asyncio.Semaphore(options.at_once)
        self._kept = Folder(tempfile.mkdtemp(prefix="crashes-"))
        self._began = time.monotonic()

    async def sweep(self) -> int:
        # A request that is cut off in the middle is what is wanted, and no news about the stand-ins.
        logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
        if self._nursery is not None:
            self._nursery.attach()
        visited = await self._visited()
        if self._options.look:
            reached.write(visited, points.effects())
            return self._end(not any(one.findings for one in visited))
        plans = [plan for plan in planned(visited) if self._is_wanted(plan)]
        print(
            f"{len(plans)} points on {len({plan.point.seam for plan in plans})} seams of {len(visited)} paths"
        )
        verdicts = await asyncio.gather(*(self._verdict(plan) for plan in plans))
        bad = [verdict for verdict in verdicts if not verdict.is_good]
        seconds = time.monotonic() - self._began
        print(table.summary(verdicts, visited, seconds, self._options.at_once))
        if self._options.write and len(visited) == len(PATHS) and len(plans) == len(planned(visited)):
            reached.write(visited, points.effects())
            table.write(verdicts, visited, seconds)
        return self._end(not bad and not any(one.findings for one in visited))

    def _end(self, is_good: bool) -> int:  # noqa: FBT001 (nothing else is told)
        if is_good:
            shutil.rmtree(self._kept, ignore_errors=True)
        return int(not is_good)

    def _is_wanted(self, plan: Plan) -> bool:
        options = self._options
        names = (plan.point.seam, *(path.name for path in plan.paths[:1]))
        if options.power and plan.point.phase in (Phase.BEFORE, Phase.DURING):
            # What has not left yet, or not committed, is not lost by losing it.
            return False
        return (options.phase in (None, plan.point.phase.value)) and any(
            fnmatchcase(name, options.only) for name in names
        )

    # --- looking around ------------------------------------------------------------------------------

    async def _visited(self) -> Sequence[Visited]:
        named = [path for path in PATHS if fnmatchcase(path.name, self._options.only)]
        return await asyncio.gather(*(self._look(path) for path in named or PATHS))

    async def _look(self, path: Path) -> Visited:
        folder = self._folder(path.name)
        visited = await self._in_turn(lambda: visit(path, folder, self._begin))
        for finding in visited.findings:
            print(f"FOUND  {path.name}, undisturbed: {finding}\n       {folder}")
        return visited

    # --- killing -------------------------------------------------------------------------------------

    async def _verdict(self, plan: Plan) -> Verdict:
        """Try the paths that come by the point until one of them has died there."""
        tried = 0
        while True:
            folder = self._folder(f"{plan.point.seam} {plan.point.phase} {tried}")
            path = plan.paths[tried % len(plan.paths)]
            one = Run(path, plan.point, folder, self._options.power, self._begin)
            verdict = await self._in_turn(one.verdict)
            tried += 1
            if verdict.died or tried == _TRIES:
                break
        print(table.line(verdict), flush=True)
        if verdict.is_good:
            shutil.rmtree(folder, ignore_errors=True)
        return verdict

    async def _in_turn(self, play: Callable[[], Awaitable[T]]) -> T:
        async with self._places, asyncio.timeout(_PATIENCE):
            return await play()

    def _folder(self, name: str) -> Folder:
        folder = self._kept / "".join(letter if letter.isalnum() else "-" for letter in name)[:100]
        folder.mkdir()
        return folder
