"""What a video consists of, packet by packet: how many frames, how long, how fast, and with which sound.

Nothing is decoded and nothing is kept: the rows are added up as they come, however many there are.
"""

import re
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Final

from bot.media.child import Child
from bot.media.signatures import Signature
from bot.media.videos import opening

# The lines of ffmpeg's `framecrc` output: headers, and a row of times and size for each packet.
_HEADER: Final = re.compile(r"#(tb|codec_id|sar) ([01]): (\S+)")
_PACKET: Final = re.compile(r"([01]), +-?\d+, +(-?\d+), +(\d+), +(\d+), +0x[0-9a-f]{8}(?:,.*)?")
_SQUARE: Final = {"0/1", "1/1"}  # the first: not said


@dataclass(frozen=True, slots=True)
class Sound:
    """A video's sound."""

    codec: str
    """As ffmpeg calls it."""
    packets: int
    rate: float
    """Bits per second."""


@dataclass(frozen=True, slots=True)
class Streams:
    """A video's pictures and sound."""

    codec: str
    """Of the pictures, as ffmpeg calls it."""
    frames: int
    seconds: float
    """How long the pictures go on."""
    is_square: bool
    """Its pixels are."""
    sound: Sound | None

    @property
    def rate(self) -> Fraction:
        """Frames per second, on average, from 1 to 120; broadcast rates are so many thousand and one."""
        average = Fraction(self.frames / self.seconds).limit_denominator(1001)
        return max(Fraction(1), min(average, Fraction(120)))


async def read_streams(child: Child, ffmpeg: str, path: Path, signature: Signature) -> Streams | None:
    """Read a video's packets from end to end; None if there are none, or if it is broken."""
    account = _Account()
    chosen = ["-map", "0:v:0", "-map", "0:a:0?", "-c", "copy", "-f", "framecrc", "-"]
    ran = await child.run(ffmpeg, *opening(path, signature), *chosen, reads=[path], on_line=account.take)
    return account.close() if ran.code == 0 else None


@dataclass(slots=True)
class _Sum:
    """What one stream comes to, in its own units of time."""

    packets: int = 0
    size: int = 0
    start: int | None = None
    end: int = 0

    def add(self, start: int, duration: int, size: int) -> None:
        self.packets += 1
        self.size += size
        self.start = start if self.start is None else min(self.start, start)
        self.end = max(self.end, start + duration)


@dataclass(slots=True)
class _Account:
    """Adds up the rows of both streams."""

    headers: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    sums: dict[str, _Sum] = field(default_factory=lambda: {"0": _Sum(), "1": _Sum()})

    def take(self, line: bytes) -> None:
        text = line.decode("ascii", "replace")
        if packet := _PACKET.fullmatch(text):
            stream, start, duration, size = packet.groups()
            self.sums[stream].add(int(start), int(duration), int(size))
        elif header := _HEADER.fullmatch(text):
            self.headers[header[1], header[2]] = header[3]

    def close(self) -> Streams | None:
        pictures, sound = self.sums["0"], self.sums["1"]
        seconds = self._seconds("0")
        if pictures.packets == 0 or seconds <= 0:
            return None
        lasts = self._seconds("1")
        return Streams(
            codec=self.headers.get(("codec_id", "0"), ""),
            frames=pictures.packets,
            seconds=seconds,
            is_square=self.headers.get(("sar", "0"), "0/1") in _SQUARE,
            sound=Sound(
                codec=self.headers.get(("codec_id", "1"), ""),
                packets=sound.packets,
                rate=sound.size * 8 / lasts,
            )
            if lasts > 0
            else None,
        )

    def _seconds(self, stream: str) -> float:
        ticks = self.sums[stream].end - (self.sums[stream].start or 0)
        numerator, _, denominator = self.headers.get(("tb", stream), "0/1").partition("/")
        return ticks * int(numerator) / max(int(denominator), 1)
