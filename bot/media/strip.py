"""Take everything out of a picture's file that is not the picture, without decoding it. Pure: bytes to bytes.

None is returned for a file whose parts do not fit together, or where something may hide among them; it must
then be written anew. The colours must be sRGB and nothing transparent, as profiles and alpha chunks go too.

What only a decoder could tell from the picture stays: bytes behind the data of a JPEG's scan or within its
tables, and behind the frame within a WebP's chunk. No camera and no program is known to write anything there.
"""

import re
import struct
import zlib
from collections.abc import Callable, Iterable, Mapping
from typing import Final

# Tables, frames, scans, restarts: all that a JPEG is made of besides APPn and comments (T.81, table B.1).
_JPEG_KEPT: Final = frozenset({*range(0xC0, 0xC8), *range(0xC9, 0xD0), 0xDA, 0xDB, 0xDD})
_JPEG_DROPPED: Final = frozenset({*range(0xE0, 0xF0), 0xFE})
_APP0, _APP14, _SOS, _EOI = 0xE0, 0xEE, 0xDA, 0xD9
# A marker within a scan: not a stuffed byte, a restart or a fill byte.
_JPEG_MARKER: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
# JFIF 1.01, no density, no thumbnail.
_JFIF: Final = b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"

_PNG_START: Final = b"\x89PNG\r\n\x1a\n"
# The longest that each may be; the pixels' own length is known from the header.
_PNG_KEPT: Final = {b"IHDR": 13, b"PLTE": 768, b"IDAT": 1 << 31, b"IEND": 0}
# Samples in a pixel, by the type of colour (PNG, table 11.1).
_PNG_SAMPLES: Final = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
# Where each pass of an interlaced PNG begins, and its steps: across, down (PNG, section 8.2).
_PNG_PASSES: Final = (
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
)
# Bytes that are read, and had, at a time.
_SLICE: Final = 1 << 16
_INFLATED: Final = 1 << 20


class _Odd(Exception):  # noqa: N818 (what the file is)
    """Its parts do not fit together."""


def strip(name: str, content: bytes) -> bytes | None:
    """Return the bare picture in the same format; None where it cannot be had like this."""
    stripper = _STRIPPERS.get(name)
    try:
        return stripper(content) if stripper else None
    except (_Odd, LookupError, struct.error, zlib.error):
        return None


def _strip_jpeg(content: bytes) -> bytes:
    bare, at, scans = bytearray(b"\xff\xd8"), 2, 0
    # Where the end is missing, nobody knows what belongs to the last scan: the file is not read any further.
    while (found := _read_marker(content, at))[0] != _EOI:
        marker, at = found
        (length,) = struct.unpack_from(">H", content, at)
        if at + length > len(content):
            raise _Odd
        bare += _keep_segment(marker, content[at + 2 : at + length])
        at += length
        if marker == _SOS:
            end = _end_of_scan(content, at)
            bare += content[at:end]
            at = end
            scans += 1
    if not scans:
        raise _Odd
    return bytes(bare + b"\xff\xd9")


def _read_marker(content: bytes, at: int) -> tuple[int, int]:
    """Return the marker at a place, and where it ends; any number of fill bytes may come before it."""
    if content[at] != 0xFF:
        raise _Odd
    while content[at] == 0xFF:
        at += 1
    return content[at], at + 1


def _keep_segment(marker: int, segment: bytes) -> bytes:
    """Return what is kept of a segment: all, something, or nothing."""
    if marker == _APP0 and segment.startswith(b"JFIF\0"):
        segment = _JFIF
    elif marker == _APP14 and segment.startswith(b"Adobe"):
        # Twelve bytes say which colour model the numbers are in.
        segment = segment[:12]
    elif marker in _JPEG_DROPPED:
        return b""
    elif marker not in _JPEG_KEPT:
        raise _Odd
    return struct.pack(">BBH", 0xFF, marker, len(segment) + 2) + segment


def _end_of_scan(content: bytes, at: int) -> int:
    found = _JPEG_MARKER.search(content, at)
    return found.start() if found else len(content)


def _strip_png(content: bytes) -> bytes:
    bare, at = bytearray(_PNG_START), len(_PNG_START)
    header, pixels, kind = b"", list[bytes](), b""
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", content, at)
        end = at + 12 + length
        if end > len(content) or length > _PNG_KEPT.get(kind, length):
            raise _Odd
        body = content[at + 8 : end - 4]
        if kind == b"IHDR":
            header = body
        if kind == b"IDAT":
            pixels.append(body)
        if kind in _PNG_KEPT:
            bare += content[at:end]
        at = end
    if not _is_all(pixels, _size_of_rows(header)):
        raise _Odd
    return bytes(bare)


def _size_of_rows(header: bytes) -> int:
    """Return how many bytes the rows of pixels have, each with a byte before it that names its filter."""
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    bits = depth * _PNG_SAMPLES[colour]
    size = 0
    for left, top, across, down in _PNG_PASSES if interlaced else ((0, 0, 1, 1),):
        columns, rows = -(-(width - left) // across), -(-(height - top) // down)
        size += rows * (1 + (columns * bits + 7) // 8) if columns > 0 and rows > 0 else 0
    return size


def _is_all(pixels: Iterable[bytes], size: int) -> bool:
    """Tell whether a compressed stream holds so many bytes, and ends where its parts do; keeps none of it."""
    inflating, found = zlib.decompressobj(), 0
    slices = (part[at : at + _SLICE] for part in pixels for at in range(0, len(part), _SLICE))
    for some in slices:
        rest = some
        while chunk := inflating.decompress(rest, _INFLATED):
            rest = inflating.unconsumed_tail
            found += len(chunk)
            if found > size:
                return False
        if inflating.unused_data:
            return False
    return inflating.eof and found == size


def _strip_webp(content: bytes) -> bytes:
    """Return the simple form: one chunk, with no header that announces others."""
    at = 12
    while True:
        kind, length = struct.unpack_from("<4sI", content, at)
        end = at + 8 + length
        if end > len(content):
            raise _Odd
        if kind in {b"VP8 ", b"VP8L"}:
            chunk = content[at:end] + bytes(length % 2)
            return b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk
        at = end + length % 2


_STRIPPERS: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "JPEG": _strip_jpeg,
    "PNG": _strip_png,
    "WEBP": _strip_webp,
}
