"""/seedance-fast: words become a video, by Seedance 1.0 Pro Fast."""

import discord
from discord import app_commands
from discord.app_commands import Range
from discord.ext import commands

from bot.chat.client import Zoetrope
from bot.core.models import FAST_PROMPT_LIMIT, SeedanceFast, VideoRatio, VideoResolution


class SeedanceFastCog(commands.Cog):
    """The command of one model."""

    def __init__(self, bot: Zoetrope) -> None:
        self._bot = bot

    @app_commands.command(name="seedance-fast", description="Make a video from words alone")
    @app_commands.describe(
        prompt="What the video shows",
        resolution="Height of the video; 480p unless you choose",
        ratio="Width to height; 16:9 unless you choose",
        duration="Length in seconds, 2 to 12; 5 unless you choose",
        seed="The same seed and words give a similar video; drawn by chance unless you choose",
    )
    async def seedance_fast(
        self,
        interaction: discord.Interaction[Zoetrope],
        *,
        prompt: Range[str, 1, FAST_PROMPT_LIMIT],
        resolution: VideoResolution | None = None,
        ratio: VideoRatio | None = None,
        duration: Range[int, 2, 12] | None = None,
        seed: int | None = None,
    ) -> None:
        """Hand the options over."""
        await self._bot.reception.take(
            interaction,
            SeedanceFast,
            prompt=prompt,
            resolution=resolution,
            ratio=ratio,
            duration=duration,
            seed=seed,
        )


async def setup(bot: Zoetrope) -> None:
    """Add the cog."""
    await bot.add_cog(SeedanceFastCog(bot))
