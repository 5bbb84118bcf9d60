"""The least that a discord.py bot can do: acknowledge a command, and nothing else. A baseline."""

import os

import discord
from discord import app_commands
from discord.ext import commands
from discord.http import Route


class Bare(commands.AutoShardedBot):
    """A bot with one command."""

    def __init__(self) -> None:
        intents = discord.Intents(guilds=True)
        super().__init__(command_prefix=(), help_command=None, intents=intents, max_messages=None)

    async def setup_hook(self) -> None:
        await self.add_cog(BareCog())
        await self.tree.sync()


class BareCog(commands.Cog):
    """The command."""

    @app_commands.command(name="seedance-fast", description="Acknowledged, and no more")
    async def seedance_fast(self, interaction: discord.Interaction, prompt: str) -> None:  # noqa: ARG002 (an option)
        await interaction.response.defer()


if __name__ == "__main__":
    Route.BASE = os.environ["DISCORD_API_URL"]
    Bare().run(os.environ["DISCORD_TOKEN"], log_handler=None)
