"""The very last frame of a film, from which the next one can go on.

Found in a confined process that reads this one file only; the film is never held in memory.
"""

from pathlib import Path
from typing import Final

from bot.media.child import Child
from bot.media.signatures import Signature
from bot.media.videos import count_frames, opening

# Looking at so much of the end is enough where the pictures last as long as the sound.
_TAIL: Final = "-0.5"  # seconds

# Quickly rather than tightly: this file is read once more, and then gone.
_CODED: Final = ("-c:v", "png", "-compression_level", "1", "-pix_fmt", "rgb24", "-threads", "1")
_AS_PNG: Final = (*_CODED, "-f", "image2", "-update", "1")


async def last_frame(decoder: Child, ffmpeg: str, video: Path, signature: Signature, target: Path) -> bool:
    """Write the very last frame of a film as a PNG, turned as it is shown; false if it cannot be decoded.

    The end is looked at first. Where no frame begins there, as in a slow film or in one whose sound goes on
    for longer, the frames of the whole film are counted, and the last is taken.
    """
    tail = [ffmpeg, *opening(video, signature, "-sseof", _TAIL), *_choosing("null")]
    if await _write(decoder, tail, video, target):
        return True
    count = await count_frames(decoder, ffmpeg, video, signature)
    whole = [ffmpeg, *opening(video, signature), *_choosing(rf"select=gte(n\,{count - 1})")]
    return count > 0 and await _write(decoder, whole, video, target)


def _choosing(filters: str) -> list[str]:
    return ["-map", "0:v:0", "-vf", filters, "-fps_mode", "passthrough", "-map_metadata", "-1"]


async def _write(decoder: Child, command: list[str], video: Path, target: Path) -> bool:
    """Write each chosen frame over the one before, so that the last stays; nothing is left of a failure."""
    ran = await decoder.run(*command, *_AS_PNG, f"file:{target}", reads=[video])
    return _keep(target, good=ran.code == 0)


def _keep(target: Path, *, good: bool) -> bool:
    """Tell whether there is a picture, and leave nothing in its place if not."""
    if good and target.exists() and target.stat().st_size > 0:
        return True
    target.unlink(missing_ok=True)
    return False
