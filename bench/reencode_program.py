"""A process that follows a thousand jobs and then makes films fit beside them, and watches its own loop.

The bot's own engine, flow, store, client and desk for media, without a connection to Discord. Writes one line
of JSON in the end.
"""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import aiohttp

from bench import processes
from bench.load import lateness
from bot.app import assemble
from bot.config import load
from bot.core.media import MediaFile
from bot.core.models import Kind
from bot.interpreter import settle
from bot.media.desk import MediaDesk
from bot.media.encode import size_of
from bot.opening import media_desk

ENCODER: Final = "ffmpeg"
SETTLES: Final = 1.0  # seconds
LOOK_EVERY: Final = 0.1  # seconds
_SIDES: Final = (1280, 720)


@dataclass(frozen=True, slots=True)
class Watched:
    """What a process saw of itself, without and with films that are made to fit."""

    idle: list[float]
    busy: list[float]
    at_once: int
    """The most encoders that ran at a time."""
    niceness: int
    """Of the least nice of them, above our own."""
    done: float
    """Seconds of film per second."""


async def watch(film: Path, playing: float, asked: int, seconds: float) -> Watched:
    """Follow the jobs of the settings' file; then, besides, have so many films made to fit."""
    settings = load(None)
    async with assemble(settings) as app, aiohttp.ClientSession() as session:
        desk = media_desk(settings, session)
        settle()
        engine = asyncio.create_task(app.engine.run())
        await asyncio.sleep(SETTLES)
        async with lateness() as idle:
            await asyncio.sleep(seconds)
        told: dict[int, float] = {}
        async with _fitting(desk, film, playing, asked, told), lateness() as busy:
            encoders = await _encoders(seconds)
        app.engine.stop()
        await engine
    niceness = min(each for here in encoders for each in here) - os.getpriority(os.PRIO_PROCESS, 0)
    at_once = max(len(here) for here in encoders)
    return Watched(idle, busy, at_once, niceness, sum(told.values()) * playing / seconds)


@asynccontextmanager
async def _fitting(
    desk: MediaDesk, film: Path, playing: float, asked: int, told: dict[int, float]
) -> AsyncGenerator[None]:
    """Have the films made to fit all the while, and what is not done by then given up."""
    file = MediaFile(film, Kind.VIDEO, film.suffix, size_of(film), *_SIDES, seconds=playing)

    async def fit(number: int) -> None:
        async with desk.fitted([file], file.size // 3, lambda share: told.update({number: share})):
            """Nobody wants it."""

    tasks = [asyncio.create_task(fit(number)) for number in range(asked)]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _encoders(seconds: float) -> list[list[int]]:
    """Return how nice the encoders were that ran, at each look."""
    loop, seen = asyncio.get_running_loop(), list[list[int]]()
    end = loop.time() + seconds
    while loop.time() < end:
        found = await asyncio.to_thread(processes.niceness_of, os.getpid(), ENCODER)
        seen.extend([found] if found else [])
        await asyncio.sleep(LOOK_EVERY)
    return seen


def main() -> None:
    """Watch and tell."""
    parser = argparse.ArgumentParser()
    parser.add_argument("film", type=Path)
    parser.add_argument("--playing", type=float, required=True)
    parser.add_argument("--asked", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    options = parser.parse_args()
    watched = asyncio.run(watch(options.film, options.playing, options.asked, options.seconds))
    sys.stdout.write(json.dumps(asdict(watched)) + "\n")


if __name__ == "__main__":
    main()
