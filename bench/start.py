"""How soon a bot that is started anew answers its first command, ten thousand jobs open, against a bare one.

From the process's begin to the callback's arrival, each side a fresh process before a fresh stand-in in every
round. RunComfy says "in progress" and nothing else: what is open stays open.
"""

import asyncio
import shutil
import tempfile
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

from bench.acknowledge import QUOTAS
from bench.in_progress import Api
from bench.load import COMMAND, PROMPT
from bench.open_jobs import QUEUED, RUNNING, fill
from bench.programs import STARTS_WITHIN, program
from bench.report import Aim, Part, Row, more_by_at_most
from bot.core import events as ev
from bot.sandbox.discord import Channel, Discord
from bot.sandbox.stage import stage

JOBS: Final = 10_000
NONE: Final = "no jobs open"
SECONDS: Final = "{:.2f} s"
AIM: Final = more_by_at_most(2, "{:g} s")

Side = Callable[[], AbstractAsyncContextManager[float]]
"""Opens a side and yields the seconds after which it had answered."""


async def measure(rounds: int, jobs: int = JOBS) -> Part:
    """Start all sides in turn, the order reversed every other round."""
    with tempfile.TemporaryDirectory() as folder:
        sides = {"bare": bare, **await _ours(Path(folder), jobs)}
        found: dict[str, list[float]] = {name: [] for name in sides}
        for number in range(rounds):
            for name in list(sides)[:: -1 if number % 2 else 1]:
                async with sides[name]() as seconds:
                    found[name].append(seconds)
    return Part(tuple(_row(name, found, None if name == NONE else AIM) for name in sides if name != "bare"))


async def _ours(folder: Path, jobs: int) -> Mapping[str, Side]:
    """Return our sides, each with a file that is copied for every start."""
    states: Mapping[str, Sequence[ev.Event] | None] = {
        NONE: None,
        f"{jobs:,} at RunComfy": RUNNING,
        f"{jobs:,} in the line": QUEUED,
    }
    sides: dict[str, Side] = {}
    for number, (name, events) in enumerate(states.items()):
        path = None if events is None else folder / f"{number}.db"
        if path is not None and events is not None:
            await asyncio.to_thread(fill, path, jobs, events, datetime.now(UTC))
        sides[name] = partial(ours, path)
    return sides


@asynccontextmanager
async def bare() -> AsyncGenerator[float]:
    """Start the baseline."""
    async with Discord() as discord:
        channel = discord.add_guild("The Magic Lantern").add_channel("animations")
        begun = time.monotonic()
        async with program("bench.bare_bot", discord):
            yield await _answered(discord, channel, begun)


@asynccontextmanager
async def ours(database: Path | None) -> AsyncGenerator[float]:
    """Start the real bot over a copy of such a file, or of none."""
    with tempfile.TemporaryDirectory() as folder:
        async with Api().served() as api, stage(Path(folder), settings=QUOTAS) as on:
            if database is not None:
                await asyncio.to_thread(shutil.copyfile, database, on.bot.database)
            begun = time.monotonic()
            await on.bot.start(RUNCOMFY__API_URL=api.url)
            await on.discord.ready(STARTS_WITHIN)
            yield await _answered(on.discord, on.channel, begun)


async def _answered(discord: Discord, channel: Channel, begun: float) -> float:
    """Type a command, and return how long after the begin it was answered."""
    member = discord.add_member("ana", channel.guild)
    typed = await member.command(channel, COMMAND, checked=False, prompt=PROMPT)
    await typed.answered(STARTS_WITHIN)
    assert typed.answered_at is not None
    return typed.answered_at - begun


def _row(name: str, found: Mapping[str, Sequence[float]], aim: Aim | None) -> Row:
    return Row(f"start, {name}", tuple(found[name]), tuple(found["bare"]), SECONDS, "bare", aim)
