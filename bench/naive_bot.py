"""The usual way to bring a result: read it into memory, post the bytes. A baseline; nothing is durable."""

import asyncio
import io
import os
from typing import Any, Final

import aiohttp
import discord
from discord import app_commands
from discord.ext import commands
from discord.http import Route

from bot.core.models import SeedanceFast, SeedancePro

# Seconds between two looks; the vendor's command-line client has two.
LOOK_EVERY: Final = float(os.environ.get("NAIVE_LOOKS_EVERY", "0.2"))


class Naive(commands.AutoShardedBot):
    """A bot with two commands, and a session to RunComfy."""

    def __init__(self) -> None:
        intents = discord.Intents(guilds=True)
        super().__init__(command_prefix=(), help_command=None, intents=intents, max_messages=None)
        self.session: aiohttp.ClientSession

    async def setup_hook(self) -> None:
        token = os.environ["RUNCOMFY_TOKEN"]
        self.session = aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"})
        await self.add_cog(NaiveCog(self))
        await self.tree.sync()

    async def close(self) -> None:
        await self.session.close()
        await super().close()

    async def generate(self, model_id: str, body: dict[str, str | int]) -> bytes:
        """Return the video."""
        api = os.environ["RUNCOMFY_API_URL"]
        async with self.session.post(f"{api}/v1/models/{model_id}", json=body) as answer:
            request = f"{api}/v1/requests/{(await answer.json())['request_id']}"
        while (await self._json(f"{request}/status"))["status"] != "completed":  # noqa: ASYNC110 (elsewhere)
            await asyncio.sleep(LOOK_EVERY)
        made = await self._json(f"{request}/result")
        async with self.session.get(made["output"]["video"]) as answer:
            return await answer.read()

    async def _json(self, url: str) -> dict[str, Any]:
        async with self.session.get(url) as answer:
            return await answer.json()


class NaiveCog(commands.Cog):
    """The commands."""

    def __init__(self, bot: Naive) -> None:
        self._bot = bot

    @app_commands.command(name="seedance-pro", description="A video of a picture")
    async def seedance_pro(
        self, interaction: discord.Interaction, prompt: str, image: discord.Attachment
    ) -> None:
        await self._bring(
            interaction, SeedancePro.model_id, {"prompt": prompt, "first_frame_image_url": image.url}
        )

    @app_commands.command(name="seedance-fast", description="A video of words")
    async def seedance_fast(
        self, interaction: discord.Interaction, prompt: str, resolution: str = "480p", duration: int = 5
    ) -> None:
        await self._bring(
            interaction,
            SeedanceFast.model_id,
            {"text": prompt, "resolution": resolution, "duration": duration},
        )

    async def _bring(
        self, interaction: discord.Interaction, model_id: str, body: dict[str, str | int]
    ) -> None:
        await interaction.response.defer()
        video = await self._bot.generate(model_id, body)
        await interaction.followup.send(file=discord.File(io.BytesIO(video), "video.mp4"))


if __name__ == "__main__":
    Route.BASE = os.environ["DISCORD_API_URL"]
    Naive().run(os.environ["DISCORD_TOKEN"], log_handler=None)
