"""A team that owns the application, as Discord's developer portal has them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from bot.sandbox.discord.member import Member

INVITED, ACCEPTED = 1, 2


@dataclass(frozen=True)
class TeamMember:
    """Somebody in the team, or invited into it; the team's owner has no role."""

    member: "Member"
    role: Literal["admin", "developer", "read_only"] = "admin"
    state: int = ACCEPTED
