"""A process with many jobs at RunComfy, which watches its own loop: ours, or one with a task for each.

Ours is the bot's own engine, flow, store and client, put together as in `bot run`, without a connection to
Discord, which no look needs. Writes one line of JSON in the end.
"""

import argparse
import asyncio
import contextlib
import json
import os
import random
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import aiohttp

from bench import processes
from bench.load import LAG_EVERY
from bot.app import assemble
from bot.config import load
from bot.interpreter import settle

NAIVE_EVERY: Final = 2.0  # seconds between two looks, as the vendor's command-line client has it


@dataclass(frozen=True, slots=True)
class Watched:
    """What a process saw of itself."""

    lags: tuple[float, ...]
    """Seconds by which its loop woke up too late."""
    resident: float
    """MB in the end."""
    tasks: int
    """The most at once."""
    written: int
    """Bytes that were added to the database's log."""
    cpu: float
    """Seconds of processor time per second."""


async def ours(options: argparse.Namespace) -> Watched:
    """Run the engine over the file of the settings."""
    settings = load(None)
    database = settings.storage.place
    assert isinstance(database, Path)
    log = database.with_name(f"{database.name}-wal")
    async with assemble(settings) as app:
        settle()
        engine = asyncio.create_task(app.engine.run())
        watched = await _watch(options.seconds, lambda: _size(log))
        app.engine.stop()
        await engine
    return watched


async def naive(options: argparse.Namespace) -> Watched:
    """Look at each job in a task of its own."""
    connector = aiohttp.TCPConnector(limit=50)
    async with aiohttp.ClientSession(connector=connector) as session, asyncio.TaskGroup() as group:
        looks = [
            group.create_task(_follow(session, f"{options.url}/v1/requests/r{number}/status"))
            for number in range(options.jobs)
        ]
        watched = await _watch(options.seconds, lambda: 0)
        for look in looks:
            look.cancel()
    return watched


async def _follow(session: aiohttp.ClientSession, url: str) -> None:
    await asyncio.sleep(random.random() * NAIVE_EVERY)
    with contextlib.suppress(aiohttp.ClientError, TimeoutError):
        while True:
            async with session.get(url, timeout=aiohttp.ClientTimeout(None)) as answer:
                if (await answer.json())["status"] == "completed":
                    return
            await asyncio.sleep(NAIVE_EVERY)


async def _watch(seconds: float, written: Callable[[], int]) -> Watched:
    """Wait for so long, after as much that is not counted, and note how it went."""
    loop = asyncio.get_running_loop()
    await asyncio.sleep(seconds / 2)
    before, cpu, lags, tasks = written(), time.process_time(), list[float](), 0
    end = loop.time() + seconds
    while loop.time() < end:
        due = loop.time() + LAG_EVERY
        await asyncio.sleep(LAG_EVERY)
        lags.append(loop.time() - due)
        if len(lags) % 100 == 0:
            tasks = max(tasks, len(asyncio.all_tasks()))
    used = (time.process_time() - cpu) / seconds
    return Watched(tuple(lags), processes.resident(os.getpid()), tasks, written() - before, used)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def main() -> None:
    """Run one side and tell what was seen."""
    parser = argparse.ArgumentParser()
    parser.add_argument("side", choices=("ours", "naive"))
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--jobs", type=int, default=0)
    parser.add_argument("--url", default="")
    options = parser.parse_args()
    watched = asyncio.run((ours if options.side == "ours" else naive)(options))
    sys.stdout.write(json.dumps(asdict(watched)) + "\n")


if __name__ == "__main__":
    main()
