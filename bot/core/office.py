"""What the people who run a place need of the store: allowances, policies, the books, the record of acts.

Every change names who does it and is written together with its line in the record of acts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol

from bot.core.ids import GrantId, GuildId, JobId, RoleId, UserId
from bot.core.job import Job, State
from bot.core.ledger import Entry, Purse
from bot.core.policy import Policy
from bot.core.quota import Bound, Figures, Layer, Rates, Usage
from bot.core.rights import Act


@dataclass(frozen=True, slots=True)
class Deed:
    """One act of somebody who runs the place, as it is kept: who, what, to whom, why and when."""

    at: datetime
    actor_id: UserId
    act: Act
    guild_id: GuildId | None
    """None where it was for the whole bot."""
    user_id: UserId | None = None
    """Whom it was about."""
    job_id: JobId | None = None
    why: str = ""
    details: Mapping[str, str | int | None] = field(default_factory=dict[str, str | int | None])


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose figures a layer sets: everybody's in a server, a role's, or a member's."""

    guild_id: GuildId
    layer: Layer
    id: RoleId | UserId | None = None
    """None for everybody in the server."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which jobs are meant; None is any."""

    guild_id: GuildId | None = None
    owner_id: UserId | None = None
    state: State | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many jobs of a kind there were in a time, and what they came to."""

    day: date
    guild_id: GuildId | None
    owner_id: UserId
    command: str
    state: State
    jobs: int
    credits: int
    """Charged ones only."""
    microusd: int
    """As RunComfy has told where it has, else as estimated; of jobs that it may have charged for."""


@dataclass(frozen=True, slots=True)
class House:
    """What somebody who asks for a job in a place is judged by."""

    everywhere: Policy
    here: Policy
    blocked: str | None = None
    """Why nothing of theirs is accepted."""


class Office(Protocol):
    """Every method is one transaction, and raises as the methods of `Store` do."""

    async def policy(self, guild_id: GuildId | None) -> Policy:
        """Return what was decided about a server, or, for None, about the whole bot."""
        ...

    async def house(self, purse: Purse) -> House:
        """Return what somebody is judged by in a place."""
        ...

    async def set_policy(self, guild_id: GuildId | None, policy: Policy, deed: Deed) -> None:
        """Write a policy whole."""
        ...

    async def figures(self, guild_id: GuildId) -> Sequence[tuple[Subject, Figures]]:
        """Return all that was set in a server, everybody's first, then roles, then members."""
        ...

    async def set_figures(self, subject: Subject, figures: Figures, deed: Deed) -> None:
        """Write what a layer says, over what it said; nothing said at all takes it away."""
        ...

    async def bound(self, guild_id: GuildId) -> Bound | None:
        """Return what a whole server may use, None where only the configuration says."""
        ...

    async def set_bound(self, guild_id: GuildId, bound: Bound | None, deed: Deed) -> None:
        """Write what a whole server may use."""
        ...

    async def usage(self, purse: Purse, roles: frozenset[RoleId], rates: Rates, now: datetime) -> Usage:
        """Return how a member stands in a place, by the same sums by which a job is admitted."""
        ...

    async def grant(
        self, purse: Purse, amount: int, good_for: timedelta, deed: Deed, number: GrantId | None = None
    ) -> GrantId:
        """Give a member credits beyond the allowance, for a time; of a number that was there before, nothing.

        Without a number it has one of its own.
        """
        ...

    async def reset(self, purse: Purse, rates: Rates, deed: Deed) -> int:
        """Have nothing count as used today and this month; return the credits so given for the month."""
        ...

    async def expire(self, now: datetime) -> int:
        """Enter what is left of grants whose time is over; return how many there were."""
        ...

    async def entries(self, purse: Purse, count: int) -> Sequence[Entry]:
        """Return the latest entries of a member's account in a place, newest first."""
        ...

    async def block(self, guild_id: GuildId | None, user_id: UserId, why: str, deed: Deed) -> None:
        """Have nothing more accepted of somebody in a server, or, for None, anywhere."""
        ...

    async def unblock(self, guild_id: GuildId | None, user_id: UserId, deed: Deed) -> bool:
        """Take a block away; False where there was none."""
        ...

    async def all_blocked(self, guild_id: GuildId | None) -> Sequence[UserId]:
        """Return who is blocked in a server itself, or, for None, everywhere, by their ids."""
        ...

    async def jobs(self, which: Filter, count: int, *, matching: str = "") -> Sequence[Job]:
        """Return the latest such jobs, newest first; `matching` is how their id begins."""
        ...

    async def tallies(self, guild_id: GuildId | None, since: datetime, until: datetime) -> Sequence[Tally]:
        """Count the jobs accepted in a time (days of UTC), of a server, or, for None, of the whole bot."""
        ...

    async def note(self, deed: Deed, move: tuple[Job, Job] | None = None) -> bool:
        """Keep an act together with the move of a job that it makes, from one to the other.

        False, and nothing is kept, where somebody was faster. An act without a move has its effect written
        elsewhere, such as a wish to cancel.
        """
        ...

    async def deeds(self, guild_id: GuildId | None, count: int) -> Sequence[Deed]:
        """Return the latest acts in a server, or, for None, everywhere, newest first."""
        ...
