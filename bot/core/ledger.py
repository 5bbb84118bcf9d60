"""The words of the ledger: what moves credits, whose they are, and how they stand.

Entries are only ever appended. How an account stands is nothing but the sum over its entries.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.ids import GrantId, GuildId, JobId, UserId


@dataclass(frozen=True, slots=True)
class Purse:
    """Whose credits, and where: a member has a purse in each server, and one in direct messages."""

    user_id: UserId
    guild_id: GuildId | None


class Movement(StrEnum):
    """What an entry does to the accounts that it concerns."""

    RESERVED = "reserved"
    """A job was accepted, or came back to life by a late answer."""
    CHARGED = "charged"
    """A job was delivered: what it had reserved is used."""
    GIVEN_BACK = "given back"
    """A job ended otherwise: what it had reserved is free again."""
    GRANTED = "granted"
    """Somebody gave a member credits beyond the allowance."""
    EXPIRED = "expired"
    """What was left of a grant is gone."""
    ADJUSTED = "adjusted"
    """Somebody changed by hand what counts as used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the ledger: who, what, why and when."""

    number: int
    at: datetime
    movement: Movement
    purse: Purse
    credits: int
    """How many move; negative only where an adjustment takes away from what counts as used."""
    microusd: int = 0
    """Millionths of a dollar: what it may cost where it reserves, else what it has cost as far as known."""
    job_id: JobId | None = None
    grant_id: GrantId | None = None
    actor_id: UserId | None = None
    """Who did it; None where the bot did, by its own rules."""
    why: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How an account stands in a period: the sums over its entries."""

    reserved: int = 0
    used: int = 0
    reserved_microusd: int = 0
    used_microusd: int = 0

    @property
    def credits(self) -> int:
        """What counts against an allowance."""
        return self.reserved + self.used

    @property
    def microusd(self) -> int:
        """What counts against a budget."""
        return self.reserved_microusd + self.used_microusd


@dataclass(frozen=True, slots=True)
class Grant:
    """Credits beyond the allowance, as far as they are left."""

    id: GrantId
    left: int
    good_until: datetime
