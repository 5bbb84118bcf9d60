"""Who may do what to whom: one table, asked before anything that is done to others or for the whole place.

Discord's own permission (Manage Server) makes a manager; the application's owners are known at login.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.core.errors import MemberError, Problem
from bot.core.ids import GuildId, UserId


class Rank(StrEnum):
    """What somebody is, where they ask."""

    MEMBER = "member"
    MANAGER = "manager"
    """Of the server in which they ask."""
    OWNER = "owner"
    """Of the whole bot."""


class Act(StrEnum):
    """What can be done to others, or for a place."""

    SEE_QUOTA = "see quota"
    SET_ALLOWANCE = "set allowance"
    """Of a member, of a role, or of every member of the server."""
    SET_SERVER = "set server"
    """What a whole server may use."""
    GRANT = "grant"
    RESET = "reset"
    SEE_JOBS = "see jobs"
    CANCEL = "cancel"
    SETTLE = "settle"
    DELETE = "delete"
    BLOCK = "block"
    SET_POLICY = "set policy"
    SEE_STATS = "see stats"
    WHOLE_BOT = "whole bot"
    """Any of these for all servers at once."""


_NEEDS: Final = {
    Act.SEE_QUOTA: Rank.MANAGER,
    Act.SET_ALLOWANCE: Rank.MANAGER,
    Act.SET_SERVER: Rank.OWNER,
    Act.GRANT: Rank.MANAGER,
    Act.RESET: Rank.MANAGER,
    Act.SEE_JOBS: Rank.MANAGER,
    Act.CANCEL: Rank.MANAGER,
    Act.SETTLE: Rank.MANAGER,
    Act.DELETE: Rank.MANAGER,
    Act.BLOCK: Rank.MANAGER,
    Act.SET_POLICY: Rank.MANAGER,
    Act.SEE_STATS: Rank.MANAGER,
    Act.WHOLE_BOT: Rank.OWNER,
}
_OWN_TOO: Final = frozenset({Act.SEE_QUOTA, Act.SEE_JOBS, Act.CANCEL, Act.DELETE})
"""What everybody may do where it is about themselves."""
_NOT_ONESELF: Final = frozenset({Act.SET_ALLOWANCE, Act.GRANT, Act.RESET})
"""What gives credits: another manager has to do it."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who acts, where they are."""

    id: UserId
    guild_id: GuildId | None
    is_manager: bool
    is_owner: bool

    @property
    def rank(self) -> Rank:
        """The highest that they have here."""
        if self.is_owner:
            return Rank.OWNER
        return Rank.MANAGER if self.is_manager and self.guild_id is not None else Rank.MEMBER


def require(act: Act, actor: Actor, *, guild_id: GuildId | None, of: UserId | None = None) -> None:
    """Raise MemberError unless the actor may do this in that place; `of` is whom it is about, if anybody.

    An owner may everywhere. A manager may in the server where they are, and give credits to others only.
    """
    if actor.rank is Rank.OWNER:
        return
    if of == actor.id and act in _OWN_TOO:
        return
    needed = _NEEDS[act]
    if actor.rank is Rank.MEMBER or needed is Rank.OWNER:
        raise MemberError(Problem.NOT_ALLOWED, who=needed.value)
    if guild_id is None or guild_id != actor.guild_id:
        raise MemberError(Problem.NOT_FROM_THERE)
    if of == actor.id and act in _NOT_ONESELF:
        raise MemberError(Problem.NOT_FOR_ONESELF)
