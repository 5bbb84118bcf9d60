"""Run ffmpeg where it writes video: one core, nothing but pictures and sound, and the share that is done.

What it reads is a stranger's, or our own; what it writes is always an MP4 that plays while it loads.
"""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.core.media import Progress
from bot.media.child import Child

_log = logging.getLogger(__name__)

_DONE: Final = re.compile(rb"out_time_us=(\d+)")
# Told now and then, and only what is asked for: the rest of the file's streams and notes stay behind.
TOLD: Final = ("-progress", "pipe:1", "-stats_period", "0.5")
BARE: Final = ("-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1")
ONE_CORE: Final = ("-filter_threads", "1", "-filter_complex_threads", "1")
MP4_OUT: Final = ("-movflags", "+faststart", "-f", "mp4")
X264: Final = ("-c:v", "libx264", "-pix_fmt", "yuv420p", "-threads", "1")


class Meter:
    """Turns the shares of several runs into one, which only ever grows."""

    def __init__(self, progress: Progress, start: float = 0.0, end: float = 1.0) -> None:
        self._progress = progress
        self._start = start
        self._end = end
        self._told = -1.0

    def tell(self, share: float) -> None:
        """Tell how much is done, from 0 to 1; less than before is not told."""
        share = max(0.0, min(share, 1.0))
        if share > self._told:
            self._told = share
            self._progress(self._start + share * (self._end - self._start))

    def part(self, start: float, end: float) -> "Meter":
        """Return a meter for a part of this one's work."""
        return Meter(self.tell, start, end)


@dataclass(frozen=True, slots=True)
class Encoder:
    """Runs ffmpeg in a confined process, one at a time."""

    child: Child
    ffmpeg: str

    async def encode(self, *arguments: str, reads: Sequence[Path], seconds: float, meter: Meter) -> bool:
        """Run it; false if it failed or came to its limits. The clip that it writes plays for `seconds`.

        Raises PassingError as its process does.
        """

        def take(line: bytes) -> None:
            if done := _DONE.fullmatch(line):
                meter.tell(int(done[1]) / 1e6 / seconds)

        ran = await self.child.run(self.ffmpeg, *arguments, reads=reads, on_line=take)
        if ran.code != 0:
            _log.warning("encoding ended with code %d", ran.code, extra={"action": "encode"})
        return ran.code == 0


def size_of(path: Path) -> int:
    """Return a file's size in bytes, 0 where there is none."""
    return path.stat().st_size if path.exists() else 0
