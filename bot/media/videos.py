"""Open a video with ffmpeg, in a confined process that may touch this one file only, and measure it."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.media.boxes import Torn, read_movie
from bot.media.child import Child
from bot.media.signatures import MATROSKA, MOV, MP4, WEBM, Signature

_DEMUXERS: Final = {MP4: "mov", MOV: "mov", WEBM: "matroska", MATROSKA: "matroska"}

# The lines of ffmpeg's `framecrc` output: the unit of time, the measures, and one row for each frame.
_UNIT: Final = re.compile(rb"#tb 0: (\d+)/(\d+)")
_SIDES: Final = re.compile(rb"#dimensions 0: (\d+)x(\d+)")
_FRAME: Final = re.compile(rb"0, +-?\d+, +(-?\d+), +(\d+), +\d+, +0x[0-9a-f]{8}(?:,.*)?")


@dataclass(frozen=True, slots=True)
class VideoFacts:
    """What a video turned out to be."""

    width: int
    height: int
    """Pixels, as shown."""
    seconds: float


async def inspect(child: Child, ffmpeg: str, path: Path, signature: Signature) -> VideoFacts | None:
    """Open a video and decode it as far as needed; None if it is broken or not all there.

    Where an MP4's boxes show that nothing is missing, one decoded frame is enough; anything else is
    decoded to its end, and one complaint of the decoder is too many.
    """
    try:
        movie = read_movie(path) if signature in {MP4, MOV} else None
    except Torn:
        return None
    known = movie is not None and movie.vouched and movie.seconds > 0
    extent = ["-frames:v", "1"] if known else []
    account = ["-map", "0:v:0", *extent, "-f", "framecrc", "-"]
    ran = await child.run(ffmpeg, *opening(path, signature), *account, reads=[path])
    if ran.code != 0:
        return None
    facts = _read(ran.output, strict=not known)
    if facts is None or movie is None or not known:
        return facts
    return VideoFacts(facts.width, facts.height, movie.seconds)


async def count_frames(child: Child, ffmpeg: str, path: Path, signature: Signature) -> int:
    """Decode all of a video and count its frames; 0 if it is broken."""
    account = ["-map", "0:v:0", "-fps_mode", "passthrough", "-f", "framecrc", "-"]
    ran = await child.run(ffmpeg, *opening(path, signature), *account, reads=[path])
    if ran.code != 0:
        return 0
    return sum(1 for line in ran.output.splitlines() if _FRAME.fullmatch(line))


def opening(path: Path, signature: Signature, *how: str) -> list[str]:
    """Return ffmpeg's arguments to open one file, with options of the caller's, on one core and nothing else.

    The container is named, never guessed: a guess may find a playlist, which opens other files.
    """
    guards = ["-v", "error", "-nostdin", "-y", "-xerror", "-protocol_whitelist", "file", "-threads", "1"]
    return [*guards, *how, "-f", _DEMUXERS[signature], "-i", f"file:{path}"]


def _read(output: bytes, *, strict: bool) -> VideoFacts | None:
    """Read ffmpeg's account; None without measures or a frame, or, if strict, with a complaint."""
    lines = output.splitlines()
    unit = _first(_UNIT, lines)
    sides = _first(_SIDES, lines)
    frames = [match for line in lines if (match := _FRAME.fullmatch(line))]
    complaints = [line for line in lines if not line.startswith(b"#") and not _FRAME.fullmatch(line)]
    if not (unit and sides and frames) or (strict and complaints):
        return None
    end = max(int(frame[1]) + int(frame[2]) for frame in frames)
    return VideoFacts(int(sides[1]), int(sides[2]), seconds=end * int(unit[1]) / max(int(unit[2]), 1))


def _first(pattern: re.Pattern[bytes], lines: list[bytes]) -> re.Match[bytes] | None:
    return next((match for line in lines if (match := pattern.fullmatch(line))), None)
