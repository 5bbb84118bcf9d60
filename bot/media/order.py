"""What the bot asks of the confined process that mends a picture, and what that answers.

Both sides import this, so it needs the standard library only. The name of a member's file is not in it.
"""

import json
from dataclasses import asdict, dataclass
from enum import StrEnum, auto
from typing import Self

from bot.core.mending import Framing, Mending
from bot.core.shaping import Bounds


@dataclass(frozen=True, slots=True)
class Order:
    """One picture to be mended."""

    source: str
    """A path; so is the target, which gets its suffix from the bot."""
    format: str
    """As its first bytes say; it is opened as nothing else."""
    target: str
    formats: tuple[str, ...]
    """What may be written, JPEG at least, as Pillow names it."""
    bounds: Bounds
    framing: Framing | None
    most_bytes: int

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote."""
        fields = json.loads(text)
        bounds, formats, framing = (fields.pop(name) for name in ("bounds", "formats", "framing"))
        return cls(
            **fields,
            bounds=Bounds(**bounds),
            formats=tuple(formats),
            framing=Framing(framing) if framing else None,
        )


class Why(StrEnum):
    """Why a picture was not mended."""

    UNREADABLE = auto()
    SLOW = auto()
    PIXELS = auto()
    ASPECT = auto()
    HEAVY = auto()


@dataclass(frozen=True, slots=True)
class Refused:
    """It was not, and nothing was written."""

    why: Why
    width: int = 0
    height: int = 0
    """Upright, where they are the reason."""
    limit: int = 0
    """Pixels, where they are the reason."""


@dataclass(frozen=True, slots=True)
class Mended:
    """It was, and lies at the target."""

    format: str
    size: int
    width: int
    height: int
    mended: tuple[Mending, ...]
