"""A form that a member has open, or has sent in vain: kept, so that nothing that was typed is lost."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.core.descent import Descent
from bot.core.ids import DraftId, UserId
from bot.core.source import PictureSource

Typed = Mapping[str, tuple[str, ...]]
"""What a form holds, by the names of its fields; a text is one value, a choice is any number of them."""


class Form(StrEnum):
    """Which form it is."""

    CHANGE = "change"
    ANIMATE = "animate"
    EXTEND = "extend"
    EDIT = "edit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a form is about, and what was typed into it so far. Times are UTC and aware."""

    id: DraftId
    owner_id: UserId
    made_at: datetime
    form: Form
    descent: Descent | None = None
    """The result that it began with, if it did."""
    sources: tuple[PictureSource, ...] = ()
    """The pictures that it offers, if it began with somebody's message."""
    typed: Typed = field(default_factory=dict[str, tuple[str, ...]], repr=False)
