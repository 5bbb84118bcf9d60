"""How a video is made to fit: its sides, its speed and its sound, for a number of bytes. Pure.

Two measures decide. How many bits a picture of a certain size needs to be worth seeing, and how many pixels a
second one core can turn out faster than they are shown.
"""

from dataclasses import dataclass
from typing import Final

_MARGIN: Final = 0.975
"""Of the room is asked for: two passes of x264 meet their target within a percent or two."""

# x264's "veryfast" shows 720p at 24 frames a second well enough with 0.05 bits per pixel. A larger picture
# needs fewer bits per pixel: they grow with its pixels to the power of 0.75, as streaming ladders have it.
_ANCHOR_PIXELS: Final = 1280 * 720
_ANCHOR_BITS: Final = 0.05 * _ANCHOR_PIXELS  # per frame
_POWER: Final = 0.75

_LOWEST: Final = 160
"""Pixels of the shorter side: less is not worth seeing."""
_CHOPPY_BELOW: Final = 240
"""Pixels of the shorter side: rather than less, every second frame is left out."""
_SMOOTHEST: Final = 20.0
"""Frames per second of which half can be spared."""

# Measured on one core of 2.5 GHz or so, `python -m bench media --seconds 60`: two passes, reading 1080p
# included, take 0.5 of a video's duration at 720p, and 0.76 at 1080p, with 24 frames a second.
_MOST_PIXELS: Final = 1920 * 1080 * 30
"""A second; a picture is made smaller rather than longer in the making."""
_MOST_CAREFUL: Final = 1920 * 1080 * 25
"""Pixels a second, up to which there is time for "veryfast"."""

_FRAME_COST: Final = 20
"""Bytes of an MP4's tables for each frame; less in most."""
_PACKET_COST: Final = 10
_FILE_COST: Final = 4096


@dataclass(frozen=True, slots=True)
class Clip:
    """What a plan depends on."""

    width: int
    height: int
    """Pixels, as shown."""
    seconds: float
    frames: int
    sound_rate: float
    """Bits per second; 0 without sound."""
    sound_packets: int
    is_aac: bool
    """Its sound can go into an MP4 as it is."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How to encode a clip."""

    width: int
    height: int
    """Pixels, even."""
    video_rate: int
    """Bits per second."""
    sound_rate: int | None
    """Bits per second to encode the sound anew; None to leave it as it is, or out where there is none."""
    is_halved: bool
    """Every second frame is left out."""
    preset: str
    """Of x264."""


def plan_fit(clip: Clip, room: int) -> Plan | None:
    """Plan a clip of at most `room` bytes; None where it would not be worth seeing.

    The sides are lowered as far as the bits demand and no further, the shorter one never below 160 pixels.
    Only where it would come below 240 is every second frame left out.
    """
    tables = clip.frames * _FRAME_COST + clip.sound_packets * _PACKET_COST + _FILE_COST
    total = (room * _MARGIN - tables) * 8 / clip.seconds
    sound = _sound_rate(clip, total)
    video = total - (clip.sound_rate if sound is None else sound)
    if video < 1:
        # To ffmpeg, no bits at all means as many as it likes.
        return None
    whole = _scale(clip, clip.frames, video)
    shorter = min(clip.width, clip.height)
    can_halve = clip.frames / clip.seconds >= _SMOOTHEST
    is_halved = can_halve and whole < 1 and shorter * whole < _CHOPPY_BELOW
    frames = clip.frames / 2 if is_halved else clip.frames
    scale = _scale(clip, frames, video) if is_halved else whole
    if scale < 1 and shorter * scale < _LOWEST:
        return None
    width, height = _even(clip.width * scale), _even(clip.height * scale)
    is_quick = width * height * frames / clip.seconds > _MOST_CAREFUL
    return Plan(width, height, int(video), sound, is_halved, "superfast" if is_quick else "veryfast")


def _scale(clip: Clip, frames: float, video: float) -> float:
    """Return by how much to lower the sides so that the bits are enough, and the time as well."""
    pixels = clip.width * clip.height
    bits = video * clip.seconds / frames
    enough = (bits / _ANCHOR_BITS) ** (1 / _POWER) * _ANCHOR_PIXELS
    quick = _MOST_PIXELS * clip.seconds / frames
    return min(1.0, (min(enough, quick) / pixels) ** 0.5)


def _sound_rate(clip: Clip, total: float) -> int | None:
    """Return what sound may cost of so many bits per second; None where it costs little as it is."""
    if clip.sound_rate == 0:
        return None
    fair = 96_000 if total >= 768_000 else 64_000 if total >= 320_000 else 48_000
    is_small = clip.sound_rate <= max(fair, total / 8)
    return None if clip.is_aac and is_small else fair


def _even(side: float) -> int:
    """Round to an even number of pixels, as yuv420p needs."""
    return max(2, round(side / 2) * 2)
