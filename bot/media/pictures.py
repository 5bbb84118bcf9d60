"""A member's picture: fetched, mended in another process, and judged once more before it goes on.

Only what that process wrote leaves here. The file that came is removed as soon as it was read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from yarl import URL

from bot.core.errors import MemberError, Problem
from bot.core.media import MediaFile
from bot.core.mending import Framing, Mending
from bot.core.models import Kind, PictureRule
from bot.core.pictures import PictureFacts, bounds_of, judge, judge_format
from bot.core.source import PictureSource
from bot.media.child import Child
from bot.media.mending import mend
from bot.media.order import Mended, Order, Refused, Why
from bot.media.originals import Original, Originals, unreadable
from bot.media.probing import give_suffix
from bot.media.signatures import MENDABLE, named

# A preview is shown beside another: no longer than so many pixels, and no heavier than so many bytes.
_PREVIEW_SIDE: Final = 512
_PREVIEW_BYTES: Final = 60_000


@dataclass(frozen=True, slots=True)
class Pictures:
    """Fetches and mends members' pictures, one at a call."""

    originals: Originals
    mender: Child

    async def bring(
        self,
        source: PictureSource,
        urls: Sequence[URL],
        rule: PictureRule,
        path: Path,
        *,
        framing: Framing | None,
        room: int,
    ) -> MediaFile:
        """Fetch one picture and mend it to `path`, which gets the suffix of what it became.

        Raises MemberError where it cannot be mended or is gone, PassingError where a later try may do.
        """
        most = min(rule.bytes_under - 1, room)
        async with self.originals.fetched(source, urls, _original(path)) as original:
            answer = await self._mend(source, original, rule, _order(original, rule, path, framing, most))
        file = _placed(answer, path)
        judge(PictureFacts(source.filename, answer.format, file.size, file.width, file.height), rule)
        return replace(file, mended=(Mending.LAST_FRAME, *file.mended)) if source.of_video else file

    async def preview(
        self, source: PictureSource, urls: Sequence[URL], rule: PictureRule, path: Path
    ) -> Mapping[Framing, MediaFile]:
        """Fetch one picture and show small what each framing makes of it; nothing where it needs none.

        Raises as `bring` does.
        """
        shown: dict[Framing, MediaFile] = {}
        async with self.originals.fetched(source, urls, _original(path)) as original:
            for framing in Framing:
                order = _order(original, rule, path, framing, _PREVIEW_BYTES)
                target = path.with_name(f"{path.name}-{framing}")
                bounds = replace(order.bounds, side_over=0, side_under=_PREVIEW_SIDE + 1)
                small = replace(order, target=str(target), bounds=bounds, formats=("JPEG",))
                answer = await self._mend(source, original, rule, small)
                if not {Mending.CROPPED, Mending.BARRED}.intersection(answer.mended):
                    target.unlink()
                    return {}
                shown[framing] = _placed(answer, target)
        return shown

    async def _mend(
        self, source: PictureSource, original: Original, rule: PictureRule, order: Order
    ) -> Mended:
        if original.signature not in MENDABLE:
            judge_format(source.filename, original.signature.name, rule)
        answer = await mend(self.mender, order)
        if isinstance(answer, Refused):
            raise _told(answer, source, rule, order)
        return answer


def _original(path: Path) -> Path:
    return path.with_name(f"{path.name}-original")


def _order(
    original: Original, rule: PictureRule, target: Path, framing: Framing | None, most_bytes: int
) -> Order:
    return Order(
        source=str(original.path),
        format=original.signature.name,
        target=str(target),
        formats=tuple(sorted(rule.formats)),
        bounds=bounds_of(rule),
        framing=framing,
        most_bytes=most_bytes,
    )


def _placed(answer: Mended, path: Path) -> MediaFile:
    placed = give_suffix(path, named(answer.format))
    return MediaFile(
        path=placed,
        kind=Kind.IMAGE,
        suffix=placed.suffix,
        size=placed.stat().st_size,
        width=answer.width,
        height=answer.height,
        mended=answer.mended,
    )


def _told(answer: Refused, source: PictureSource, rule: PictureRule, order: Order) -> MemberError:
    """Return what a refusal means to the member."""
    name = source.filename
    match answer.why:
        case Why.UNREADABLE:
            return unreadable(source)
        case Why.SLOW:
            return MemberError(Problem.PICTURE_TOO_SLOW, filename=name)
        case Why.PIXELS:
            return MemberError(Problem.PICTURE_TOO_MANY_PIXELS, filename=name, limit=answer.limit)
        case Why.ASPECT:
            bounds = {"low": rule.aspect_over, "high": rule.aspect_under}
            aspect = answer.width / answer.height
            return MemberError(Problem.PICTURE_ASPECT, filename=name, aspect=aspect, **bounds)
        case Why.HEAVY:
            size = Path(order.source).stat().st_size
            limit = order.most_bytes + 1
            return MemberError(Problem.PICTURE_TOO_HEAVY, filename=name, size=size, limit=limit)
