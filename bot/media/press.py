"""Write a painted picture as the best file that fits. Imported in the confined process only.

Nothing but pixels is written: what Pillow keeps beside them of the file they came from is cleared first.
"""

import io
from dataclasses import dataclass
from typing import Final

from PIL import Image

# Nobody sees a difference to the original at the first; below the second anybody does.
BEST_QUALITY: Final = 95
WORST_QUALITY: Final = 50
# From here up, colours get as many samples as brightness; below, they are the first to be saved on.
_FULL_COLOUR: Final = 90
# Level 6, the usual, takes three times as long as 3 and saves nothing on a photograph (measured).
_PNG_EFFORT: Final = 3


@dataclass(frozen=True, slots=True)
class Pressed:
    """A file in memory."""

    format: str
    content: bytes
    quality: int = 100
    """Of 100, which is no loss at all."""


def press_png(picture: Image.Image, most_bytes: int) -> Pressed | None:
    """Write it without loss; None if that is too large."""
    content = _save(picture, "PNG", compress_level=_PNG_EFFORT)
    return Pressed("PNG", content) if len(content) <= most_bytes else None


def press_jpeg(picture: Image.Image, most_bytes: int) -> tuple[Pressed | None, float]:
    """Write it at the best quality that fits, and tell how many times too large the worst is.

    None if even the worst does not fit.
    """
    best = _jpeg(picture, BEST_QUALITY)
    if len(best.content) <= most_bytes:
        return best, 0.0
    found = _jpeg(picture, WORST_QUALITY)
    if len(found.content) > most_bytes:
        return None, len(found.content) / most_bytes
    low, high = WORST_QUALITY, BEST_QUALITY
    while high - low > 1:
        tried = _jpeg(picture, (low + high) // 2)
        if len(tried.content) <= most_bytes:
            found, low = tried, tried.quality
        else:
            high = tried.quality
    return found, 0.0


def _jpeg(picture: Image.Image, quality: int) -> Pressed:
    subsampling = "4:4:4" if quality >= _FULL_COLOUR else "4:2:0"
    return Pressed("JPEG", _save(picture, "JPEG", quality=quality, subsampling=subsampling), quality)


def _save(picture: Image.Image, name: str, **options: object) -> bytes:
    picture.info.clear()
    file = io.BytesIO()
    picture.save(file, name, **options)
    return file.getvalue()
