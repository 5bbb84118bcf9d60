"""A job's result: fetched, and checked to be the whole of what it claims to be. Never posted unchecked."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from yarl import URL

from bot.core.errors import LostError, PassingError, Problem, ZoetropeError
from bot.core.media import MediaFile
from bot.core.models import Kind
from bot.media.child import Child
from bot.media.fetch import Bounds, Downloads, Fault, FetchFailed
from bot.media.probing import give_suffix, probe, read_signature
from bot.media.signatures import PICTURES, VIDEOS, Signature
from bot.media.videos import inspect

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Results:
    """Fetches and checks results, one at a call."""

    downloads: Downloads
    decoder: Child
    prober: Child
    ffmpeg: str
    bounds: dict[Kind, Bounds]

    async def bring(self, kind: Kind, url: URL, path: Path) -> MediaFile:
        """Fetch one result to `path`, give it the suffix of its bytes, and check it.

        Raises PassingError where a later try may do, LostError where none will.
        """
        bounds = self.bounds[kind]
        try:
            size = await self.downloads.fetch(url, path, bounds)
        except FetchFailed as failed:
            if failed.fault is Fault.MOVED:
                _log.error("%s redirects a result; refused", url.raw_host, extra={"action": "fetch"})
            raise _told(failed, bounds.size) from failed
        signature = read_signature(path)
        checked = await self._check(kind, path, size, signature) if signature else None
        if checked is None:
            found = signature.name if signature else "unknown"
            _log.warning("a result is broken: %d bytes, format %s", size, found, extra={"action": "fetch"})
            raise PassingError(Problem.RESULT_BROKEN)
        return checked

    async def bring_earlier(self, kind: Kind, urls: Sequence[URL], path: Path) -> MediaFile:
        """Fetch a file from the first address that has it whole.

        Raises LostError where none has, PassingError where one could not be asked.
        """
        unasked: PassingError | None = None
        lost = LostError(Problem.RESULT_GONE)
        for url in urls:
            try:
                return await self.bring(kind, url, path)
            except LostError as error:
                if error.reason.problem is Problem.RESULT_TOO_LARGE:
                    lost = error
            except PassingError as error:
                if error.reason.problem is Problem.STORE_BUSY:
                    raise
                if error.reason.problem is not Problem.RESULT_BROKEN:
                    unasked = error
        raise unasked or lost

    async def _check(self, kind: Kind, path: Path, size: int, signature: Signature) -> MediaFile | None:
        if kind is Kind.VIDEO and signature in VIDEOS:
            found = await inspect(self.decoder, self.ffmpeg, path, signature)
            seconds = found and found.seconds
        elif kind is Kind.IMAGE and signature in PICTURES:
            picture = await probe(self.prober, path, signature)
            found, seconds = picture if picture and picture.whole else None, None
        else:
            return None
        return found and MediaFile(
            give_suffix(path, signature), kind, signature.suffix, size, found.width, found.height, seconds
        )


def _told(failed: FetchFailed, limit: int) -> ZoetropeError:
    """Return what a failed download of a result means."""
    match failed.fault:
        case Fault.GONE:
            return LostError(Problem.RESULT_GONE)
        case Fault.MOVED:
            return LostError(Problem.RESULT_BROKEN)
        case Fault.TOO_LARGE:
            return LostError(Problem.RESULT_TOO_LARGE, limit=limit)
        case Fault.ENDLESS | Fault.BROKEN:
            return PassingError(Problem.RESULT_BROKEN)
        case Fault.UNREACHABLE:
            return PassingError(Problem.GENERATOR_UNREACHABLE)
