"""`python -m bench`: every measurement, one table. The exit code tells only whether all could be measured."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from rich.console import Console

from bench import page
from bench.machine import facts
from bench.report import WIDTH, as_table
from bench.suite import Plan, measure


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and show; 1 where a measurement failed, whatever the figures."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure against baselines")
    parser.add_argument("--write", action="store_true", help="put the figures into docs/performance.md too")
    options = parser.parse_args(arguments)
    console = Console()
    console.width = max(console.width, WIDTH)
    console.print(facts())
    outcome = asyncio.run(measure(Plan(), console.print))
    console.print(as_table(outcome.parts))
    for note in (note for part in outcome.parts for note in part.notes):
        console.print(f"- {note}")
    if outcome.failed:
        console.print(f"Not measured: {', '.join(outcome.failed)}")
        return 1
    if options.write:
        page.write(outcome.parts, datetime.now(UTC).date())
    return 0


if __name__ == "__main__":
    sys.exit(main())
