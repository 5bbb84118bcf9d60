"""What a large result costs in memory on its way through, above an idle bot that has brought a small one.

The main job in a server whose boosts let the file through as a file; each side in a fresh process in every
round. The naive bot does the same in the usual way.
"""

import asyncio
import tempfile
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from bench import processes
from bench.programs import STARTS_WITHIN, program
from bench.report import Part, Row, figure_at_most
from bot.sandbox.discord import Channel, Discord, Member, Upload
from bot.sandbox.pictures import POND
from bot.sandbox.runcomfy import Fate, Pace, RunComfy, Studio
from bot.sandbox.stage import stage

# The level whose uploads may have 100 MiB.
BOOSTED: Final = 3
LARGE: Final = 100 * 2**20
BRINGS_WITHIN: Final = 120.0  # seconds
# After the post a bot still edits its card and clears up.
SETTLES: Final = 0.5
MEGABYTES: Final = "{:.1f} MB"
AIM: Final = figure_at_most(25, "{:.0f} MB")


@dataclass(frozen=True, slots=True)
class Scene:
    """A bot that is ready, and one member."""

    pid: int
    runcomfy: RunComfy
    channel: Channel
    member: Member


@dataclass(frozen=True, slots=True)
class Cost:
    """In MB: idle, the peak above that, and the most that the child processes held together."""

    idle: float
    above: float
    children: float


@asynccontextmanager
async def naive() -> AsyncGenerator[Scene]:
    """Open the baseline."""
    async with Discord() as discord, _runcomfy() as runcomfy:
        channel, member = _boosted(discord)
        secrets = {"RUNCOMFY_API_URL": runcomfy.api_url, "RUNCOMFY_TOKEN": runcomfy.token}
        async with program("bench.naive_bot", discord, **secrets) as pid:
            yield Scene(pid, runcomfy, channel, member)


@asynccontextmanager
async def ours() -> AsyncGenerator[Scene]:
    """Open the real bot."""
    with tempfile.TemporaryDirectory() as folder:
        async with stage(Path(folder), runcomfy=_runcomfy()) as on:
            channel, member = _boosted(on.discord)
            await on.bot.start()
            await on.discord.ready(STARTS_WITHIN)
            yield Scene(on.bot.pid, on.runcomfy, channel, member)


async def measure(rounds: int, size: int = LARGE) -> Part:
    """Measure both sides in turn."""
    costs: dict[Callable[[], AbstractAsyncContextManager[Scene]], list[Cost]] = {naive: [], ours: []}
    for number in range(rounds):
        for side in (naive, ours) if number % 2 == 0 else (ours, naive):
            async with side() as scene:
                costs[side].append(await _cost(scene, size))
    row = Row(
        f"memory for {size / 1_000_000:.0f} MB",
        tuple(each.above for each in costs[ours]),
        tuple(each.above for each in costs[naive]),
        MEGABYTES,
        "naive",
        AIM,
    )
    idle = {side: median(each.idle for each in costs[side]) for side in costs}
    parsers = median(each.children for each in costs[ours])
    return Part(
        (row,),
        (
            f"Resident when idle: ours {idle[ours]:.0f} MB, naive bot {idle[naive]:.0f} MB.",
            f"Our parsers of pictures and videos, processes of their own, held at most {parsers:.0f} MB.",
        ),
    )


async def _cost(scene: Scene, size: int) -> Cost:
    await _bring(scene, Fate(), results=1)
    idle = processes.resident(scene.pid)
    processes.forget_peak(scene.pid)
    async with processes.children(scene.pid) as children:
        await _bring(scene, Fate(size=size), results=2)
    return Cost(idle, processes.peak(scene.pid) - idle, max(children))


async def _bring(scene: Scene, fate: Fate, results: int) -> None:
    """Have one more result brought; all that there are then must be there in full."""
    scene.runcomfy.next(fate)
    picture = Upload(POND, POND.name, "image/jpeg")
    await scene.member.command(scene.channel, "seedance-pro", prompt="the lantern turns", image=picture)

    def look() -> bool | None:
        return True if len(_videos(scene.channel)) == results else None

    await scene.channel.world.bell.until(look, timeout=BRINGS_WITHIN, what="the result")
    assert fate.size in {None, _videos(scene.channel)[-1]}, "the result is not the file that was made"
    await asyncio.sleep(SETTLES)


def _videos(channel: Channel) -> list[int]:
    """Return the sizes of all videos in the channel."""
    files = (file for message in channel.messages for file in message.attachments)
    return [file.size for file in files if file.filename.endswith(".mp4")]


def _runcomfy() -> RunComfy:
    return RunComfy(studio=Studio(quick=True), pace=Pace(queue=0.1, work=0.2))


def _boosted(discord: Discord) -> tuple[Channel, Member]:
    guild = discord.add_guild("The Boosted Lantern", premium_tier=BOOSTED)
    return guild.add_channel("animations"), discord.add_member("ana", guild)
