"""/seedance-pro: a picture becomes a video with sound, by Seedance 1.5 Pro."""

import discord
from discord import app_commands
from discord.app_commands import Range
from discord.ext import commands

from bot.chat.client import Zoetrope
from bot.core.models import PRO_PROMPT_LIMIT, AnyRatio, SeedancePro, VideoResolution


class SeedanceProCog(commands.Cog):
    """The command of one model."""

    def __init__(self, bot: Zoetrope) -> None:
        self._bot = bot

    @app_commands.command(name="seedance-pro", description="Turn a picture into a video with sound")
    @app_commands.describe(
        prompt="What happens in the video; under 500 characters work best",
        image="The first frame; a format or a size that the model does not take is mended",
        resolution="Height of the video; 480p unless you choose",
        ratio="Width to height; adaptive (as the picture) unless you choose",
        duration="Length in seconds, 4 to 12; 5 unless you choose",
        audio="Make sound too; on unless you choose",
        fixed_camera="Keep the camera still; on unless you choose",
    )
    async def seedance_pro(
        self,
        interaction: discord.Interaction[Zoetrope],
        *,
        prompt: Range[str, 1, PRO_PROMPT_LIMIT],
        image: discord.Attachment,
        resolution: VideoResolution | None = None,
        ratio: AnyRatio | None = None,
        duration: Range[int, 4, 12] | None = None,
        audio: bool | None = None,
        fixed_camera: bool | None = None,
    ) -> None:
        """Hand the options over."""
        await self._bot.reception.take(
            interaction,
            SeedancePro,
            (image,),
            prompt=prompt,
            resolution=resolution,
            ratio=ratio,
            duration=duration,
            audio=audio,
            fixed_camera=fixed_camera,
        )


async def setup(bot: Zoetrope) -> None:
    """Add the cog."""
    await bot.add_cog(SeedanceProCog(bot))
