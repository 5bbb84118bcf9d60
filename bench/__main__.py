"""`python -m bench`: speed and memory, one table. `python -m bench media`: what becomes of what members send.

The exit code tells only whether all could be measured.
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from bench import page, plots, suite
from bench.machine import facts
from bench.media import suite as media
from bench.media.films import SECONDS
from bench.report import WIDTH, as_table


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and show; 1 where a measurement failed, whatever the figures."""
    options = _parse(arguments)
    console = Console()
    console.width = max(console.width, WIDTH)
    console.print(facts())
    failed = (_media if options.what == "media" else _performance)(options, console)
    if failed:
        console.print(f"Not measured: {', '.join(failed)}")
    return 1 if failed else 0


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure against baselines")
    parser.add_argument("--write", action="store_true", help="put the figures and plots into docs/ too")
    what = parser.add_subparsers(dest="what")
    of_media = what.add_parser("media", help="what becomes of pictures and videos, for docs/media.md")
    of_media.add_argument("--write", action="store_true", help="put the tables into docs/media.md too")
    of_media.add_argument("--keep", type=Path, metavar="FOLDER", help="put what came out there too")
    seconds = f"how long each video plays ({SECONDS})"
    of_media.add_argument("--seconds", type=float, default=SECONDS, help=seconds)
    return parser.parse_args(arguments)


def _performance(options: argparse.Namespace, console: Console) -> tuple[str, ...]:
    outcome = asyncio.run(suite.measure(suite.Plan(), console.print))
    console.print(as_table(outcome.parts))
    for sheet in (sheet for part in outcome.parts for sheet in part.sheets):
        console.print(sheet.as_table())
    for note in (note for part in outcome.parts for note in part.notes):
        console.print(f"- {note}")
    if options.write and not outcome.failed:
        page.write(outcome.parts, datetime.now(UTC).date())
        plots.write(outcome.parts)
    return outcome.failed


def _media(options: argparse.Namespace, console: Console) -> tuple[str, ...]:
    if options.keep is not None:
        options.keep.mkdir(parents=True, exist_ok=True)
    plan = media.Plan(seconds=options.seconds, keep=options.keep)
    outcome = asyncio.run(media.measure(plan, console.print))
    for sheet in outcome.parts:
        console.print(sheet.as_table())
        for note in sheet.notes:
            console.print(f"- {note}")
    if options.write and not outcome.failed:
        media.write(outcome.parts, datetime.now(UTC).date())
    return outcome.failed


if __name__ == "__main__":
    sys.exit(main())
