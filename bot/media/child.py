"""Parse strangers' files in other processes: confined, one after the other, and never longer than allowed.

Nothing of this process's environment goes along, so a broken decoder finds no token there. What became of a
run that somebody else ended is not said of the file, unless that happens to it again and again.
"""

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.core.errors import PassingError, Problem
from bot.media.endings import End, Strikes, end_of, speaks_of_full_disk

_log = logging.getLogger(__name__)

_LAUNCHER: Final = str(Path(__file__).with_name("confined.py"))
_OUTPUT_LIMIT: Final = 1 << 20  # bytes; a minute of video at 60 frames a second tells 200 kB
_LINE_LIMIT: Final = 1 << 12  # bytes of one line that is handed out; none is longer than 200
_INSPECT: Final = {"action": "inspect"}
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
    """Empty where its lines were handed out, or where we ended it."""
    end: End = End.ITSELF
    """`OUTSIDE` only where that has happened to the same file too often."""


OnLine = Callable[[bytes], None]
"""Told each line as it is written, without its end."""


class Child:
    """Runs commands, a bounded number at a time."""

    def __init__(self, at_once: int, confines: Confines) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._confines = confines
        self._strikes = Strikes()

    async def run(self, *command: str, reads: Sequence[Path], on_line: OnLine | None = None) -> Ran:
        """Run the command to its end or to its limits; lines that are handed out are not kept.

        Raises PassingError where it could not be started at all, or was ended from outside, or the disk
        was full: that says nothing about the files that it `reads`, until it has happened too often to them.
        """
        async with self._places, self._started(command) as process:
            ran = await self._finished(process, on_line)
        if ran.end is End.OUTSIDE:
            _log.error(
                "a process was ended from outside, or the disk is full: code %d", ran.code, extra=_INSPECT
            )
            if not self._strikes.count(reads):
                raise PassingError(Problem.STORE_BUSY)
        return ran

    async def _finished(self, process: asyncio.subprocess.Process, on_line: OnLine | None) -> Ran:
        try:
            async with asyncio.timeout(self._confines.seconds):
                told = await (_hand_out(process, on_line) if on_line else _read(process))
                if told is None:
                    return Ran(-signal.SIGKILL, b"", End.TOO_MUCH)
                code = await process.wait()
        except TimeoutError:
            return Ran(-signal.SIGKILL, b"", End.TOO_SLOW)
        return Ran(code, told.output, end_of(code, is_disk_full=told.is_disk_full))

    @asynccontextmanager
    async def _started(self, command: Sequence[str]) -> AsyncGenerator[asyncio.subprocess.Process]:
        confines = self._confines
        limits = (str(each) for each in (os.getpid(), confines.memory, confines.cpu, confines.largest))
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
            _log.error("cannot start a process: %s", error.strerror, extra=_INSPECT)
            raise PassingError(Problem.STORE_BUSY) from error
        try:
            yield process
        finally:
            await _end(process)


async def _chunks(process: asyncio.subprocess.Process) -> AsyncIterator[bytes]:
    assert process.stdout is not None
    while chunk := await process.stdout.read(1 << 16):
        yield chunk


@dataclass(frozen=True, slots=True)
class _Told:
    """What a run wrote, as far as it is kept."""

    output: bytes
    is_disk_full: bool


async def _read(process: asyncio.subprocess.Process) -> _Told | None:
    """Read until the end; None if it is too much."""
    output = bytearray()
    async for chunk in _chunks(process):
        output += chunk
        if len(output) > _OUTPUT_LIMIT:
            return None
    return _Told(bytes(output), speaks_of_full_disk(output))


async def _hand_out(process: asyncio.subprocess.Process, on_line: OnLine) -> _Told | None:
    """Hand out line by line until the end, which keeps no more than one; None if one is too long."""
    rest, is_disk_full = b"", False
    async for chunk in _chunks(process):
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            is_disk_full = is_disk_full or speaks_of_full_disk(line)
            on_line(line)
        if len(rest) > _LINE_LIMIT:
            return None
    return _Told(b"", is_disk_full)


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
