"""`python -m proof planted`: plant bugs in scratch copies, and see what catches each.

A proof of the proof: what finds nothing here would find nothing anywhere.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from bot.sandbox.stage import ROOT
from proof.commands import Commands
from proof.plants import PLANTS, Plant

_AT_A_TIME: Final = 6
"""Seeds of one campaign; what it finds, it finds in all of them before it ends."""
_CARRIED: Final = ("bot", "cogs", "proof", "tests", "pyproject.toml")
_LEFT: Final = shutil.ignore_patterns("__pycache__")


@dataclass(frozen=True, slots=True)
class Catch:
    """What found a bug, and what it said first."""

    plant: Plant
    by: str | None
    """A seed of the campaign, or the place at which a worker is stopped; None where nothing did."""
    said: str
    runs: int
    seconds: float


def add(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("planted", help="plant bugs in scratch copies: each must be caught")
    parser.add_argument("--only", default="*", metavar="PATTERN", help="bugs by a pattern of their name")
    parser.add_argument("--runs", type=int, default=60, help="seeds to try at most for each (60)")
    parser.add_argument("--at-once", type=int, default=4, metavar="N", help="runs at a time (4)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Plant and try; 1 where a bug was not caught."""
    wanted = [plant for plant in PLANTS if fnmatchcase(plant.name, options.only)]
    catches: list[Catch] = []
    for plant in wanted:
        catches.append(_try(plant, options.runs, options.at_once))
        print(_line(catches[-1]), flush=True)
    caught = sum(catch.by is not None for catch in catches)
    print(f"{caught} of {len(catches)} caught")
    return 0 if caught == len(catches) else 1


def _line(catch: Catch) -> str:
    verdict = "not caught" if catch.by is None else f"{catch.by}: {catch.said}"
    return f"{catch.plant.name} ({catch.plant.breaks}): {verdict} [{catch.runs} runs, {catch.seconds:.0f} s]"


def _try(plant: Plant, most: int, at_once: int) -> Catch:
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="planted-") as folder:
        tree = _copy(Path(folder) / "tree")
        plant.put_into(tree)
        if plant.pause is not None:
            lines = _run(tree, "scale", "pause", "--only", plant.pause).splitlines()
            said = next((line for line in lines if line.startswith(_called(plant))), None)
            return Catch(plant, plant.pause if said else None, said or "", 1, time.monotonic() - began)
        for first in range(1, most + 1, _AT_A_TIME):
            count = min(_AT_A_TIME, most + 1 - first)
            found = _campaign(tree, first, count, at_once)
            for seed, said in (pair for pair in found if pair[1].startswith(_called(plant))):
                return Catch(plant, f"seed {seed}", said, first + count - 1, time.monotonic() - began)
    return Catch(plant, None, "", most, time.monotonic() - began)


def _copy(tree: Path) -> Path:
    tree.mkdir()
    for name in _CARRIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tree / name, ignore=_LEFT)
        else:
            shutil.copy(source, tree / name)
    return tree


def _called(plant: Plant) -> tuple[str, ...]:
    return tuple(f"{word}:" for word in plant.shows)


def _campaign(tree: Path, first: int, count: int, at_once: int) -> list[tuple[int, str]]:
    """Return what was found, each with its seed."""
    options = ("--seed", str(first), "--runs", str(count), "--at-once", str(at_once))
    found: list[tuple[int, str]] = []
    for part in re.split(r"^seed ", _run(tree, "campaign", *options), flags=re.MULTILINE)[1:]:
        seed, told = part.split(":", 1)
        found += [(int(seed), line[2:162]) for line in told.splitlines()[2:] if line.startswith("  ")]
    return found


def _run(tree: Path, *command: str) -> str:
    """Return what a command of the proof prints there, whatever it finds."""
    ran = subprocess.run(
        [sys.executable, "-m", "proof", *command], cwd=tree, capture_output=True, text=True, check=False
    )
    if ran.returncode not in (0, 1):
        raise RuntimeError(f"{command[0]} could not be run: {ran.stderr[-2000:]}")
    return ran.stdout
