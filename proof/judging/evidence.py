"""What a run leaves for the judge, and what the judge finds. Values only."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bot.sandbox.stage import Stage

SUBMITTING: Final = 2
"""Paid calls under way at a time: so many jobs at most are in doubt after a death (DESIGN, section 3)."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A promise that was broken: `invariant` is I1 to I9 or one of the judge's own words."""

    invariant: str
    what: str

    def __str__(self) -> str:
        return f"{self.invariant}: {self.what}"


@dataclass(frozen=True, slots=True)
class Caps:
    """What the settings of the run allow a member: credits a day and a month, jobs under way at a time."""

    daily: int = 60
    monthly: int = 600
    active: int = 2


@dataclass(frozen=True, slots=True)
class Span:
    """Seconds on the clock of the Discord stand-in (`Discord.now`)."""

    since: float
    until: float

    def touches(self, other: "Span") -> bool:
        """Tell whether there is a moment that both hold."""
        return self.since <= other.until and other.since <= self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a run leaves, and what the one who disturbed it knows and the ledgers do not tell."""

    stage: Stage
    kills: int = 0
    """Lives that ended without a word: SIGKILL, out of memory, power loss."""
    lost_answers: int = 0
    """Submits whose answer a fault has lost or spoiled, so that RunComfy may have sold something."""
    history: Path | None = None
    """The file of `Orders.history`, of all lives together."""
    caps: Caps = field(default_factory=Caps)
    outages: tuple[Span, ...] | None = None
    """When commands could go unheard: from a death, or a lost gateway session, until the bot was ready again.

    None: not noted; then a kill explains any command that has neither an answer nor a job.
    """
    closed: frozenset[int] = frozenset()
    """Channels in which the bot could not act at some time, by their ids."""
    unpingable: frozenset[int] = frozenset()
    """Members who had left, or took no direct messages, at some time."""
    forgiven: tuple[str, ...] = ()
    """Patterns of the stand-ins' problems that the faults of this run explain."""
