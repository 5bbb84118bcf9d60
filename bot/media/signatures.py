"""What a file is, by its first bytes. Pure. Names, suffixes and declared types are never looked at."""

from dataclasses import dataclass
from typing import Final

HEAD: Final = 64
"""Bytes that are enough to tell."""


@dataclass(frozen=True, slots=True)
class Signature:
    """A format: its name as Pillow or ffmpeg give it, and the suffix that it gets here."""

    name: str
    suffix: str


JPEG: Final = Signature("JPEG", ".jpg")
PNG: Final = Signature("PNG", ".png")
WEBP: Final = Signature("WEBP", ".webp")
GIF: Final = Signature("GIF", ".gif")
MP4: Final = Signature("MP4", ".mp4")
MOV: Final = Signature("MOV", ".mov")
WEBM: Final = Signature("WEBM", ".webm")
MATROSKA: Final = Signature("MATROSKA", ".mkv")

PICTURES: Final = frozenset({JPEG, PNG, WEBP, GIF})
VIDEOS: Final = frozenset({MP4, MOV, WEBM, MATROSKA})

_STARTS: Final = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"BM", Signature("BMP", ".bmp")),
    (b"II*\0", Signature("TIFF", ".tif")),
    (b"MM\0*", Signature("TIFF", ".tif")),
    (b"8BPS", Signature("PSD", ".psd")),
    (b"%PDF", Signature("PDF", ".pdf")),
    (b"\0\0\0\x0cjP  ", Signature("JPEG2000", ".jp2")),
    (b"\0\0\0\x0cJXL ", Signature("JPEG XL", ".jxl")),
    (b"\xff\x0a", Signature("JPEG XL", ".jxl")),
)

# The major brands of the boxes that open an ISO base media file.
_BRANDS: Final = {
    b"qt  ": MOV,
    b"avif": Signature("AVIF", ".avif"),
    b"avis": Signature("AVIF", ".avif"),
    **dict.fromkeys((b"heic", b"heix", b"hevc", b"heim", b"mif1", b"msf1"), Signature("HEIC", ".heic")),
}


def sniff(head: bytes) -> Signature | None:
    """Tell a format by the first HEAD bytes, None if it is none that anybody here knows."""
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], MP4)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[:4] == b"\x1aE\xdf\xa3":
        return WEBM if b"webm" in head else MATROSKA
    return next((signature for start, signature in _STARTS if head.startswith(start)), None)
