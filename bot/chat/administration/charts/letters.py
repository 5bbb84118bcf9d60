"""The letters of the pictures: the one font, how wide its words are, and which letters it has.

The font is the one that Pillow brings: it is there wherever the bot is, and has little beyond ASCII. What it
lacks is never drawn.
"""

from collections.abc import Callable
from functools import cache
from typing import Final

from PIL import ImageFont

# Of Aileron, as Pillow 12 and 13 bring it; a test asks the font itself.
_BEYOND_ASCII: Final = frozenset("©«°±´·»‘’“”…‹›™")  # noqa: RUF001 (these very signs)
_LONGEST: Final = 200
"""Letters that are looked at: no label is longer."""


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """Return the font in a size in pixels."""
    found = ImageFont.load_default(size)
    assert isinstance(found, ImageFont.FreeTypeFont)
    return found


def is_drawable(words: str) -> bool:
    """Tell whether there is something to draw, and the font has all its letters."""
    return bool(words.strip()) and all(" " <= sign <= "~" or sign in _BEYOND_ASCII for sign in words)


def width(words: str, size: int, stroke: float = 0) -> int:
    """Return how wide words are, in whole pixels."""
    return int(font(size).getlength(words) + 2 * stroke) + 1


def cut(words: str, size: int, room: int) -> str:
    """Return as much of the words as there is room for, with a mark where something is missing."""
    if len(words) <= _LONGEST and width(words, size) <= room:
        return words
    shown = words[:_LONGEST]
    while shown and width(shown.rstrip() + "…", size) > room:
        shown = shown[:-1]
    return shown.rstrip() + "…"


def largest(sizes: range, fits: Callable[[int], bool]) -> int:
    """Return the largest size with which something fits, else the smallest there is."""
    return next((size for size in reversed(sizes) if fits(size)), sizes[0])
