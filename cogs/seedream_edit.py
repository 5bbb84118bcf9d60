"""/seedream-edit: one to ten pictures and words become a new picture, by Seedream 4.0 Edit."""

import discord
from discord import app_commands
from discord.app_commands import Range
from discord.ext import commands

from bot.chat.client import Zoetrope
from bot.core.models import EDIT_PROMPT_LIMIT, EditResolution, SeedreamEdit

_MORE = "Another picture that the words speak of"


class SeedreamEditCog(commands.Cog):
    """The command of one model."""

    def __init__(self, bot: Zoetrope) -> None:
        self._bot = bot

    @app_commands.command(
        name="seedream-edit", description="Edit a picture, or combine up to ten, with words"
    )
    @app_commands.describe(
        prompt="What to change",
        image="The picture; a format or a size that the model does not take is mended",
        image2=_MORE,
        image3=_MORE,
        image4=_MORE,
        image5=_MORE,
        image6=_MORE,
        image7=_MORE,
        image8=_MORE,
        image9=_MORE,
        image10=_MORE,
        resolution="Size of the new picture; 2048x2048 (1:1) unless you choose",
    )
    async def seedream_edit(
        self,
        interaction: discord.Interaction[Zoetrope],
        *,
        prompt: Range[str, 1, EDIT_PROMPT_LIMIT],
        image: discord.Attachment,
        image2: discord.Attachment | None = None,
        image3: discord.Attachment | None = None,
        image4: discord.Attachment | None = None,
        image5: discord.Attachment | None = None,
        image6: discord.Attachment | None = None,
        image7: discord.Attachment | None = None,
        image8: discord.Attachment | None = None,
        image9: discord.Attachment | None = None,
        image10: discord.Attachment | None = None,
        resolution: EditResolution | None = None,
    ) -> None:
        """Hand the options over."""
        await self._bot.reception.take(
            interaction,
            SeedreamEdit,
            (image, image2, image3, image4, image5, image6, image7, image8, image9, image10),
            prompt=prompt,
            resolution=resolution,
        )


async def setup(bot: Zoetrope) -> None:
    """Add the cog."""
    await bot.add_cog(SeedreamEditCog(bot))
