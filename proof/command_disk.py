"""`python -m proof disk`: each sync of a play fails, or loses the power; the bot is restarted and judged."""

import argparse
import asyncio
import logging
import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from proof.commands import Commands
from proof.disks.trials import Mishap, Trial, Verdict, tried

_AT_ONCE: Final = 3


def add(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("disk", help="fail every sync of a play, and lose the power at each")
    parser.add_argument("--only", metavar="WORDS", default="", help="mishaps with these words in their name")
    parser.add_argument(
        "--at-once", type=int, default=_AT_ONCE, metavar="N", help=f"trials at a time ({_AT_ONCE})"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Try, print, and return 1 where anything was found."""
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
    began = time.monotonic()
    mishaps = [mishap for mishap in Mishap if options.only in mishap]
    verdicts = asyncio.run(_sweep(mishaps, asyncio.Semaphore(options.at_once)))
    bad = sum(bool(verdict.findings) for verdict in verdicts)
    print(f"{len(verdicts)} trials of the disk, {bad} with findings; {time.monotonic() - began:.0f} s")
    return 1 if bad else 0


async def _sweep(mishaps: Sequence[Mishap], places: asyncio.Semaphore) -> list[Verdict]:
    sweeps = await asyncio.gather(*(_through(mishap, places) for mishap in mishaps))
    return [verdict for sweep in sweeps for verdict in sweep]


async def _through(mishap: Mishap, places: asyncio.Semaphore) -> list[Verdict]:
    """Try the first sync, the second, the third ... until a play has ended before there was such a one."""
    verdicts: list[Verdict] = []
    while True:
        async with places:
            verdict = await _told(Trial(mishap, len(verdicts) + 1))
        if verdict.seen is None and not verdict.findings:
            return verdicts
        verdicts.append(verdict)


async def _told(trial: Trial) -> Verdict:
    folder = Path(tempfile.mkdtemp(prefix="disk-"))
    verdict = await tried(trial, folder)
    if verdict.seen is not None or verdict.findings:
        word = "FOUND" if verdict.findings else "ok   "
        file = verdict.seen.file if verdict.seen else "not reached"
        print(f"{word} {trial} ({file}); the bot ended with {verdict.code}", flush=True)
    for finding in verdict.findings:
        print(f"      {finding}\n      {folder}", flush=True)
    if not verdict.findings:
        shutil.rmtree(folder, ignore_errors=True)
    return verdict
