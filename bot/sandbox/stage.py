"""The real bot, as its own process, between the two stand-ins: for the demo and for tests.

Owns the process and its files; knows nothing of what is played.
"""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from bot.sandbox.discord import Discord
from bot.sandbox.discord.channel import Channel, Guild
from bot.sandbox.runcomfy import RunComfy

ROOT: Final = Path(__file__).parents[2]
PROGRAM: Final = ("-m", "bot")


class Life(Protocol):
    """A running process, as asyncio has it."""

    @property
    def pid(self) -> int: ...

    @property
    def returncode(self) -> int | None: ...

    async def wait(self) -> int: ...


Begin = Callable[[Sequence[str], Mapping[str, str], Path], Awaitable[Life]]
"""Begins a process of Python with these arguments and this environment, which appends to a log."""


async def executed(arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> Life:
    """Begin a process as anybody does."""
    with log.open("ab") as file:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            *arguments,
            cwd=ROOT,
            env=environment,
            stdout=file,
            stderr=file,
            stdin=asyncio.subprocess.DEVNULL,
        )


class BotProcess:
    """The bot as an operator runs it: configured by the environment, stopped by signals."""

    def __init__(
        self,
        folder: Path,
        environment: Mapping[str, str],
        program: Sequence[str] = PROGRAM,
        begin: Begin = executed,
        *,
        role: str | None = None,
    ) -> None:
        """`begin`: how its lives do. `role`: what it does of all that it can, where several share it."""
        self.folder = folder
        self._environment = dict(environment)
        self._program = program
        self._begin = begin
        self._role = () if role is None else ("--role", role)
        self._process: Life | None = None

    @property
    def database(self) -> Path:
        """Its database file."""
        return self.folder / "zoetrope.db"

    @property
    def media(self) -> Path:
        """The folder in which its media are on their way."""
        return self.database.with_suffix(".media")

    @property
    def log(self) -> str:
        """All that it has logged, in all its lives."""
        path = self.folder / "bot.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    @property
    def pid(self) -> int:
        """The process id of its current life."""
        assert self._process is not None
        return self._process.pid

    async def start(self, command: str = "run", **changes: str) -> None:
        """Begin a life; `changes` are settings by their environment names, without the prefix."""
        self._environment |= {f"ZOETROPE_{name}": value for name, value in changes.items()}
        self._process = await self._begin(
            (*self._program, command, *(self._role if command == "run" else ())),
            {**_inherited(), **self._environment},
            self.folder / "bot.log",
        )

    @property
    def is_alive(self) -> bool:
        """Whether a life has begun and not ended."""
        return self._process is not None and self._process.returncode is None

    def send(self, sign: signal.Signals) -> None:
        """Send its current life a signal; one that has ended hears nothing.

        Not by the library, which looks whether it has ended, and so takes its exit code from whoever waits.
        """
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self._process.pid, sign)

    async def kill(self) -> None:
        """End its life without a word, as a power cut would."""
        await self._end(signal.SIGKILL)

    async def terminate(self) -> int:
        """Ask it to leave, as a supervisor does, and return its exit code."""
        return await self._end(signal.SIGTERM)

    async def ended(self) -> int:
        """Wait until it leaves by itself, and return its exit code."""
        assert self._process is not None
        return await self._process.wait()

    async def close(self) -> None:
        """Leave no process behind."""
        if self.is_alive:
            await self.kill()

    async def _end(self, sign: signal.Signals) -> int:
        assert self._process is not None
        self.send(sign)
        return await self._process.wait()


def _inherited() -> dict[str, str]:
    """Return what a process needs of its surroundings; none of the operator's own settings."""
    return {name: value for name, value in os.environ.items() if not name.startswith("ZOETROPE_")}


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that a play needs."""

    discord: Discord
    runcomfy: RunComfy
    bot: BotProcess
    guild: Guild
    channel: Channel


@asynccontextmanager
async def stage(
    folder: Path,
    *,
    runcomfy: RunComfy | None = None,
    openapi: Path | None = None,
    settings: Mapping[str, str] | None = None,
    program: Sequence[str] = PROGRAM,
    begin: Begin = executed,
    made: Callable[..., BotProcess] = BotProcess,
) -> AsyncGenerator[Stage]:
    """Open the stand-ins and prepare the bot, which is not started yet.

    `settings` by their environment names, without the prefix; `program` is what Python runs as the bot, and
    `begin` how; `made` makes the process of these.
    """
    async with AsyncExitStack() as stack:
        discord = await stack.enter_async_context(Discord(openapi))
        comfy = await stack.enter_async_context(runcomfy or RunComfy())
        guild = discord.add_guild("The Magic Lantern")
        chosen = {**environment(folder, discord, comfy), **(settings or {})}
        bot = made(folder, {f"ZOETROPE_{name}": value for name, value in chosen.items()}, program, begin)
        stack.push_async_callback(bot.close)
        yield Stage(discord, comfy, bot, guild, guild.add_channel("animations"))


def environment(folder: Path, discord: Discord, runcomfy: RunComfy) -> dict[str, str]:
    """Return the settings that lead a bot to the stand-ins, and make it look often."""
    return {
        "DISCORD__TOKEN": discord.token,
        "DISCORD__API_URL": discord.api_url,
        "RUNCOMFY__TOKEN": runcomfy.token,
        "RUNCOMFY__API_URL": runcomfy.api_url,
        "RUNCOMFY__BALANCE_URL": runcomfy.balance_url,
        "RUNCOMFY__DOWNLOAD_HOSTS": '["127.0.0.1"]',
        "RUNCOMFY__LOOK_MIN": "0.2",
        "RUNCOMFY__LOOK_MAX": "1",
        "STORAGE__URL": f"sqlite:///{folder / 'zoetrope.db'}",
    }
