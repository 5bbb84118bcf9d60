"""One real file of each kind of picture that members attach, all drawn on the spot.

What they show is a picture of our own under a camera's grain: flat colours would weigh nothing.
"""

import io
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from PIL import Image, ImageOps

from bot.core.mending import Framing
from bot.sandbox.pictures import POND
from tests.media.samples import a_telling_picture, an_srgb_profile, written

CAMERA: Final = (4000, 3000)
UPRIGHT: Final = (3000, 4000)
PHONE: Final = (2016, 1512)
SCREEN: Final = (1280, 960)

_LYING: Final = 6
"""The EXIF orientation of what a phone takes when it is held upright."""

# The primaries of Display P3 as its ICC profile has them, adapted to D50: red, green, blue.
_P3: Final = {
    b"rXYZ": (0.51512, 0.24120, -0.00105),
    b"gXYZ": (0.29198, 0.69225, 0.04189),
    b"bXYZ": (0.15710, 0.06657, 0.78407),
}


@dataclass(frozen=True, slots=True)
class Sample:
    """A file, and what the member has chosen for it, if anything."""

    what: str
    draw: Callable[[], bytes]
    framing: Framing | None = None


@lru_cache(maxsize=4)
def photograph(size: tuple[int, int]) -> Image.Image:
    """Draw the pond with a camera's grain."""
    with Image.open(POND) as pond:
        scene = ImageOps.fit(pond.convert("RGB"), size, Image.Resampling.BICUBIC)
    grain = Image.effect_noise(size, 24).convert("RGB")
    return Image.blend(scene, grain, 0.12)


def _plain(name: str, size: tuple[int, int] = SCREEN, **options: object) -> Callable[[], bytes]:
    return lambda: written(photograph(size), name, **options)


def _noted(name: str, size: tuple[int, int], orientation: int = 1) -> Callable[[], bytes]:
    """Write beside the picture who took it, with what and where."""

    def draw() -> bytes:
        with Image.open(io.BytesIO(a_telling_picture(name, orientation, (64, 64)))) as telling:
            notes: object = telling.info["exif"]
        lying = photograph(size).transpose(Image.Transpose.ROTATE_90)
        return written(lying if orientation == _LYING else photograph(size), name, exif=notes, quality=92)

    return draw


def _moving(name: str, size: tuple[int, int], **options: object) -> Callable[[], bytes]:
    def draw() -> bytes:
        picture = photograph(size)
        rest = [picture.rotate(4 * turn) for turn in range(1, 12)]
        return written(picture, name, save_all=True, append_images=rest, duration=80, **options)

    return draw


def _double() -> bytes:
    """Put a second picture behind the first, as phones do it."""
    picture = photograph(PHONE)
    return written(picture, "MPO", save_all=True, append_images=[picture.rotate(1)])


def _see_through() -> bytes:
    picture = photograph(SCREEN).convert("RGBA")
    # Pillow names types of NumPy, which is not here.
    hole = Image.radial_gradient("L").resize(SCREEN)  # pyright: ignore[reportUnknownMemberType]
    picture.putalpha(hole)
    return written(picture, "PNG")


def _deep() -> bytes:
    grey = photograph(SCREEN).convert("L")
    wide = b"".join(bytes((0, level)) for level in grey.tobytes())
    return written(Image.frombytes("I;16", SCREEN, wide), "PNG")


def _palette() -> bytes:
    return written(photograph(SCREEN).quantize(256), "PNG")


def _wide_gamut() -> bytes:
    return written(photograph(SCREEN), "JPEG", quality=92, icc_profile=display_p3())


def display_p3() -> bytes:
    """Make a profile of Display P3 from that of sRGB: other primaries under another name."""
    profile = bytearray(an_srgb_profile())
    for number in range(int.from_bytes(profile[128:132], "big")):
        entry = 132 + 12 * number
        tag, at = bytes(profile[entry : entry + 4]), int.from_bytes(profile[entry + 4 : entry + 8], "big")
        if tag in _P3:
            profile[at + 8 : at + 20] = struct.pack(">3i", *(round(value * 65536) for value in _P3[tag]))
    return bytes(profile).replace("sRGB".encode("utf-16-be"), "P3-D".encode("utf-16-be"))


WIDE: Final = (2400, 600)
SAMPLES: Final = (
    Sample("JPEG", _plain("JPEG", quality=92)),
    Sample("JPEG of a phone: lying, with camera and place", _noted("JPEG", UPRIGHT, _LYING)),
    Sample("JPEG in Display P3", _wide_gamut),
    Sample("JPEG in CMYK", lambda: written(photograph(SCREEN).convert("CMYK"), "JPEG", quality=92)),
    Sample("JPEG with a second picture (MPO)", _double),
    Sample("HEIC, with camera and place", _noted("HEIC", PHONE)),
    Sample("AVIF, with camera and place", _noted("AVIF", PHONE)),
    Sample("WebP", _plain("WEBP", quality=90)),
    Sample("WebP without loss", _plain("WEBP", lossless=True, method=0)),
    Sample("WebP, 12 frames", _moving("WEBP", (640, 480), method=0)),
    Sample("GIF, 12 frames", _moving("GIF", (640, 480))),
    Sample("PNG, 12 frames (APNG)", _moving("PNG", (640, 480))),
    Sample("PNG", _plain("PNG")),
    Sample("PNG, see-through at its middle", _see_through),
    Sample("PNG of 16 bits", _deep),
    Sample("PNG with a palette", _palette),
    Sample("BMP", _plain("BMP")),
    Sample("TIFF", _plain("TIFF")),
    Sample("too small", _plain("PNG", (200, 150))),
    Sample("too large in sides", _plain("JPEG", (7000, 4000), quality=80)),
    Sample("too many pixels", _plain("JPEG", (10_000, 7500), quality=60)),
    Sample("too heavy", _plain("PNG", CAMERA, compress_level=1)),
    Sample("too wide, not asked yet", _plain("JPEG", WIDE)),
    Sample("too wide, crop chosen", _plain("JPEG", WIDE), Framing.CROP),
    Sample("too wide, bars chosen", _plain("JPEG", WIDE), Framing.BARS),
)
OF_NOTE: Final[Mapping[str, str]] = {"HEIF": "HEIC", "MPO": "JPEG", "WEBP": "WebP"}
"""How formats are called, where Pillow calls them otherwise."""
