"""How a picture is brought within a model's bounds: what is kept of it, how large, on what canvas. Pure.

Only the standard library is imported: the confined program that does the work imports this too.
"""

import math
from dataclasses import dataclass
from typing import Final, NamedTuple

from bot.core.mending import Framing, Mending

# The largest picture that is decoded or written; one as large as a frame may be has 36 million.
PIXEL_LIMIT: Final = 64_000_000
# A phone's largest. A JPEG can be decoded at half its sides, and beyond the limit above it is.
JPEG_PIXEL_LIMIT: Final = 200_000_000
HALF: Final = 0.49
"""A little less, so that rounding never asks for more than the half."""
# So far inside the bounds is a shape that we make ourselves, before its sides are rounded.
_INSIDE: Final = 0.01


class Sides(NamedTuple):
    """Pixels."""

    width: int
    height: int

    @property
    def aspect(self) -> float:
        return self.width / self.height

    @property
    def area(self) -> int:
        return self.width * self.height


def pixel_limit(name: str) -> int:
    """Return how many pixels a picture of a format, as Pillow names it, may have."""
    return JPEG_PIXEL_LIMIT if name == "JPEG" else PIXEL_LIMIT


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the sides must keep to. Every bound is exclusive, and a square keeps to the aspect."""

    side_over: int
    side_under: int | None
    aspect_over: float
    aspect_under: float
    """Width divided by height."""

    def takes_aspect(self, sides: Sides) -> bool:
        """Tell whether the sides have a shape that is allowed, whatever their lengths."""
        return self.aspect_over < sides.aspect < self.aspect_under


@dataclass(frozen=True, slots=True)
class Shape:
    """What becomes of a picture: a part of it is kept, drawn to scale in the middle of a canvas."""

    whole: Sides
    """As it came, upright."""
    kept: Sides
    """The middle of it; what is outside is cut off."""
    drawn: Sides
    canvas: Sides
    scale: float

    @property
    def is_unchanged(self) -> bool:
        return self.whole == self.kept == self.drawn == self.canvas

    @property
    def mended(self) -> tuple[Mending, ...]:
        """What this does to the picture, in order."""
        done = {
            Mending.CROPPED: self.kept != self.whole,
            Mending.BARRED: self.drawn != self.canvas,
            Mending.ENLARGED: self.scale > 1,
            Mending.REDUCED: self.scale < 1,
        }
        return tuple(mending for mending, is_done in done.items() if is_done)


def shape(whole: Sides, bounds: Bounds, framing: Framing | None, *, most: float = math.inf) -> Shape | None:
    """Bring a picture within bounds; None where its aspect is outside and nobody said how to frame it.

    It is scaled by `most` at the most, as far as the bounds leave that open.
    """
    kept = canvas = whole
    if not bounds.takes_aspect(whole):
        match framing:
            case Framing.CROP:
                kept = canvas = _cropped(whole, bounds)
            case Framing.BARS:
                canvas = _barred(whole, bounds)
            case None:
                return None
    scale = _scale(canvas, bounds, most)
    final = _scaled(canvas, scale, bounds)
    return Shape(whole, kept, _drawn(kept, canvas, final), final, scale if final != canvas else 1.0)


def smaller(before: Shape, bounds: Bounds, framing: Framing | None, share: float) -> Shape | None:
    """Scale a shape down to a share of its sides; None where the bounds allow nothing smaller."""
    after = shape(before.whole, bounds, framing, most=before.scale * share)
    return after if after is not None and after.canvas.area < before.canvas.area else None


def _cropped(whole: Sides, bounds: Bounds) -> Sides:
    if whole.aspect >= bounds.aspect_under:
        widest = bounds.aspect_under * (1 - _INSIDE)
        return whole._replace(width=max(1, math.floor(whole.height * widest)))
    narrowest = bounds.aspect_over * (1 + _INSIDE)
    return whole._replace(height=max(1, math.floor(whole.width / narrowest)))


def _barred(whole: Sides, bounds: Bounds) -> Sides:
    if whole.aspect >= bounds.aspect_under:
        widest = bounds.aspect_under * (1 - _INSIDE)
        return whole._replace(height=math.ceil(whole.width / widest))
    narrowest = bounds.aspect_over * (1 + _INSIDE)
    return whole._replace(width=math.ceil(whole.height * narrowest))


def _scale(canvas: Sides, bounds: Bounds, most: float) -> float:
    """Return the scale that changes least: 1 where the canvas is within the bounds as it is."""
    scale = min(1.0, most)
    if canvas.area > PIXEL_LIMIT:
        # A thousandth is more than rounding the sides up can add.
        scale = min(scale, math.sqrt(PIXEL_LIMIT * 0.999 / canvas.area))
    if bounds.side_under is not None:
        scale = min(scale, (bounds.side_under - 1) / max(canvas))
    return max(scale, (bounds.side_over + 1) / min(canvas))


def _scaled(canvas: Sides, scale: float, bounds: Bounds) -> Sides:
    """Scale, round, and see that rounding led to nothing outside the bounds."""
    if scale == 1:
        return canvas
    least, most = bounds.side_over + 1, math.inf if bounds.side_under is None else bounds.side_under - 1
    width, height = (int(min(max(round(side * scale), least), most)) for side in canvas)
    # Of two exclusive bounds around a square, the longer side alone can be too long.
    while width > height and width / height >= bounds.aspect_under:
        width -= 1
    while height > width and width / height <= bounds.aspect_over:
        height -= 1
    return Sides(width, height)


def _drawn(kept: Sides, canvas: Sides, final: Sides) -> Sides:
    """Return how large the kept part is within the final canvas: as wide, or as high, or both."""
    width = final.width if kept.width == canvas.width else round(kept.width * final.height / canvas.height)
    height = final.height if kept.height == canvas.height else round(kept.height * final.width / canvas.width)
    return Sides(min(max(1, width), final.width), min(max(1, height), final.height))
