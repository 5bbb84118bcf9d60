"""Where somebody acts: this server, or everywhere; and how places and people are named in what they read."""

import discord

from bot.core.errors import MemberError, Problem
from bot.core.ids import GuildId, RoleId, UserId


def here(interaction: discord.Interaction) -> GuildId:
    """Return the server; raises MemberError in direct messages, where nothing of this is offered."""
    if interaction.guild_id is None:
        raise MemberError(Problem.NOT_FROM_THERE)
    return GuildId(interaction.guild_id)


def place(interaction: discord.Interaction, *, everywhere: bool) -> GuildId | None:
    """Return the server, or None for everywhere, which has to be said and never follows from the place."""
    return None if everywhere else here(interaction)


def member(number: UserId) -> str:
    """Return what Discord shows as a member's name."""
    return f"<@{number}>"


def role(number: RoleId, guild_id: int | None) -> str:
    """Return what Discord shows as a role's name; everybody's has the server's id and no mention."""
    return "@everyone" if number == guild_id else f"<@&{number}>"


def last_of(number: UserId) -> str:
    """Return the end of a member's id, where Discord shows no names."""
    return f"…{str(number)[-4:]}"
