"""The file that came for a member's picture: had from one of its addresses, and named by its first bytes.

It is a stranger's as it is, with all that it may carry: nothing but the mending ever reads it further.
"""

import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from yarl import URL

from bot.core.errors import MemberError, PassingError, Problem, ZoetropeError
from bot.core.source import PictureSource
from bot.media.child import Child
from bot.media.fetch import Bounds, Downloads, Fault, FetchFailed
from bot.media.frames import last_frame
from bot.media.hosts import HostRule
from bot.media.probing import read_signature
from bot.media.signatures import PNG, VIDEOS, Signature

_log = logging.getLogger(__name__)
_FETCH: Final = {"action": "fetch"}

# Another address may have what this one has not.
_ELSEWHERE: Final = frozenset({Fault.GONE, Fault.MOVED, Fault.BROKEN, Fault.UNREACHABLE})


@dataclass(frozen=True, slots=True)
class Original:
    """A file on disk, and what it begins like."""

    path: Path
    signature: Signature


def admit(source: PictureSource, rules: Sequence[HostRule]) -> tuple[URL, ...]:
    """Return those of its addresses that any rule lists; raise MemberError if there is none."""
    found = (
        next((url for rule in rules if (url := rule.admit(address))), None)
        for address in (source.url, *source.others)
    )
    urls = tuple(url for url in found if url is not None)
    if not urls:
        raise MemberError(Problem.PICTURE_HOST, filename=source.filename)
    return urls


@dataclass(frozen=True, slots=True)
class Originals:
    """Fetches what members gave."""

    downloads: Downloads
    decoder: Child
    ffmpeg: str
    bounds: Bounds
    video_bounds: Bounds
    """Where the picture is the last of a video."""

    @asynccontextmanager
    async def fetched(
        self, source: PictureSource, urls: Sequence[URL], path: Path
    ) -> AsyncGenerator[Original]:
        """Have the file at a path as long as the context lasts.

        Raises MemberError where it is gone or nothing known, PassingError where a later try may do.
        """
        try:
            await self._fetch(source, urls, path)
            signature = read_signature(path)
            if source.of_video:
                yield await self._last_frame(source, Original(path, signature) if signature else None)
            elif signature is None:
                raise unreadable(source)
            else:
                yield Original(path, signature)
        finally:
            _remove(path)

    async def _fetch(self, source: PictureSource, urls: Sequence[URL], path: Path) -> None:
        """Fetch from the first address that has it; what goes wrong with the last one counts."""
        bounds = self.video_bounds if source.of_video else self.bounds
        for left, url in zip(reversed(range(len(urls))), urls, strict=True):
            try:
                await self.downloads.fetch(url, path, bounds)
            except FetchFailed as failed:
                if left == 0 or failed.fault not in _ELSEWHERE:
                    raise _told(failed, source, bounds.size + 1) from failed
                _log.info("%s at %s, which is not the last", failed.fault, url.raw_host, extra=_FETCH)
            else:
                return

    async def _last_frame(self, source: PictureSource, video: Original | None) -> Original:
        if video is None or video.signature not in VIDEOS:
            raise unreadable(source)
        target = _frame_of(video.path)
        if not await last_frame(self.decoder, self.ffmpeg, video.path, video.signature, target):
            raise unreadable(source)
        return Original(target, PNG)


def unreadable(source: PictureSource) -> MemberError:
    """Return the answer for whatever cannot be opened."""
    return MemberError(Problem.PICTURE_UNREADABLE, filename=source.filename)


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    _frame_of(path).unlink(missing_ok=True)


def _frame_of(path: Path) -> Path:
    return path.with_name(f"{path.name}-frame.png")


def _told(failed: FetchFailed, source: PictureSource, limit: int) -> ZoetropeError:
    """Return what a failed download means to the member."""
    name = source.filename
    match failed.fault:
        case Fault.GONE:
            return MemberError(Problem.PICTURE_GONE, filename=name)
        case Fault.MOVED:
            return MemberError(Problem.PICTURE_HOST, filename=name)
        case Fault.TOO_LARGE | Fault.ENDLESS:
            return MemberError(Problem.PICTURE_TOO_HEAVY, filename=name, size=failed.size, limit=limit)
        case Fault.BROKEN | Fault.UNREACHABLE:
            return PassingError(Problem.CHAT_UNREACHABLE)
