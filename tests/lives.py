"""Lives of the bot, forked off one process for each that runs tests: what all of them load is loaded once.

Whatever else is to be run as the bot, begins as anybody does.
"""

import asyncio
import atexit
import os
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from bot.sandbox.stage import Life, executed
from proof.campaign.forked import Nursery
from proof.campaign.zygote import PROGRAMS, SHARED, launch
from tests.postgres import IS_CHOSEN


class _Everywhere:
    """A nursery that is used on one loop after the other."""

    def __init__(self) -> None:
        self._nursery = Nursery(lambda: launch(SHARED if IS_CHOSEN else ()))
        self._loop: asyncio.AbstractEventLoop | None = None
        atexit.register(self._nursery.close)

    def here(self) -> Nursery:
        """Return the nursery, attached to the running loop."""
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            # A loop that is closed listens no more, and its lives have ended with their tests.
            self._loop = loop
            self._nursery.attach()
        return self._nursery


_everywhere = cache(_Everywhere)


async def to_its_end(
    *words: str, environment: Mapping[str, str], within: float = 60
) -> subprocess.CompletedProcess[str]:
    """Have the bot carry out a command that ends by itself, in no other surroundings than these."""
    with tempfile.TemporaryDirectory() as folder:
        output, errors = Path(folder) / "output", Path(folder) / "errors"
        life = await _everywhere().here().begin(("-m", "bot", *words), environment, output, errors)
        try:
            async with asyncio.timeout(within):
                code = await life.wait()
        except TimeoutError:
            os.kill(life.pid, signal.SIGKILL)
            raise
        return subprocess.CompletedProcess(words, code, output.read_text(), errors.read_text())


async def begin(arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> Life:
    """Begin a life, as `bot.sandbox.stage.Begin` says."""
    if arguments[0] != "-m" or arguments[1] not in PROGRAMS:
        return await executed(arguments, environment, log)
    return await _everywhere().here().begin(arguments, environment, log)
