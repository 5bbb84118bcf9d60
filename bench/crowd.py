"""A thousand jobs at RunComfy, and a bot that follows them: the real one, and one with a task each.

The jobs are those of the mix, at every age, as in a service that has run for long. They are typed, and end
when they are told to. Ours knows sixty of each kind; it is begun again when all are sent, with their ages.
"""

import asyncio
import random
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bench.acknowledge import QUOTAS
from bench.mix import LONGEST_JOB, NAIVE_EVERY, SORTS, Service, Sort
from bench.programs import STARTS_WITHIN, program
from bench.taught import age, teach
from bot.sandbox.discord import Channel, Discord, Guild, Message
from bot.sandbox.runcomfy import Ending, Fate, Pace, RunComfy
from bot.sandbox.stage import stage

_TAUGHT: Final = 60
CALLS_PER_SECOND: Final = 400
SHORTEST, LONGEST = 1, 4
"""Seconds between two looks of ours."""


@dataclass(frozen=True, slots=True)
class Remaining:
    """A job under way: how long it has been, and how much longer it will be, in seconds."""

    sort: Sort
    age: float
    left: float


Ripen = Callable[[Mapping[str, float]], Awaitable[None]]
"""Has jobs, by request id, be so many seconds older to the bot."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A bot that is ready, and where members type."""

    discord: Discord
    runcomfy: RunComfy
    guild: Guild
    channel: Channel
    ripen: Ripen

    def replies(self, message: Message) -> list[Message]:
        """Return the answers to a message."""
        return [each for each in self.channel.messages if each.reference == message.id]


Side = Callable[[Path], AbstractAsyncContextManager[Scene]]


def under_way(count: int, chance: random.Random) -> list[Remaining]:
    """Draw what is under way at some moment: the longer a job is, the likelier it is among them."""
    service = Service(chance)
    found: list[Remaining] = []
    while len(found) < count:
        sort, seconds = service.job()
        if chance.random() < seconds / LONGEST_JOB:
            old = chance.random() * seconds
            found.append(Remaining(sort, old, seconds - old))
    return found


@asynccontextmanager
async def naive(film: Path) -> AsyncGenerator[Scene]:
    """Open the baseline."""
    async with Discord() as discord, _runcomfy(film) as runcomfy:
        guild = discord.add_guild("The Magic Lantern")
        channel = guild.add_channel("animations")
        environment = {
            "RUNCOMFY_API_URL": runcomfy.api_url,
            "RUNCOMFY_TOKEN": runcomfy.token,
            "NAIVE_LOOKS_EVERY": str(NAIVE_EVERY),
        }
        async with program("bench.naive_bot", discord, **environment):
            yield Scene(discord, runcomfy, guild, channel, _leave)


async def _leave(_: Mapping[str, float]) -> None:
    """It looks at old jobs and at new ones alike."""


@asynccontextmanager
async def ours(film: Path) -> AsyncGenerator[Scene]:
    """Open the real bot, which has learned from earlier jobs."""
    settings = {
        **QUOTAS,
        "RUNCOMFY__MAX_IN_FLIGHT": QUOTAS["QUOTA__MAX_ACTIVE_JOBS"],
        "RUNCOMFY__CALLS_PER_SECOND": str(CALLS_PER_SECOND),
        "RUNCOMFY__LOOK_MIN": str(SHORTEST),
        "RUNCOMFY__LOOK_MAX": str(LONGEST),
    }
    with tempfile.TemporaryDirectory() as folder:
        async with stage(Path(folder), runcomfy=_runcomfy(film), settings=settings) as on:
            bot, service = on.bot, Service(random.Random(0))
            ended = [(sort.request, service.seconds(sort)) for _ in range(_TAUGHT) for sort in SORTS]
            await asyncio.to_thread(teach, bot.database, ended, datetime.now(UTC))

            async def start() -> None:
                await bot.start()
                await on.discord.ready(STARTS_WITHIN)

            async def ripen(ages: Mapping[str, float]) -> None:
                await bot.terminate()
                await asyncio.to_thread(age, bot.database, ages)
                await start()

            await start()
            yield Scene(on.discord, on.runcomfy, on.guild, on.channel, ripen)


def _runcomfy(film: Path) -> RunComfy:
    return RunComfy(fate=Fate(ends=Ending.NEVER, film=film), pace=Pace(queue=0, work=0))
