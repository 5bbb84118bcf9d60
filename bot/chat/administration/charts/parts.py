"""What a picture is made of: blocks of colour, and words upon them. Values only; nothing is painted here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from bot.chat.administration.charts.letters import font

SIDE: Final = 1100
"""Pixels. Square, as Discord cuts the pictures of a gallery of two to squares; twice the width that a message
has at most, as most screens have two pixels for one."""
MARGIN: Final = 48

Anchor = Literal["l", "m", "r"]
"""Where a word's place is: at its left, in its middle, at its right."""


@dataclass(frozen=True, slots=True)
class Block:
    """A rectangle."""

    left: int
    top: int
    right: int
    bottom: int
    colour: str
    radius: int = 0
    is_flat_below: bool = False
    """Only the upper corners are round."""


@dataclass(frozen=True, slots=True)
class Words:
    """Words on one line."""

    x: int
    y: int
    """Of the line that letters stand on."""
    text: str
    size: int
    colour: str
    anchor: Anchor = "l"
    stroke: float = 0
    """How much thicker than the font's letters: it has one weight only."""

    def box(self) -> tuple[float, float, float, float]:
        """Return what they cover: left, top, right, bottom."""
        left, top, right, bottom = font(self.size).getbbox(self.text, anchor=f"{self.anchor}s")
        rim = self.stroke
        return self.x + left - rim, self.y + top - rim, self.x + right + rim, self.y + bottom + rim


@dataclass(frozen=True, slots=True)
class Drawing:
    """A whole picture; what comes later lies above."""

    background: str
    blocks: Sequence[Block]
    words: Sequence[Words]
