"""/zoetrope stats: what jobs came to, for those who run the place."""

import discord
from discord import app_commands
from discord.app_commands import Range

from bot.chat.administration.group import group, join
from bot.chat.client import Zoetrope

zoetrope = group()


@zoetrope.command(
    name="stats", description="See the last days' jobs by model, member and state, in a picture"
)
@app_commands.describe(
    days="How many days, today included; 30 unless you choose",
    everywhere="In all servers; for the owners of the bot",
)
async def stats(
    interaction: discord.Interaction[Zoetrope], days: Range[int, 1, 90] = 30, *, everywhere: bool = False
) -> None:
    """Hand the question over."""
    reception = interaction.client.reception
    call = reception.desk.stats.show(interaction, days, everywhere=everywhere)
    await reception.attend(interaction, call)


async def setup(bot: Zoetrope) -> None:
    """Add the command."""
    join(bot.tree, zoetrope)
