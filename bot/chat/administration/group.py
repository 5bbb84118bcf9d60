"""The group `/zoetrope`, to which each cog adds its commands."""

from typing import Any, Final

import discord
from discord import app_commands

NAME: Final = "zoetrope"


def group(tree: "app_commands.CommandTree[Any]") -> app_commands.Group:
    """Return the group; whoever asks first makes it.

    Discord hides it from all but managers and offers it in servers only. That is a courtesy, not a right.
    """
    found = tree.get_command(NAME)
    if isinstance(found, app_commands.Group):
        return found
    made = app_commands.Group(
        name=NAME,
        description="For managers: quotas, jobs, rules and figures of this server",
        default_permissions=discord.Permissions(manage_guild=True),
        guild_only=True,
        # Of its own: the tree's default has direct messages too.
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False),
    )
    tree.add_command(made)
    return made
