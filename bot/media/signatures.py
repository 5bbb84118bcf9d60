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
BMP: Final = Signature("BMP", ".bmp")
TIFF: Final = Signature("TIFF", ".tif")
AVIF: Final = Signature("AVIF", ".avif")
HEIC: Final = Signature("HEIC", ".heic")
MP4: Final = Signature("MP4", ".mp4")
MOV: Final = Signature("MOV", ".mov")
WEBM: Final = Signature("WEBM", ".webm")
MATROSKA: Final = Signature("MATROSKA", ".mkv")

PICTURES: Final = frozenset({JPEG, PNG, WEBP, GIF})
"""What a result may be."""
MENDABLE: Final = PICTURES | {BMP, TIFF, AVIF, HEIC}
"""What a member's picture may be."""
VIDEOS: Final = frozenset({MP4, MOV, WEBM, MATROSKA})

_STARTS: Final = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"BM", BMP),
    (b"II*\0", TIFF),
    (b"MM\0*", TIFF),
    (b"8BPS", Signature("PSD", ".psd")),
    (b"%PDF", Signature("PDF", ".pdf")),
    (b"\0\0\0\x0cjP  ", Signature("JPEG2000", ".jp2")),
    (b"\0\0\0\x0cJXL ", Signature("JPEG XL", ".jxl")),
    (b"\xff\x0a", Signature("JPEG XL", ".jxl")),
)

# The major brands of the boxes that open an ISO base media file.
_BRANDS: Final = {
    b"qt  ": MOV,
    **dict.fromkeys((b"avif", b"avis"), AVIF),
    # HEVC's own, and the two that say no more than "a picture": what kind is in the brands that follow.
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"), HEIC),
    **dict.fromkeys((b"mif1", b"msf1"), HEIC),
}


def named(name: str) -> Signature:
    """Return the signature of one of MENDABLE by its name."""
    return next(signature for signature in MENDABLE if signature.name == name)


def sniff(head: bytes) -> Signature | None:
    """Tell a format by the first HEAD bytes, None if it is none that anybody here knows."""
    if head[4:8] == b"ftyp":
        return _sniff_boxes(head)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[:4] == b"\x1aE\xdf\xa3":
        return WEBM if b"webm" in head else MATROSKA
    return next((signature for start, signature in _STARTS if head.startswith(start)), None)


def _sniff_boxes(head: bytes) -> Signature:
    """Tell a format by the brands in its first box; many a phone names a general one first."""
    major = _BRANDS.get(head[8:12], MP4)
    end = min(int.from_bytes(head[:4], "big"), len(head))
    others = {head[at : at + 4] for at in range(16, end, 4)}
    return AVIF if major is HEIC and others & {b"avif", b"avis"} else major
