"""A member's picture: fetched, probed in another process, and judged by its bytes alone."""

import logging
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, PositiveInt, TypeAdapter, ValidationError
from yarl import URL

from bot.core.errors import MemberError, PassingError, Problem, ZoetropeError
from bot.core.media import MediaFile
from bot.core.models import Kind, PictureRule
from bot.core.pictures import PIXEL_LIMIT, PictureFacts, judge, judge_format
from bot.core.source import PictureSource
from bot.media.child import Child
from bot.media.fetch import Bounds, Downloads, Fault, FetchFailed
from bot.media.signatures import HEAD, PICTURES, Signature, sniff

_log = logging.getLogger(__name__)

_PROBE: Final = str(Path(__file__).with_name("probe.py"))


class Probed(BaseModel):
    """What the probe says of a file that it could open."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    width: PositiveInt
    height: PositiveInt
    frames: PositiveInt
    whole: bool
    """All of it could be decoded, and it had no more pixels than PIXEL_LIMIT."""


_ANSWER: Final[TypeAdapter[Probed | None]] = TypeAdapter(Probed | None)


async def probe(child: Child, path: Path, signature: Signature) -> Probed | None:
    """Measure and decode a picture in a confined process; None if it is not what it begins like.

    Raises PassingError where the process could not do its work at all.
    """
    ran = await child.run(sys.executable, "-I", _PROBE, str(path), signature.name, str(PIXEL_LIMIT))
    if ran.code < 0:
        return None
    try:
        return _ANSWER.validate_json(ran.output.splitlines()[-1] if ran.code == 0 else b"")
    except (ValidationError, IndexError) as error:
        _log.error("the probe for pictures does not work, code %d", ran.code, extra={"action": "inspect"})
        raise PassingError(Problem.STORE_BUSY) from error


@dataclass(frozen=True, slots=True)
class Pictures:
    """Fetches and judges members' pictures, one at a call."""

    downloads: Downloads
    child: Child
    bounds: Bounds
    """The rule's own limit on bytes takes the place of `size`, if it is lower."""

    async def bring(self, source: PictureSource, url: URL, rule: PictureRule, path: Path) -> MediaFile:
        """Fetch one picture to `path`, give it the suffix of its bytes, and judge it.

        Raises MemberError where it breaks the rule or is gone, PassingError where a later try may do.
        """
        bounds = replace(self.bounds, size=min(self.bounds.size, rule.bytes_under - 1))
        try:
            size = await self.downloads.fetch(url, path, bounds)
        except FetchFailed as failed:
            raise _told(failed, source, bounds.size + 1) from failed
        return await self._judged(source, rule, path, size)

    async def _judged(self, source: PictureSource, rule: PictureRule, path: Path, size: int) -> MediaFile:
        unreadable = MemberError(Problem.PICTURE_UNREADABLE, filename=source.filename)
        signature = read_signature(path)
        if signature is None:
            raise unreadable
        judge_format(source.filename, signature.name, rule)
        probed = await probe(self.child, path, signature) if signature in PICTURES else None
        if probed is None:
            raise unreadable
        measures = {"width": probed.width, "height": probed.height}
        facts = PictureFacts(source.filename, signature.name, size, **measures, frames=probed.frames)
        judge(facts, rule)
        if not probed.whole:
            raise unreadable
        return MediaFile(give_suffix(path, signature), Kind.IMAGE, signature.suffix, size, **measures)


def read_signature(path: Path) -> Signature | None:
    """Tell a file's format by its first bytes."""
    with path.open("rb") as file:
        return sniff(file.read(HEAD))


def give_suffix(path: Path, signature: Signature) -> Path:
    """Rename a file after what it is, and return its new path."""
    return path.rename(path.with_suffix(signature.suffix))


def _told(failed: FetchFailed, source: PictureSource, limit: int) -> ZoetropeError:
    """Return what a failed download of a member's picture means."""
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
