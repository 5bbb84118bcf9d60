"""Take everything out of a picture's file that is not the picture, without decoding it. Pure: bytes to bytes.

None is returned for a file whose parts do not fit together; it must then be written anew. The colours must
be sRGB and nothing transparent, as profiles and alpha chunks go too.
"""

import re
import struct
from collections.abc import Callable, Mapping
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
_PNG_KEPT: Final = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND"})


class _Odd(Exception):  # noqa: N818 (what the file is)
    """Its parts do not fit together."""


def strip(name: str, content: bytes) -> bytes | None:
    """Return the bare picture in the same format; None where it cannot be had like this."""
    stripper = _STRIPPERS.get(name)
    try:
        return stripper(content) if stripper else None
    except (_Odd, IndexError, struct.error):
        return None


def _strip_jpeg(content: bytes) -> bytes:
    bare, at, scans = bytearray(b"\xff\xd8"), 2, 0
    # The end itself may be missing: decoders do without it once all is there.
    while at < len(content):
        marker, at = _read_marker(content, at)
        if marker == _EOI:
            break
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
    while True:
        length, kind = struct.unpack_from(">I4s", content, at)
        end = at + 12 + length
        if end > len(content):
            raise _Odd
        if kind in _PNG_KEPT:
            bare += content[at:end]
        if kind == b"IEND":
            return bytes(bare)
        at = end


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
