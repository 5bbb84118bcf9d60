"""The tracks of an MP4 file (ISO/IEC 14496-12 and -14): how their samples are to be decoded.

Two films whose tracks say the same can be put behind one another without decoding either.
"""

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from bot.media.boxes import Box, Torn, walk

_MOST_BYTES: Final = 1 << 16
"""Of one description; a usual one has 200."""

# Where the boxes within a sample's description begin, after its fixed fields.
_FIXED: Final = {b"vide": 78, b"soun": 28}
# An encoder's name among them, and what it notes of a file's average rate, change nothing for a decoder.
_NAME: Final = slice(42, 74)
_RATES: Final = {b"btrt"}
_UPRIGHT: Final = struct.pack(">9I", 1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)


@dataclass(frozen=True, slots=True)
class Track:
    """One track, as its decoder is told of it."""

    kind: bytes
    """`vide` or `soun`."""
    timescale: int
    """Ticks a second."""
    matrix: bytes
    """How it is turned when shown."""
    sides: bytes
    coding: tuple[tuple[bytes, bytes], ...]
    """The fixed fields of its description, then the boxes in it, without what does not matter."""

    @property
    def is_pictures(self) -> bool:
        return self.kind == b"vide"

    @property
    def is_upright(self) -> bool:
        """It is shown as it is stored."""
        return self.matrix == _UPRIGHT


def read_tracks(path: Path) -> tuple[Track, ...]:
    """Read the tracks of pictures and sound; raise Torn if the boxes do not fit together."""
    with path.open("rb") as file:
        top = walk(file, 0, os.fstat(file.fileno()).st_size)
        moov = _find(top, b"moov")
        tracks = [box for box in walk(file, moov.start, moov.end) if box.kind == b"trak"]
        found = [_read_track(file, box) for box in tracks]
    return tuple(track for track in found if track.kind in _FIXED)


def _read_track(file: BinaryIO, trak: Box) -> Track:
    head = _content(file, _find(walk(file, trak.start, trak.end), b"tkhd"))
    media = _find(walk(file, trak.start, trak.end), b"mdia")
    clock = _content(file, _find(walk(file, media.start, media.end), b"mdhd"))
    kind = _content(file, _find(walk(file, media.start, media.end), b"hdlr"))[8:12]
    box = media
    for name in (b"minf", b"stbl", b"stsd"):
        box = _find(walk(file, box.start, box.end), name)
    # In version 1 the times before the timescale are wide.
    wide = clock[:1] == b"\1"
    timescale = int.from_bytes(clock[20:24] if wide else clock[12:16], "big")
    # The header ends with the matrix and the sides.
    coding = tuple(_codings(file, box, _FIXED[kind])) if kind in _FIXED else ()
    return Track(kind, timescale, head[-44:-8], head[-8:], coding)


def _codings(file: BinaryIO, stsd: Box, fixed: int) -> Iterator[tuple[bytes, bytes]]:
    # Version, flags and the number of entries come first.
    for entry in walk(file, stsd.start + 8, stsd.end):
        fields = bytearray(_content(file, entry)[:fixed])
        if fixed > _NAME.stop:
            fields[_NAME] = bytes(_NAME.stop - _NAME.start)
        yield entry.kind, bytes(fields)
        for box in walk(file, entry.start + fixed, entry.end):
            content = _content(file, box)
            if box.kind not in _RATES:
                yield box.kind, _without_rates(content) if box.kind == b"esds" else content


def _without_rates(esds: bytes) -> bytes:
    """Return what an `esds` says of the decoder: its kind, and what it needs to begin (tags 4 and 5).

    Between the two stand the size of its buffer and the rates, 11 bytes that differ from file to file.
    """
    start = 4 + _header(esds, 4) + 3  # version and flags; the descriptor of the stream, its id and flags
    config = start + _header(esds, start)
    return esds[config : config + 2] + esds[config + 13 :]


def _header(content: bytes, start: int) -> int:
    """Return how long a descriptor's tag and length are: the length has up to four bytes."""
    for count in range(1, 5):
        if content[start + count : start + count + 1] < b"\x80":
            return 1 + count
    raise Torn("a length without an end")


def _find(boxes: Iterator[Box], kind: bytes) -> Box:
    for box in boxes:
        if box.kind == kind:
            return box
    raise Torn(f"no {kind.decode()}")


def _content(file: BinaryIO, box: Box) -> bytes:
    if box.end - box.start > _MOST_BYTES:
        raise Torn("a description too long")
    file.seek(box.start)
    return file.read(box.end - box.start)
