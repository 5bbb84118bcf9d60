"""The option of a command that takes a channel in which somebody could order, or a thread.

As Discord tells of it: the library's own kinds would be looked up among the servers that have arrived.
"""

from typing import Any

import discord
from discord import app_commands

Channel = app_commands.AppCommandChannel | app_commands.AppCommandThread


class ChannelOption(app_commands.Transformer):
    """Takes no category, where nobody can write, and no kind that Discord's description does not know."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        """What Discord offers."""
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        """Which kinds."""
        kinds = discord.ChannelType
        threads = [kinds.news_thread, kinds.public_thread, kinds.private_thread]
        return [kinds.text, kinds.news, kinds.voice, kinds.stage_voice, kinds.forum, *threads]

    async def transform(self, interaction: discord.Interaction[Any], value: Channel, /) -> Channel:  # noqa: ARG002 (as it is called)
        """Return the channel as it came."""
        return value
