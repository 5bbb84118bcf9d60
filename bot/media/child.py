"""Parse strangers' files in other processes: confined, one after the other, and never longer than allowed.

Nothing of this process's environment goes along, so a broken decoder finds no token there.
"""

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.core.errors import PassingError, Problem

_log = logging.getLogger(__name__)

_LAUNCHER: Final = str(Path(__file__).with_name("confined.py"))
_OUTPUT_LIMIT: Final = 1 << 20  # bytes; a minute of video at 60 frames a second tells 200 kB
_ENVIRONMENT: Final = {"PATH": os.defpath, "LC_ALL": "C"}


@dataclass(frozen=True, slots=True)
class Confines:
    """What one run may use."""

    memory: int
    """Bytes of address space."""
    cpu: int
    """Seconds of processor time."""
    seconds: float
    """Of the clock on the wall; more than `cpu`, as the run is niced."""
    largest: int = 1 << 20
    """Bytes of any file that it writes; most write none."""


@dataclass(frozen=True, slots=True)
class Ran:
    """How a run ended, and what it wrote, its complaints included."""

    code: int
    """The exit code; negative where it was killed, by us or by a limit."""
    output: bytes


class Child:
    """Runs commands, a bounded number at a time."""

    def __init__(self, at_once: int, confines: Confines) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._confines = confines

    async def run(self, *command: str) -> Ran:
        """Run the command to its end or to its limits.

        Raises PassingError where it could not be started at all, which says nothing about the file.
        """
        async with self._places, self._started(command) as process:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._confines.seconds):
                    output = await _read(process)
                    if len(output) <= _OUTPUT_LIMIT:
                        return Ran(await process.wait(), output)
            return Ran(-signal.SIGKILL, b"")

    @asynccontextmanager
    async def _started(self, command: Sequence[str]) -> AsyncGenerator[asyncio.subprocess.Process]:
        confines = self._confines
        limits = (str(confines.memory), str(confines.cpu), str(confines.largest))
        try:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", _LAUNCHER, *limits, *command),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                env=_ENVIRONMENT,
                # An interrupt from the terminal is for the bot, which then ends its children itself.
                start_new_session=True,
            )
        except OSError as error:
            _log.error("cannot start a process: %s", error.strerror, extra={"action": "inspect"})
            raise PassingError(Problem.STORE_BUSY) from error
        try:
            yield process
        finally:
            await _end(process)


async def _read(process: asyncio.subprocess.Process) -> bytes:
    """Read until the end, or until it is too much."""
    assert process.stdout is not None
    output = bytearray()
    while len(output) <= _OUTPUT_LIMIT and (chunk := await process.stdout.read(1 << 16)):
        output += chunk
    return bytes(output)


async def _end(process: asyncio.subprocess.Process) -> None:
    """Kill the process if it still runs, and wait until nothing of it is left."""
    assert process.stdout is not None
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
    # Its pipe closes only when it is empty.
    while await process.stdout.read(1 << 16):
        pass
    await process.wait()
