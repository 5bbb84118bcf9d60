"""/seedance-lite: a first and, if wanted, a last picture become a video, by Seedance 1.0 Lite."""

from typing import Literal

import discord
from discord import app_commands
from discord.app_commands import Range
from discord.ext import commands

from bot.chat.client import Zoetrope
from bot.core.models import LITE_PROMPT_LIMIT, SeedanceLite, VideoResolution


class SeedanceLiteCog(commands.Cog):
    """The command of one model."""

    def __init__(self, bot: Zoetrope) -> None:
        self._bot = bot

    @app_commands.command(
        name="seedance-lite", description="Turn a picture, or a first and a last, into a video"
    )
    @app_commands.describe(
        prompt="What happens in the video",
        image="The first frame; a format or a size that the model does not take is mended",
        last_image="The last frame, mended likewise; it has no effect at 1080p",
        resolution="Height of the video; 480p unless you choose",
        duration="Length in seconds; 5 unless you choose",
    )
    async def seedance_lite(
        self,
        interaction: discord.Interaction[Zoetrope],
        *,
        prompt: Range[str, 1, LITE_PROMPT_LIMIT],
        image: discord.Attachment,
        last_image: discord.Attachment | None = None,
        resolution: VideoResolution | None = None,
        duration: Literal[5, 10] | None = None,
    ) -> None:
        """Hand the options over."""
        await self._bot.reception.take(
            interaction,
            SeedanceLite,
            (image, last_image),
            prompt=prompt,
            resolution=resolution,
            duration=duration,
        )


async def setup(bot: Zoetrope) -> None:
    """Add the cog."""
    await bot.add_cog(SeedanceLiteCog(bot))
