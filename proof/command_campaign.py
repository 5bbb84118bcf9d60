"""`python -m proof campaign`: so many seeded runs; prints what went wrong on purpose, and what was found."""

import argparse
import os
import resource
import sys
import time
from collections import Counter
from pathlib import Path

from proof.campaign.drawing import draw
from proof.campaign.many import outcomes
from proof.campaign.run import Outcome
from proof.campaign.script import Database
from proof.campaign.words import told
from proof.commands import Commands


def add(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("campaign", help="random members, random misfortunes, one judge")
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1, help="of the first run; each next one has the next")
    parser.add_argument("--at-once", type=int, default=(os.cpu_count() or 1) + 2)
    parser.add_argument(
        "--database",
        type=Database,
        choices=list(Database),
        default=Database.SQLITE,
        help="what the bot is on (sqlite)",
    )
    parser.add_argument("--verbose", action="store_true", help="tell every run, with its script")
    parser.add_argument("--keep", type=Path, default=Path("campaign-out"), help="where findings are kept")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the campaign; 1 where something was found."""
    seeds = range(options.seed, options.seed + options.runs)
    options.keep.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    found: list[Outcome] = []
    for outcome in outcomes(seeds, options.at_once, options.keep, options.database):
        found.append(outcome)
        if options.verbose:
            _say("\n".join(told(draw(outcome.seed, options.database))))
        if options.verbose or outcome.findings:
            _tell(outcome, options.keep, options.database)
    _sum_up(found, seeds, time.monotonic() - began)
    return 1 if any(outcome.findings for outcome in found) else 0


def _tell(outcome: Outcome, keep: Path, on: Database) -> None:
    _say(
        f"seed {outcome.seed}: {'FOUND' if outcome.findings else 'good'} in {outcome.seconds:.1f} s, "
        f"lives {outcome.codes}, jobs {dict(outcome.jobs)}, stall {outcome.stall:.2f} s"
    )
    _say(f"  fired {dict(outcome.fired)}; done {dict(outcome.done)}")
    if outcome.findings:
        for finding in outcome.findings:
            _say(f"  {finding}")
        _say(f"  kept in {keep / f'seed-{outcome.seed}'}")
        where = "" if on is Database.SQLITE else f" --database {on}"
        _say(f"  again: python -m proof campaign --runs 1 --seed {outcome.seed}{where}")


def _sum_up(found: list[Outcome], seeds: range, seconds: float) -> None:
    scripted, fired, done, jobs = (Counter[str]() for _ in range(4))
    for outcome in found:
        scripted.update(outcome.scripted)
        fired.update(outcome.fired)
        done.update(outcome.done)
        jobs.update(outcome.jobs)
    _say(f"{'misfortune':36} {'scripted':>8} {'happened':>8}")
    for kind in sorted(scripted.keys() | fired.keys()):
        _say(f"{kind:36} {scripted[kind]:8} {fired[kind]:8}")
    _say(f"acts: {dict(sorted(done.items()))}")
    _say(f"jobs: {dict(sorted(jobs.items()))}")
    bad = sorted(outcome.seed for outcome in found if outcome.findings)
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = usage.ru_utime + usage.ru_stime
    lives = sum(len(outcome.codes) + 1 for outcome in found)
    _say(
        f"{len(found)} runs, seeds {seeds.start} to {seeds.stop - 1}, {lives} lives, in {seconds:.0f} s "
        f"({used / len(found):.2f} s of processor time a run): "
        + (f"{len(bad)} with findings, seeds {bad}" if bad else "nothing found")
    )


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
