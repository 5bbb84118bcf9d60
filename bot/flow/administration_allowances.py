"""Acts on allowances: show, set, grant, reset. Every one asks for the right first and is kept in the record.

A manager stays below a roof: what the whole server may use, or what everybody has by the configuration.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core.errors import MemberError, Problem
from bot.core.ids import GrantId, GuildId, RoleId, UserId
from bot.core.ledger import Entry, Purse
from bot.core.office import Deed, Office, Subject
from bot.core.ports import Clock
from bot.core.quota import Account, Allowance, Bound, Figures, Layer, Rates, Usage
from bot.core.rights import Act, Actor, Rank, require
from bot.flow import administration_values as values

# How many lines of a member's ledger are shown.
_ENTRIES = 10
_NOBODY = UserId(0)


@dataclass(frozen=True, slots=True)
class ServerQuota:
    """What counts in a server, and how all of it stands."""

    default: Allowance
    """Everybody's, where no layer says anything: the configuration's."""
    bound: Bound
    """What the whole server may use."""
    is_bound_here: bool
    """Whether the bound was set for this server; else it is the configuration's."""
    account: Account
    layers: Sequence[tuple[Subject, Figures]]
    """All that was set, everybody's first, then roles, then members."""


@dataclass(frozen=True, slots=True)
class MemberQuota:
    """How a member stands in a server."""

    usage: Usage
    own: Figures
    """What was set for this member alone."""
    entries: Sequence[Entry]
    """The latest lines of their ledger here, newest first."""


@dataclass(frozen=True, slots=True)
class Granted:
    """A grant that was made."""

    id: GrantId
    credits: int
    good_until: datetime


class Allowances:
    """What members and servers may use. Raises MemberError where somebody may not, or a value is wrong."""

    def __init__(self, office: Office, rates: Rates, clock: Clock) -> None:
        self._office = office
        self._rates = rates
        self._clock = clock
        # A layer is read, changed and written: two managers at once must not lose one's change.
        self._turn = asyncio.Lock()

    # --- show ------------------------------------------------------------------------------------------

    async def of_server(self, actor: Actor, guild_id: GuildId) -> ServerQuota:
        """Return what counts in a server."""
        require(Act.SEE_QUOTA, actor, guild_id=guild_id)
        own = await self._office.bound(guild_id)
        usage = await self._usage(Purse(_NOBODY, guild_id), frozenset())
        return ServerQuota(
            default=self._rates.member,
            bound=usage.server,
            is_bound_here=own is not None,
            account=usage.server_account,
            layers=await self._office.figures(guild_id),
        )

    async def of_role(self, actor: Actor, guild_id: GuildId, role: RoleId) -> Figures:
        """Return what was set for a role; nothing where nothing was."""
        require(Act.SEE_QUOTA, actor, guild_id=guild_id)
        return await self._said(Subject(guild_id, Layer.ROLE, role))

    async def of_member(
        self, actor: Actor, guild_id: GuildId, member: UserId, roles: frozenset[RoleId] = frozenset()
    ) -> MemberQuota:
        """Return how a member stands in a server; `roles` are theirs there, as the interaction tells."""
        require(Act.SEE_QUOTA, actor, guild_id=guild_id, of=member)
        purse = Purse(member, guild_id)
        return MemberQuota(
            usage=await self._usage(purse, roles),
            own=await self._said(Subject(guild_id, Layer.MEMBER, member)),
            entries=await self._office.entries(purse, _ENTRIES),
        )

    # --- set -------------------------------------------------------------------------------------------

    async def set(self, actor: Actor, subject: Subject, figures: Figures, *, clear: bool = False) -> Figures:
        """Set what a layer says, and return it: what is not given stays; `clear` takes the layer away."""
        of = UserId(subject.id) if subject.layer is Layer.MEMBER and subject.id is not None else None
        require(Act.SET_ALLOWANCE, actor, guild_id=subject.guild_id, of=of)
        given = _checked(figures, clear=clear)
        await self._keep_below_roof(actor, subject.guild_id, given)
        async with self._turn:
            said = Figures() if clear else _merged(await self._said(subject), given)
            await self._office.set_figures(subject, said, self._set_deed(actor, subject, said))
        return said

    async def set_server(
        self, actor: Actor, guild_id: GuildId, bound: Bound, *, clear: bool = False
    ) -> Bound | None:
        """Set what a whole server may use, and return it: what is not given stays.

        `clear`, and then None: it is as the configuration says.
        """
        require(Act.SET_SERVER, actor, guild_id=guild_id)
        given = _checked(Figures(bound.daily, bound.monthly), clear=clear)
        async with self._turn:
            before = await self._office.bound(guild_id) or Bound()
            said = None if clear else _merged_bound(before, given)
            details = {"daily": said and said.daily, "monthly": said and said.monthly}
            deed = Deed(self._clock.now(), actor.id, Act.SET_SERVER, guild_id, details=details)
            await self._office.set_bound(guild_id, said, deed)
        return said

    # --- grant and reset -------------------------------------------------------------------------------

    async def grant(
        self,
        actor: Actor,
        guild_id: GuildId,
        member: UserId,
        *,
        amount: int,
        days: int,
        why: str,
        number: GrantId | None = None,
    ) -> Granted:
        """Give a member credits beyond the allowance, for so many days; of one number, once."""
        require(Act.GRANT, actor, guild_id=guild_id, of=member)
        values.number("credits", amount, 1, values.MOST_CREDITS)
        good_for = timedelta(days=values.number("days", days, 1, values.LONGEST_GRANT))
        reason = values.why(why)
        await self._keep_below_bound(actor, guild_id, amount)
        deed = Deed(
            at=self._clock.now(),
            actor_id=actor.id,
            act=Act.GRANT,
            guild_id=guild_id,
            user_id=member,
            why=reason,
            details={"credits": amount, "days": days},
        )
        grant_id = await self._office.grant(Purse(member, guild_id), amount, good_for, deed, number)
        return Granted(grant_id, amount, deed.at + good_for)

    async def reset(self, actor: Actor, guild_id: GuildId, member: UserId, why: str) -> int:
        """Have nothing count as used today and this month; return the credits so given for the month."""
        require(Act.RESET, actor, guild_id=guild_id, of=member)
        reason = values.why(why)
        await self._keep_below_bound(actor, guild_id, 0)
        deed = Deed(self._clock.now(), actor.id, Act.RESET, guild_id, user_id=member, why=reason)
        return await self._office.reset(Purse(member, guild_id), self._rates, deed)

    # --- the roof over managers ------------------------------------------------------------------------

    async def _keep_below_roof(self, actor: Actor, guild_id: GuildId, given: Figures) -> None:
        """Raise ABOVE_SERVER where a manager gives more than the server has, or else than everybody has."""
        if actor.rank is Rank.OWNER:
            return
        default, bound = self._rates.member, await self._bound(guild_id)
        limits = (
            ("daily", given.daily, default.daily if bound.daily is None else bound.daily),
            ("monthly", given.monthly, default.monthly if bound.monthly is None else bound.monthly),
            ("active", given.active, default.active),
        )
        for option, figure, limit in limits:
            if figure is not None and figure > limit:
                raise MemberError(Problem.ABOVE_SERVER, option=option, limit=limit)

    async def _keep_below_bound(self, actor: Actor, guild_id: GuildId, amount: int) -> None:
        """Raise ABOVE_SERVER where a manager gives away what no bound of the server would stop.

        A reset gives as a grant does: done again and again, it would make an allowance endless.
        """
        if actor.rank is Rank.OWNER:
            return
        monthly = (await self._bound(guild_id)).monthly
        if monthly is None:
            raise MemberError(Problem.ABOVE_SERVER)
        if amount > monthly:
            raise MemberError(Problem.ABOVE_SERVER, option="credits", limit=monthly)

    async def _bound(self, guild_id: GuildId) -> Bound:
        return (await self._office.bound(guild_id) or Bound()).over(self._rates.server)

    # --- reading ---------------------------------------------------------------------------------------

    async def _usage(self, purse: Purse, roles: frozenset[RoleId]) -> Usage:
        return await self._office.usage(purse, roles, self._rates, self._clock.now())

    async def _said(self, subject: Subject) -> Figures:
        return dict(await self._office.figures(subject.guild_id)).get(subject, Figures())

    def _set_deed(self, actor: Actor, subject: Subject, said: Figures) -> Deed:
        is_member = subject.layer is Layer.MEMBER and subject.id is not None
        return Deed(
            at=self._clock.now(),
            actor_id=actor.id,
            act=Act.SET_ALLOWANCE,
            guild_id=subject.guild_id,
            user_id=UserId(subject.id) if is_member and subject.id is not None else None,
            details={
                "layer": subject.layer.value,
                "role": subject.id if subject.layer is Layer.ROLE else None,
                "daily": said.daily,
                "monthly": said.monthly,
                "active": said.active,
            },
        )


def _checked(figures: Figures, *, clear: bool) -> Figures:
    if (figures == Figures()) is not clear:
        # Both at once could mean either, and what was typed would be lost without a sign.
        raise values.invalid(
            "daily, monthly, active", f"at least one of them, 0-{values.MOST_CREDITS}, or clear alone"
        )
    return Figures(
        values.figure("daily", figures.daily),
        values.figure("monthly", figures.monthly),
        values.figure("active", figures.active),
    )


def _merged(before: Figures, given: Figures) -> Figures:
    return Figures(
        before.daily if given.daily is None else given.daily,
        before.monthly if given.monthly is None else given.monthly,
        before.active if given.active is None else given.active,
    )


def _merged_bound(before: Bound, given: Figures) -> Bound:
    return replace(
        before,
        daily=before.daily if given.daily is None else given.daily,
        monthly=before.monthly if given.monthly is None else given.monthly,
    )
