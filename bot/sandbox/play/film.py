"""Films and pictures, opened with ffmpeg: is it playable, and how does it look in few pixels.

Opens only files that the stand-ins and the demo made themselves; what strangers send is `bot.media`'s.
"""

import asyncio
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import imageio_ffmpeg

# ffmpeg's `framecrc` output: the unit of time and the sides of stream 0, and one row for each packet of it.
_UNIT: Final = re.compile(r"^#tb 0: (\d+)/(\d+)$", re.MULTILINE)
_SIDES: Final = re.compile(r"^#dimensions 0: (\d+)x(\d+)$", re.MULTILINE)
_FRAME: Final = re.compile(r"^0, +-?\d+, +(\d+), +(\d+), ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Film:
    """A film that was decoded from its first frame to its last without a complaint."""

    width: int
    height: int
    """Pixels."""
    seconds: float
    has_sound: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """Few pixels: three bytes each (red, green, blue), row by row; `height` is even."""

    width: int
    height: int
    pixels: bytes


async def inspect(path: Path) -> Film | None:
    """Decode the whole file, sound included; None if it is not a film or any of it is broken."""
    code, account = await _ffmpeg("-xerror", "-i", f"file:{path}", "-map", "0", "-f", "framecrc", "-")
    text = account.decode(errors="replace")
    unit, sides, rows = _UNIT.search(text), _SIDES.search(text), _FRAME.findall(text)
    if code != 0 or unit is None or sides is None or not rows:
        return None
    end = max(int(at) + int(length) for at, length in rows)
    seconds = end * int(unit[1]) / int(unit[2])
    return Film(int(sides[1]), int(sides[2]), seconds, has_sound="#media_type 1: audio" in text)


async def frames(path: Path, *, width: int, height: int, fps: int) -> list[Frame]:
    """Return a film, or a picture's one frame, in `width` x `height` pixels; empty if it cannot be read."""
    scale = f"scale={width}:{height}:flags=area" + (f",fps={fps}" if path.suffix == ".mp4" else "")
    raw = ("-vf", scale, "-f", "rawvideo", "-pix_fmt", "rgb24", "-")
    code, pixels = await _ffmpeg("-i", f"file:{path}", *raw)
    size = width * height * 3
    whole = range(0, len(pixels) - size + 1, size) if code == 0 else range(0)
    return [Frame(width, height, pixels[at : at + size]) for at in whole]


async def _ffmpeg(*arguments: str) -> tuple[int, bytes]:
    process = await asyncio.create_subprocess_exec(
        imageio_ffmpeg.get_ffmpeg_exe(),
        *("-nostdin", "-v", "error", "-threads", "1"),
        *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        output, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode is not None
    return process.returncode, output
