"""Films with sound, hard to compress, and how a player sees them."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from uuid import uuid4

import imageio_ffmpeg

from bot.core.media import MediaFile
from bot.core.models import Kind
from bot.media.probing import read_signature
from tests.shelf import shelf

FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()


@dataclass(frozen=True)
class Seen:
    """What a player makes of a film, all of it decoded."""

    frames: int
    seconds: float
    """Of the pictures."""
    sound_seconds: float
    sides: tuple[int, int]


def make_film(
    path: Path,
    *options: str,
    sides: tuple[int, int] = (640, 360),
    rate: int = 24,
    seconds: float = 2,
    noise: int = 20,
    sound: float | None = None,
) -> MediaFile:
    """Have ffmpeg make a film, or copy it; `sound` is how long a tone goes with it, none if it is 0."""
    lasts = seconds if sound is None else sound
    pictures = f"testsrc2=size={sides[0]}x{sides[1]}:rate={rate}:duration={seconds},noise=alls={noise}:allf=t"
    tone = ["-f", "lavfi", "-i", f"sine=frequency=440:duration={lasts}"] if lasts else []
    coded = ["-preset", "ultrafast", "-crf", "16", "-pix_fmt", "yuv420p"] if path.suffix != ".webm" else []
    made = _made(path.suffix, "-f", "lavfi", "-i", pictures, *tone, *coded, *options)
    shutil.copyfile(made, path)
    return as_file(path, sides, seconds)


@cache
def _made(suffix: str, *arguments: str) -> Path:
    path = shelf() / f"{uuid4().hex}{suffix}"
    run(*arguments, str(path))
    return path


def as_file(path: Path, sides: tuple[int, int], seconds: float) -> MediaFile:
    signature = read_signature(path)
    assert signature is not None
    return MediaFile(path, Kind.VIDEO, signature.suffix, path.stat().st_size, *sides, seconds)


def watch(path: Path) -> Seen:
    """Decode all of a film; fails at the first complaint."""
    pictures = _rows(path, "-map", "0:v:0")
    sound = _rows(path, "-map", "0:a:0?")
    sides = re.search(r"#dimensions 0: (\d+)x(\d+)", pictures)
    assert sides
    return Seen(
        frames=len(re.findall(r"^0,", pictures, re.MULTILINE)),
        seconds=_length(pictures, sound=False),
        sound_seconds=_length(sound, sound=True),
        sides=(int(sides[1]), int(sides[2])),
    )


def notes_of(path: Path) -> str:
    """Return what ffmpeg says of a file's streams and metadata."""
    command = [FFMPEG, "-hide_banner", "-i", str(path)]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=30).stderr


def run(*arguments: str) -> str:
    command = [FFMPEG, "-v", "error", "-nostdin", "-y", *arguments]
    ran = subprocess.run(command, check=True, timeout=60, capture_output=True, text=True)
    assert ran.stderr == ""
    return ran.stdout


def _rows(path: Path, *chosen: str) -> str:
    return run("-xerror", "-i", str(path), *chosen, "-fps_mode", "passthrough", "-f", "framecrc", "-")


def _length(rows: str, *, sound: bool) -> float:
    unit = re.search(r"#tb 0: (\d+)/(\d+)", rows)
    times = re.findall(r"^0, +-?\d+, +(-?\d+), +(\d+),", rows, re.MULTILINE)
    # Where there is no such stream, ffmpeg takes another.
    if not unit or not times or ("#media_type 0: audio" in rows) is not sound:
        return 0
    ends = [int(start) + int(lasts) for start, lasts in times]
    return (max(ends) - int(times[0][0])) * int(unit[1]) / int(unit[2])
