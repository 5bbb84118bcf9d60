"""Who asks: a member, a manager of the server, or an owner of the bot, as Discord says."""

from collections.abc import Callable

import discord

from bot.core.ids import GuildId, UserId
from bot.core.rights import Actor

Actors = Callable[[discord.Interaction], Actor]
"""Tells who is behind an interaction."""


def owners_of(application: discord.AppInfo | None) -> frozenset[UserId]:
    """Return whose the application is: one person, or those of a team who may change it.

    Nobody before the bot has logged in; nobody who is only invited, or may only look.
    """
    if application is None:
        return frozenset()
    team = application.team
    if team is None:
        return frozenset({UserId(application.owner.id)})
    may_change = (discord.TeamMemberRole.admin, discord.TeamMemberRole.developer)
    accepted = discord.TeamMembershipState.accepted
    members = (one for one in team.members if one.membership_state is accepted and one.role in may_change)
    return frozenset(UserId(number) for number in (team.owner_id, *(one.id for one in members)) if number)


def actors(owners: Callable[[], frozenset[UserId]]) -> Actors:
    """Return what tells who asks; `owners` is asked each time, as they are known only after the login."""

    def actor(interaction: discord.Interaction) -> Actor:
        # Of where the interaction is: what somebody may do elsewhere is not told, and does not count.
        held = interaction.permissions
        guild_id = None if interaction.guild_id is None else GuildId(interaction.guild_id)
        return Actor(
            id=UserId(interaction.user.id),
            guild_id=guild_id,
            is_manager=guild_id is not None and (held.manage_guild or held.administrator),
            is_owner=interaction.user.id in owners(),
        )

    return actor
