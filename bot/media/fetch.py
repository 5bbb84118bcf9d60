"""One bounded download to a file. No redirect is followed, no compression undone, no token sent.

It knows nothing of pictures, results or hosts: its caller has checked the address, and says what
a fault means.
"""

import asyncio
import errno
import logging
import shutil
from dataclasses import dataclass
from enum import StrEnum, auto
from io import FileIO
from pathlib import Path
from typing import Final

import aiohttp
from yarl import URL

from bot.core.errors import PassingError, Problem

_log = logging.getLogger(__name__)

_CHUNK: Final = 1 << 16  # bytes
_FULL: Final = {errno.ENOSPC, errno.EDQUOT}


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much may come, and how slowly."""

    size: int
    """The most bytes."""
    seconds: float
    """For the whole download."""
    patience: float = 20.0
    """Seconds that may pass with nothing to show: before the first byte, and beyond the slowest rate."""
    slowest: float = 16_000.0
    """Bytes per second, on average."""


class Fault(StrEnum):
    """Why a file did not come."""

    GONE = auto()  # the other side says that there is none, or not for us
    MOVED = auto()  # it points elsewhere, and elsewhere is not followed
    TOO_LARGE = auto()  # it says so itself
    ENDLESS = auto()  # it said nothing, and passed the limit
    BROKEN = auto()  # cut, or not sent as asked
    UNREACHABLE = auto()  # network, time, or a fault on the other side


class FetchFailed(Exception):  # noqa: N818 (read as the sentence that it is)
    """The file did not come; the callers in this package turn it into one of the project's errors."""

    def __init__(self, fault: Fault, size: int = 0) -> None:
        super().__init__(fault.value)
        self.fault = fault
        self.size = size
        """Bytes, as declared or as received until it was too much."""


class Downloads:
    """Downloads files, a bounded number at a time."""

    def __init__(self, session: aiohttp.ClientSession, at_once: int, reserve: int) -> None:
        """Take a session that sends no token and no cookie to anybody.

        So many bytes of the disk stay free, whatever one download brings.
        """
        if "Authorization" in session.headers:
            raise ValueError("a session that carries a token must not fetch media")
        self._session = session
        self._places = asyncio.Semaphore(at_once)
        self._reserve = reserve

    async def fetch(self, url: URL, path: Path, bounds: Bounds) -> int:
        """Download to a file and return its size; its time begins when it gets a place.

        Raises FetchFailed, or PassingError where our own disk is at fault; the file may then hold a part.
        """
        async with self._places:
            _judge_disk(path, bounds.size + self._reserve)
            try:
                return await self._fetch(url, path, bounds)
            except (aiohttp.ClientError, TimeoutError) as error:
                is_nonsense = isinstance(error, aiohttp.ClientPayloadError | aiohttp.ClientResponseError)
                _log.info("%s from %s", type(error).__name__, url.raw_host, extra={"action": "fetch"})
                # Without its cause, which carries the address with its signature, and even parts of the body.
                raise FetchFailed(Fault.BROKEN if is_nonsense else Fault.UNREACHABLE) from None

    async def _fetch(self, url: URL, path: Path, bounds: Bounds) -> int:
        start = asyncio.get_running_loop().time()
        silence = aiohttp.ClientTimeout(total=None, sock_connect=bounds.patience, sock_read=bounds.patience)
        async with (
            asyncio.timeout_at(start + bounds.patience) as limit,
            self._session.get(
                url,
                allow_redirects=False,
                auto_decompress=False,
                headers={"Accept-Encoding": "identity"},
                timeout=silence,
            ) as answer,
        ):
            _judge_head(answer, bounds)
            return await _stream(answer, path, bounds, start, limit)


def _judge_disk(path: Path, needed: int) -> None:
    """Refuse to begin where the disk could not take the largest that may come."""
    try:
        free = shutil.disk_usage(path.parent).free
    except OSError as error:
        raise _disk_fault(error) from error
    if free < needed:
        line = "the disk is nearly full: %d MiB free at %s, %d needed before a download"
        _log.error(line, free >> 20, path.parent.parent, needed >> 20, extra={"action": "fetch"})
        raise PassingError(Problem.STORE_BUSY)


def _judge_head(answer: aiohttp.ClientResponse, bounds: Bounds) -> None:
    """Raise what can be said before the first byte of the body."""
    status = answer.status
    if status in {408, 429} or status >= 500:
        raise FetchFailed(Fault.UNREACHABLE)
    if status >= 400:
        raise FetchFailed(Fault.GONE)
    if status >= 300:
        raise FetchFailed(Fault.MOVED)
    if status != 200 or answer.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise FetchFailed(Fault.BROKEN)
    if answer.content_length is not None and answer.content_length > bounds.size:
        raise FetchFailed(Fault.TOO_LARGE, answer.content_length)


async def _stream(
    answer: aiohttp.ClientResponse, path: Path, bounds: Bounds, start: float, limit: asyncio.Timeout
) -> int:
    """Write the body as it comes; each byte buys a little more time, up to the whole."""
    received = 0
    with _create(path) as file:
        async for chunk in answer.content.iter_chunked(_CHUNK):
            received += len(chunk)
            if received > bounds.size:
                raise FetchFailed(Fault.ENDLESS, received)
            limit.reschedule(start + min(bounds.seconds, bounds.patience + received / bounds.slowest))
            _write(file, chunk)
    if answer.content_length is not None and received != answer.content_length:
        raise FetchFailed(Fault.BROKEN)
    return received


def _create(path: Path) -> FileIO:
    """Open unbuffered: a full disk shows when writing, and closing has nothing left to fail with."""
    try:
        return path.open("wb", buffering=0)
    except OSError as error:
        raise _disk_fault(error) from error


def _write(file: FileIO, chunk: bytes) -> None:
    """Write to the page cache, which blocks no longer than copying 64 KiB does."""
    rest = memoryview(chunk)
    try:
        while rest:
            rest = rest[file.write(rest) :]
    except OSError as error:
        raise _disk_fault(error) from error


def _disk_fault(error: OSError) -> PassingError:
    what = "the disk is full" if error.errno in _FULL else error.strerror
    _log.error("cannot keep a download: %s", what, extra={"action": "fetch"})
    return PassingError(Problem.STORE_BUSY)
