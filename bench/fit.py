"""`python -m bench.fit`: how long it takes to make a large video fit, on one core, beside how long it plays.

The inputs are made on the spot, hard to compress, and as large as generators make them.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import imageio_ffmpeg

from bench.machine import facts
from bot.core.media import MediaFile
from bot.core.models import Kind
from bot.media.desk import MediaDesk
from bot.media.hosts import HostRule

ROOM = 10 * (1 << 20)


@dataclass(frozen=True)
class Case:
    name: str
    sides: tuple[int, int]
    rate: int
    """Frames per second."""
    megabits: float
    """A second."""


CASES = (
    Case("480p", (854, 480), 24, 4),
    Case("720p", (1280, 720), 24, 8),
    Case("720p, 30 frames", (1280, 720), 30, 8),
    Case("1080p", (1920, 1080), 24, 13.3),
    Case("4K", (3840, 2160), 24, 40),
)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.fit", description="Measure how long fitting takes")
    parser.add_argument("--seconds", type=int, default=60, help="how long each video plays (60)")
    options = parser.parse_args(arguments)
    # Children inherit it: everything together has one core.
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    print(facts())
    asyncio.run(_measure(options.seconds))
    return 0


async def _measure(seconds: int) -> None:
    nobody = HostRule.of([])
    with tempfile.TemporaryDirectory() as folder:
        async with aiohttp.ClientSession() as session:
            desk = MediaDesk(session, nobody, nobody, Path(folder) / "media")
            desk.sweep()
            for case in CASES:
                film = _make(case, seconds, Path(folder) / "film.mp4")
                print(await _fit(desk, case, film, seconds), flush=True)


async def _fit(desk: MediaDesk, case: Case, film: MediaFile, seconds: int) -> str:
    start = time.monotonic()
    async with desk.fitted([film], ROOM, lambda _: None) as (fitted,):
        took = time.monotonic() - start
        return (
            f"{case.name}: {film.size / 1e6:.1f} MB to {fitted.size / ROOM:.1%} of {ROOM >> 20} MiB, "
            f"{fitted.width} x {fitted.height}, in {took:.1f} s, {took / seconds:.2f} of its duration"
        )


def _make(case: Case, seconds: int, path: Path) -> MediaFile:
    width, height = case.sides
    pictures = f"testsrc2=size={width}x{height}:rate={case.rate}:duration={seconds},noise=alls=14:allf=t"
    sources = ["-f", "lavfi", "-i", pictures, "-f", "lavfi", "-i", f"sine=duration={seconds}"]
    coded = ["-preset", "ultrafast", "-b:v", f"{case.megabits}M", "-pix_fmt", "yuv420p", "-b:a", "128k"]
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", *sources, *coded, str(path)]
    subprocess.run(command, check=True)
    return MediaFile(path, Kind.VIDEO, ".mp4", path.stat().st_size, width, height, seconds)


if __name__ == "__main__":
    sys.exit(main())
