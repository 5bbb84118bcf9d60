"""The real desk on a folder of its own, and one core for all that it starts."""

import os
import resource
import tempfile
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Final

import aiohttp

from bot.media.desk import MediaDesk
from bot.media.hosts import HostRule

_LOCAL: Final = HostRule.of(["127.0.0.1"])


@asynccontextmanager
async def open_desk() -> AsyncGenerator[tuple[MediaDesk, Path]]:
    """Open a desk as the bot does, and a folder for what is measured with it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
            desk = MediaDesk(session, _LOCAL, _LOCAL, folder / "media")
            desk.sweep()
            yield desk, folder


@contextmanager
def one_core() -> Generator[None]:
    """Give everything together one core; children inherit it."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def spent_by_children() -> float:
    """Return the seconds of processor time that all ended children have taken so far."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
