"""Videos out: how large, how soon and how true a video is that was made to fit, all on one core.

The inputs are made on the spot: a camera that moves over a picture of our own, under fresh grain, and heavier
than generators make them, so that every one of them is over its limit.
"""

import asyncio
import re
import shutil
import subprocess
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.media.desk import one_core, open_desk, spent_by_children
from bench.media.sheet import Sheet, judged, sides, weight
from bot.core.media import MediaFile
from bot.media.desk import MediaDesk
from bot.sandbox.pictures import POND
from tests.media.films import FFMPEG, as_file

MIB: Final = 1 << 20
HEADINGS: Final = (
    "video",
    "went in",
    "room",
    "came out",
    "of the room",
    "took",
    "of its duration",
    "processor",
    "SSIM",
    "below 1 at 720p",
)
_SSIM: Final = re.compile(r"All:([\d.]+)")


@dataclass(frozen=True, slots=True)
class Case:
    """A video to be made, and the rooms that it is to fit into."""

    name: str
    sides: tuple[int, int]
    rate: int
    """Frames per second."""
    megabits: float
    """A second."""


PROMISED: Final = 1280 * 720
"""Pixels up to which one core needs no longer than the video plays."""
SECONDS: Final = 10
ROOMS: Final = (10 * MIB, 2 * MIB)
CASES: Final = (
    Case("480p", (854, 480), 24, 10),
    Case("720p", (1280, 720), 24, 12),
    Case("720p, 30 frames a second", (1280, 720), 30, 12),
    Case("1080p", (1920, 1080), 24, 16),
    Case("4K", (3840, 2160), 24, 40),
)

_CORE: Final = (
    "All that fits a video has one core, at a lower priority. What it took is told by the clock and as "
    "processor time, which other work does not lengthen: both as a share of the duration."
)
_LIKE: Final = (
    "SSIM compares every frame, drawn as large as it went in, with what went in: 1 is the same. Most of what "
    "is lost is grain, which is new in every frame."
)


@dataclass(frozen=True, slots=True)
class Fitted:
    """What came of one video in one room."""

    case: Case
    film: MediaFile
    seconds: float
    room: int
    fitted: MediaFile
    took: float
    spent: float
    """Seconds of processor time."""
    likeness: float

    @property
    def share(self) -> float:
        """The time that it took, of its duration."""
        return self.took / self.seconds

    @property
    def reached(self) -> str:
        """Say whether it took less time than it plays; larger ones than 720p may take longer."""
        width, height = self.case.sides
        return judged([self.share < 1]) if width * height <= PROMISED else ""

    def cells(self) -> tuple[str, ...]:
        """Return the row under HEADINGS."""
        return (
            f"{self.case.name}, {self.seconds:g} s",
            f"{sides(*self.case.sides)}, {weight(self.film.size)}",
            f"{self.room / MIB:.3g} MiB",
            f"{sides(self.fitted.width, self.fitted.height)}, {weight(self.fitted.size)}",
            f"{self.fitted.size / self.room:.1%}",
            f"{self.took:.1f} s",
            f"{self.share:.2f}",
            f"{self.spent / self.seconds:.2f}",
            f"{self.likeness:.3f}",
            self.reached,
        )


async def measure(
    cases: Sequence[Case] = CASES,
    seconds: float = SECONDS,
    rooms: Sequence[int] = ROOMS,
    keep: Path | None = None,
) -> Sheet:
    """Make every video, have it fitted into every room, and compare."""
    rows: list[tuple[str, ...]] = []
    async with open_desk() as (desk, folder):
        for number, case in enumerate(cases):
            film = await asyncio.to_thread(make, case, folder / f"film-{number}.mp4", seconds)
            fitted = [await _fit(desk, case, film, room, keep) for room in rooms]
            rows += [each.cells() for each in fitted]
            film.path.unlink()
    return Sheet("Videos made to fit", HEADINGS, tuple(rows), (_CORE, _LIKE))


async def _fit(desk: MediaDesk, case: Case, film: MediaFile, room: int, keep: Path | None) -> Fitted:
    spent, start = spent_by_children(), time.perf_counter()
    async with AsyncExitStack() as stack:
        with one_core():
            (fitted,) = await stack.enter_async_context(desk.fitted([film], room, lambda _: None))
        took, spent = time.perf_counter() - start, spent_by_children() - spent
        likeness = await asyncio.to_thread(compare, fitted.path, film)
        if keep is not None:
            name = f"{case.name}-{room // 1000}-kB{fitted.suffix}".replace(" ", "-")
            await asyncio.to_thread(shutil.copyfile, fitted.path, keep / name)
        return Fitted(case, film, film.seconds or 1, room, fitted, took, spent, likeness)


def make(case: Case, path: Path, seconds: float) -> MediaFile:
    """Have the camera move from one corner of the picture to the other, with a tone."""
    width, height = case.sides
    # Drawn once a little larger than shown, of which a part is cut out that moves.
    still = f"scale={width * 5 // 4}:{height * 5 // 4}:force_original_aspect_ratio=increase,setsar=1"
    moving = (
        f"loop=-1:1:0,setpts=N/{case.rate}/TB,crop={width}:{height}:(iw-ow)*t/{seconds}:(ih-oh)*t/{seconds}"
    )
    shaped = ["-vf", f"{still},{moving},noise=alls=8:allf=t", "-r", str(case.rate), "-t", str(seconds)]
    coded = ["-preset", "ultrafast", "-b:v", f"{case.megabits}M", "-pix_fmt", "yuv420p", "-b:a", "128k"]
    tone = ["-f", "lavfi", "-i", f"sine=frequency=220:duration={seconds}"]
    _run("-i", str(POND), *tone, *shaped, *coded, str(path))
    return as_file(path, case.sides, seconds)


def compare(path: Path, film: MediaFile) -> float:
    """Return how alike two films are, 1 for the same: the smaller is drawn as large as the film first."""
    larger = f"[0:v]scale={film.width}:{film.height}:flags=bicubic[a];[1:v]null[b];[a][b]ssim"
    said = _run("-i", str(path), "-i", str(film.path), "-filter_complex", larger, "-f", "null", "-")
    found = _SSIM.search(said)
    assert found is not None, said
    return float(found[1])


def _run(*arguments: str) -> str:
    """Run ffmpeg and return what it says."""
    command = [FFMPEG, "-hide_banner", "-nostdin", "-y", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=300).stderr
