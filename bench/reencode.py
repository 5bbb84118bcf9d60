"""What making films fit costs the bot's loop: how late it gets meanwhile, against the same process before.

Four are asked for at once, in a process that follows a thousand jobs all the while.
"""

import asyncio
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Final

from bench.in_progress import Api
from bench.load import percentile
from bench.many import settings_for, told_by
from bench.media.play import Plan, make_film
from bench.open_jobs import RUNNING, fill
from bench.reencode_program import Watched
from bench.report import Part, Row, figure_at_most

JOBS: Final = 1000
ASKED: Final = 4
FILM: Final = Plan(seconds=20, width=1280, height=720, bitrate=8_000_000)


async def measure(rounds: int, seconds: float = 5.0, film: Plan = FILM) -> Part:
    """Have each round watched by a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = await make_film(film, Path(folder) / "film.mp4")
        found = [await _watched(path, film.seconds, seconds) for _ in range(rounds)]
    nicer, speed = min(each.niceness for each in found), median(each.done for each in found)
    return Part(
        (
            _late("p99", 0.99, found),
            _late("at worst", 1.0, found),
            Row(
                f"re-encodings at a time, of {ASKED}",
                tuple(float(each.at_once) for each in found),
                (float(ASKED),) * rounds,
                "{:g}",
                "asked",
                figure_at_most(1, "{:g}"),
            ),
        ),
        (f"Re-encodings were nicer than the bot by {nicer}; they did {speed:.1f} s of film a second.",),
    )


def _late(label: str, share: float, found: list[Watched]) -> Row:
    busy = tuple(1000 * percentile(each.busy, share) for each in found)
    idle = tuple(1000 * percentile(each.idle, share) for each in found)
    return Row(f"loop late {label}, re-encoding", busy, idle, "{:.1f} ms", "before")


async def _watched(film: Path, playing: float, seconds: float) -> Watched:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "zoetrope.db"
        await asyncio.to_thread(fill, path, JOBS, RUNNING, datetime.now(UTC))
        async with Api().served() as api:
            options = {"--playing": playing, "--asked": ASKED, "--seconds": seconds}
            said = (str(part) for option in options.items() for part in option)
            settings = settings_for(path, api, JOBS)
            return Watched(**await told_by("bench.reencode_program", [str(film), *said], settings))
