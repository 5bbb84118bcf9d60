"""The boxes of an MP4 file (ISO/IEC 14496-12): whether all of it is there, and how long it plays.

Reads headers only, never the media. A file that was cut shows at once: its boxes do not add up to its length.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

_MOST_BOXES: Final = 20_000
"""On one level; a fragmented file has two for each fragment, and a fragment plays a second or more."""
_NEEDED: Final = {b"ftyp", b"moov", b"mdat"}


class Torn(Exception):  # noqa: N818 (what the file is)
    """The boxes do not fit together: cut, padded, or no MP4 at all."""


@dataclass(frozen=True, slots=True)
class Box:
    """A box's type, and where its content lies in the file."""

    kind: bytes
    start: int
    end: int
    open_ended: bool
    """It claims to reach to the end, wherever that is."""


@dataclass(frozen=True, slots=True)
class Movie:
    """What the boxes say of a file that is all there."""

    seconds: float
    """Zero where the file does not say, as a fragmented one may not."""
    vouched: bool
    """The boxes alone show that nothing is missing."""


def read_movie(path: Path) -> Movie:
    """Walk the boxes; raise Torn if they do not add up to the file."""
    with path.open("rb") as file:
        length = os.fstat(file.fileno()).st_size
        boxes = {box.kind: box for box in walk(file, 0, length)}
        if missing := _NEEDED - boxes.keys():
            raise Torn(f"no {min(missing).decode()}")
        seconds = _read_seconds(file, boxes[b"moov"])
    fragmented = b"moof" in boxes
    return Movie(seconds, vouched=not fragmented and not any(box.open_ended for box in boxes.values()))


def walk(file: BinaryIO, start: int, end: int) -> Iterator[Box]:
    """Yield the boxes between two offsets; raise Torn unless they fill the space exactly."""
    for _ in range(_MOST_BOXES):
        if start == end:
            return
        box = _read_box(file, start, end)
        yield box
        start = box.end
    raise Torn("too many boxes")


def _read_box(file: BinaryIO, start: int, end: int) -> Box:
    size, kind = _number(file, start, 4), _bytes(file, start + 4, 4)
    header = 8
    open_ended = size == 0 and kind == b"mdat"
    if size == 1:
        size = _number(file, start + 8, 8)
        header = 16
    elif open_ended:
        size = end - start
    if size < header or start + size > end:
        raise Torn(f"a box of {size} bytes at {start}, with {end - start} left")
    return Box(kind, start + header, start + size, open_ended)


def _read_seconds(file: BinaryIO, moov: Box) -> float:
    header = next((box for box in walk(file, moov.start, moov.end) if box.kind == b"mvhd"), None)
    if header is None:
        raise Torn("no mvhd")
    # Version and flags; created, modified, timescale, duration. In version 1 all but the timescale are wide.
    wide = _number(file, header.start, 1) == 1
    start = header.start + (20 if wide else 12)
    timescale, duration = _number(file, start, 4), _number(file, start + 4, 8 if wide else 4)
    return duration / timescale if timescale else 0.0


def _number(file: BinaryIO, start: int, count: int) -> int:
    return int.from_bytes(_bytes(file, start, count), "big")


def _bytes(file: BinaryIO, start: int, count: int) -> bytes:
    file.seek(start)
    content = file.read(count)
    if len(content) < count:
        raise Torn(f"ends within a header at {start}")
    return content
