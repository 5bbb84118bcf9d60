"""/jobs and /quota: what only the caller sees."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.client import Zoetrope


class AccountCog(commands.Cog):
    """The commands about the caller's own jobs and credits."""

    def __init__(self, bot: Zoetrope) -> None:
        self._bot = bot

    @app_commands.command(name="jobs", description="See your latest jobs; only you see the answer")
    async def jobs(self, interaction: discord.Interaction[Zoetrope]) -> None:
        """Hand the question over."""
        await self._bot.reception.show_jobs(interaction)

    @app_commands.command(
        name="quota", description="See what you have used, what is left, and what things cost"
    )
    async def quota(self, interaction: discord.Interaction[Zoetrope]) -> None:
        """Hand the question over."""
        await self._bot.reception.show_quota(interaction)


async def setup(bot: Zoetrope) -> None:
    """Add the cog."""
    await bot.add_cog(AccountCog(bot))
