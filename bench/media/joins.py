"""Clips joined: how long the whole plays against its parts, and what the joining takes."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.media.desk import one_core, open_desk
from bench.media.films import Case, make
from bench.media.sheet import Sheet, judged, sides
from bot.core.media import MediaFile
from bot.media.desk import MediaDesk
from bot.media.tracks import read_tracks
from tests.media.films import Seen, watch

SECONDS: Final = 5
HEADINGS: Final = ("parts", "how", "plays", "off by", "sound off by", "frames", "took", "a frame a joint")

_USUAL: Final = Case("720p", (1280, 720), 24, 4)
_UPRIGHT: Final = Case("720p upright", (720, 1280), 24, 4)
_FLUENT: Final = Case("480p, 30 frames a second", (854, 480), 30, 3)
CHAINS: Final = (
    (_USUAL, _USUAL),
    (_USUAL, _USUAL, _USUAL),
    (_USUAL, _UPRIGHT),
    (_USUAL, _UPRIGHT, _FLUENT),
)

_ANEW: Final = (
    "What is encoded anew takes the sides and the speed of the first part: another speed makes other frames, "
    "and no other duration."
)


@dataclass(frozen=True, slots=True)
class Joined:
    """One clip, what a player sees of its parts and of it, and what it took."""

    names: str
    rate: int
    parts: tuple[Seen, ...]
    clip: Seen
    is_copied: bool
    took: float

    @property
    def off(self) -> float:
        """How many frames longer than its parts it plays."""
        return (self.clip.seconds - sum(part.seconds for part in self.parts)) * self.rate

    @property
    def sound_off(self) -> float:
        """How many frames longer than the pictures of its parts its sound is."""
        return (self.clip.sound_seconds - sum(part.seconds for part in self.parts)) * self.rate

    def cells(self) -> tuple[str, ...]:
        """Return the row under HEADINGS."""
        joints = len(self.parts) - 1
        return (
            self.names,
            "pictures copied" if self.is_copied else "encoded anew",
            f"{self.clip.seconds:.2f} s, {sides(*self.clip.sides)}",
            f"{self.off:+.2f} frames",
            f"{self.sound_off:+.2f} frames",
            f"{self.clip.frames} of {sum(part.frames for part in self.parts)}",
            f"{self.took:.1f} s",
            judged([abs(self.off) <= joints + 0.01]),
        )


async def measure(chains: Sequence[Sequence[Case]] = CHAINS, seconds: float = SECONDS) -> Sheet:
    """Make all clips and join each chain of them."""
    async with open_desk() as (desk, folder):
        cases = {case.name: case for chain in chains for case in chain}
        films = {
            name: await asyncio.to_thread(make, case, folder / f"clip-{number}.mp4", seconds)
            for number, (name, case) in enumerate(cases.items())
        }
        joined = [await _join(desk, chain, films) for chain in chains]
    length = f"Each part plays {seconds:g} s. Parts and clips were decoded to their ends to be measured."
    return Sheet("Clips joined", HEADINGS, tuple(each.cells() for each in joined), (length, _ANEW))


async def _join(desk: MediaDesk, chain: Sequence[Case], films: dict[str, MediaFile]) -> Joined:
    parts = [films[case.name] for case in chain]
    seen = [await asyncio.to_thread(watch, part.path) for part in parts]
    with one_core():
        start = time.perf_counter()
        async with desk.joined(parts, lambda _: None) as clip:
            took = time.perf_counter() - start
            names = " + ".join(case.name for case in chain)
            whole = watch(clip.path)
            return Joined(
                names, chain[0].rate, tuple(seen), whole, _is_copied(clip.path, parts[0].path), took
            )


def _is_copied(clip: Path, first: Path) -> bool:
    """Tell whether the pictures are still those of the encoder of the first part."""
    return read_tracks(clip)[0] == read_tracks(first)[0]
