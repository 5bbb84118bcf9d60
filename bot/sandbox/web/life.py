"""The bot's lives: started, killed, restarted from the page, and watched when it leaves by itself.

Owns no process of its own: `BotProcess` does. One wish at a time is carried out.
"""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Final

from bot.sandbox.discord import Discord
from bot.sandbox.discord.wire import Json
from bot.sandbox.stage import BotProcess
from bot.sandbox.web.refusal import ActError

_PATIENCE: Final = 12.0  # seconds; the bot promises to leave within 10


class Life:
    """Starts and ends the bot, and knows which of the two it was last."""

    def __init__(self, bot: BotProcess, discord: Discord, tell: Callable[[str], None]) -> None:
        self._bot, self._discord, self._tell = bot, discord, tell
        self._turn = asyncio.Lock()
        self._watch: asyncio.Task[None] | None = None
        self._is_meant = False
        self._identified = 0
        self._exit_code: int | None = None

    @property
    def is_alive(self) -> bool:
        """Whether its process is there."""
        return self._watch is not None and not self._watch.done()

    @property
    def is_running(self) -> bool:
        """Whether it has come so far in this life that it answers."""
        connected = self._discord.gateway.identified > self._identified
        return self.is_alive and connected and self._discord.registrations > 0

    @property
    def has_failed(self) -> bool:
        """Whether it left by itself, which it is never meant to do."""
        return not self.is_alive and self._exit_code is not None and not self._is_meant

    def describe(self) -> Json:
        """Tell the page how the bot is."""
        state = "running" if self.is_running else "starting" if self.is_alive else "dead"
        pid = self._bot.pid if self.is_alive else None
        name, number = self._discord.bot_name, str(self._discord.bot_id)
        return {"state": state, "pid": pid, "name": name, "id": number}

    async def start(self) -> None:
        """Begin a life."""
        async with self._turn:
            if self.is_alive:
                raise ActError(409, "The bot is running already.")
            await self._begin()

    async def kill(self) -> None:
        """End its life without a word, as a power cut would."""
        async with self._turn:
            if not self.is_alive:
                raise ActError(409, "The bot is dead already.")
            pid, self._is_meant = self._bot.pid, True
            await self._bot.kill()
            await self._settled()
            self._tell(f"The bot, process {pid}, was killed by SIGKILL, as in a power cut.")

    async def restart(self) -> None:
        """Ask it to leave as a supervisor does, where it lives, and begin a new life."""
        async with self._turn:
            if self.is_alive:
                code = await self._leave()
                self._tell(f"The bot was asked to leave and did so with exit code {code}.")
            await self._begin()

    async def end(self) -> None:
        """Let it leave in good order; what is left after that is killed."""
        async with self._turn:
            if self.is_alive:
                await self._leave()

    async def ready(self, timeout: float) -> bool:
        """Tell, as soon as one is certain, whether this life has come to answer or has ended before."""
        look = lambda: True if self.is_running or not self.is_alive else None  # noqa: E731 - shorter than a name
        with contextlib.suppress(TimeoutError):
            await self._discord.bell.until(look, timeout=timeout, what="the bot")
        return self.is_running

    async def _begin(self) -> None:
        self._identified, self._is_meant, self._exit_code = self._discord.gateway.identified, False, None
        await self._bot.start()
        self._watch = asyncio.create_task(self._follow())
        self._tell(f"The bot was started, as process {self._bot.pid}.")

    async def _leave(self) -> int:
        self._is_meant = True
        try:
            async with asyncio.timeout(_PATIENCE):
                code = await self._bot.terminate()
        except TimeoutError:
            await self._bot.kill()
            code = await self._bot.ended()
        await self._settled()
        return code

    async def _settled(self) -> None:
        if self._watch is not None:
            await self._watch

    async def _follow(self) -> None:
        self._exit_code = await self._bot.ended()
        if not self._is_meant:
            self._tell(f"The bot left by itself, with exit code {self._exit_code}.")
        self._discord.bell.ring()
