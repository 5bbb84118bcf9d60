"""Bots made of the real discord.py, and pictures for them."""

import asyncio
import contextlib
import io
from collections.abc import Callable, Coroutine

import discord
from discord import app_commands
from discord.ext import commands
from PIL import Image

from bot.sandbox.discord import Discord, Upload


class Bot(commands.AutoShardedBot):
    """The library's bot without its wait of 5 s before another identify."""

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None: ...


Press = discord.Interaction[Bot]
Command = Callable[[Press], Coroutine[object, object, None]]


def a_picture(name: str = "my cat.png", sides: tuple[int, int] = (40, 30)) -> Upload:
    buffer = io.BytesIO()
    Image.new("RGB", sides).save(buffer, "PNG")
    return Upload(buffer.getvalue(), name, "image/png")


class Crew:
    """Starts bots, each with the commands it is given, and stops them at the end."""

    def __init__(self, platform: Discord) -> None:
        self._platform = platform
        self._running: list[tuple[Bot, asyncio.Task[None]]] = []

    def make(self) -> Bot:
        """Return a bot that is not started yet."""
        intents = discord.Intents(guilds=True)
        return Bot("!", intents=intents, help_command=None, max_messages=None, guild_ready_timeout=0.05)

    async def start(self, bot: Bot) -> Bot:
        """Log in, register the commands of its tree and connect."""
        before = self._platform.gateway.identified
        await bot.login(self._platform.token)
        await bot.tree.sync()
        task = asyncio.create_task(bot.connect())
        self._running.append((bot, task))
        await self._platform.bell.until(
            lambda: self._platform.gateway.identified > before or None, timeout=5, what="an identify"
        )
        await self._platform.ready(5)
        await asyncio.wait_for(bot.wait_until_ready(), 5)
        return bot

    async def run(self, **named: Command) -> Bot:
        """Start a bot with plain commands without options."""
        bot = self.make()
        for name, callback in named.items():
            bot.tree.add_command(app_commands.Command(name=name, description="A test", callback=callback))
        return await self.start(bot)

    async def stop(self) -> None:
        """Close every bot."""
        while self._running:
            bot, task = self._running.pop()
            await bot.close()
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
