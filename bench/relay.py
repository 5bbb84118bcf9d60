"""How fast a large result goes through: the bot's download and discord.py's upload against aiohttp alone.

Both go from a socket to a file and from the file to a socket, to a process that only gives and takes.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import aiohttp
import discord
from yarl import URL

from bench.programs import ROOT
from bench.report import Part, Row, ratio_at_least
from bot.chat.client import point_at
from bot.media.desk import DEFAULTS
from bot.media.fetch import Downloads

SIZE: Final = 100 * 2**20
PIECE: Final = 64 * 1024
AIM: Final = ratio_at_least(0.7)

Relay = Callable[[aiohttp.ClientSession, str, Path, int], Awaitable[None]]


async def measure(rounds: int, size: int = SIZE) -> Part:
    """Relay the file by both in turn."""
    found: dict[Relay, list[float]] = {ours: [], raw: []}
    with tempfile.TemporaryDirectory() as folder:
        async with _server() as url, aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
            for number in range(rounds):
                for relay in (ours, raw) if number % 2 else (raw, ours):
                    path = Path(folder) / f"{number}-{relay.__name__}"
                    start = time.perf_counter()
                    await relay(session, url, path, size)
                    found[relay].append(size / 1e6 / (time.perf_counter() - start))
                    await asyncio.to_thread(path.unlink)
    what = f"relay of {size / 1e6:.0f} MB"
    return Part((Row(what, tuple(found[ours]), tuple(found[raw]), "{:.0f} MB/s", "aiohttp", AIM),))


async def ours(session: aiohttp.ClientSession, url: str, path: Path, size: int) -> None:
    """Bring it as the bot does."""
    downloads = Downloads(session, DEFAULTS.downloads, reserve=0)
    received = await downloads.fetch(URL(f"{url}/file?size={size}"), path, DEFAULTS.video_result)
    assert received == size
    point_at(url)
    webhook = discord.Webhook.partial(1, "token", session=session)
    await webhook.send(file=discord.File(path, "result.mp4"))


async def raw(session: aiohttp.ClientSession, url: str, path: Path, size: int) -> None:
    """Bring it by aiohttp alone, without a limit, a check, or a deadline."""
    async with session.get(f"{url}/file?size={size}") as answer:
        with path.open("wb") as file:
            async for piece in answer.content.iter_chunked(PIECE):
                file.write(piece)
    with path.open("rb") as file:
        form = aiohttp.FormData()
        form.add_field("file", file, filename="result.mp4", content_type="video/mp4")
        async with session.post(f"{url}/upload", data=form) as answer:
            assert answer.status == 204


@asynccontextmanager
async def _server() -> AsyncGenerator[str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bench.relay_server",
        cwd=ROOT,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(await process.stdout.readline())}"
    finally:
        process.kill()
        await process.wait()
