"""What keeps the money needs of the world: RunComfy's prices and balance, and the ear of the owners."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal, Protocol

from bot.core.models import ModelId
from bot.core.money import Price


class Span(StrEnum):
    """Of which of its two spans a budget is spoken."""

    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Notice:
    """A budget that is nearly spent, or spent; amounts are in millionths of a dollar."""

    span: Span
    period: str
    """Its name, such as 2026-11-21 or 2026-11."""
    share: Literal[80, 100]
    """Percent; 100 also where so little is left that nothing can be made for it."""
    spent: int
    """What is reserved included."""
    budget: int
    renews: datetime


class Market(Protocol):
    """RunComfy's side of the money. Raises PassingError or OperatorError where it cannot be read."""

    async def price(self, model_id: ModelId) -> Price | None:
        """Return a model's price; None where the catalogue tells none that can be counted."""
        ...

    async def balance(self) -> int:
        """Return what is on the account, in millionths of a dollar; it may be less than nothing."""
        ...


class Owners(Protocol):
    """Those whose the bot is."""

    async def tell(self, notice: Notice) -> None:
        """Tell each of them directly, as far as that can be done; raises nothing for what cannot."""
        ...
