"""/zoetrope log: which channel receives who generated what."""

import discord
from discord import app_commands

from bot.chat.administration.channel_option import Channel, ChannelOption
from bot.chat.administration.group import group, join
from bot.chat.client import Zoetrope

Here = discord.Interaction[Zoetrope]
Where = app_commands.Transform[Channel, ChannelOption]

zoetrope = group()


@zoetrope.command(name="log", description="Have a channel receive who generated what; without one, none does")
@app_commands.describe(channel="Which channel; choose one that only those see who run this server")
async def log(interaction: Here, *, channel: Where | None = None) -> None:
    """Hand the choice over."""
    reception = interaction.client.reception
    await reception.attend(interaction, reception.desk.log.set(interaction, channel))


async def setup(bot: Zoetrope) -> None:
    """Add the command."""
    join(bot.tree, zoetrope)
