"""The group `/zoetrope`, of which each cog brings a part."""

from typing import Any, Final

import discord
from discord import app_commands

NAME: Final = "zoetrope"


def group() -> app_commands.Group:
    """Return the group for a cog to fill with its part.

    Discord hides it from all but managers and offers it in servers only. That is a courtesy, not a right.
    """
    return app_commands.Group(
        name=NAME,
        description="For managers: quotas, jobs, rules and figures of this server",
        default_permissions=discord.Permissions(manage_guild=True),
        guild_only=True,
        # Of its own: the tree's default has direct messages too.
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False),
    )


def join(tree: "app_commands.CommandTree[Any]", part: app_commands.Group) -> None:
    """Add a cog's part; the first one brings the group itself."""
    whole = tree.get_command(NAME)
    if not isinstance(whole, app_commands.Group):
        tree.add_command(part)
        return
    for command in part.commands:
        part.remove_command(command.name)
        whole.add_command(command)
