"""A result's picture that is too large, mended as a member's would be: so that it fits."""

from dataclasses import replace
from pathlib import Path
from typing import Final

from bot.core.media import MediaFile
from bot.core.shaping import Bounds
from bot.media.child import Child
from bot.media.mending import mend
from bot.media.order import Order, Refused
from bot.media.probing import give_suffix, read_signature
from bot.media.signatures import JPEG, PICTURES, PNG

# Any shape will do, but a shorter side of less than 160 pixels is not worth seeing.
_BOUNDS: Final = Bounds(side_over=159, side_under=None, aspect_over=0.001, aspect_under=1000.0)
_WRITTEN: Final = {each.name: each for each in (JPEG, PNG)}


async def shrink_picture(child: Child, file: MediaFile, room: int, target: Path) -> MediaFile | None:
    """Write a picture anew, of at most `room` bytes and the best quality; None where that cannot be."""
    signature = read_signature(file.path)
    if signature not in PICTURES:
        return None
    order = Order(
        source=str(file.path),
        format=signature.name,
        target=str(target),
        formats=tuple(_WRITTEN),
        bounds=_BOUNDS,
        framing=None,
        most_bytes=room,
    )
    answer = await mend(child, order)
    if isinstance(answer, Refused) or answer.size > room:
        return None
    written = _WRITTEN[answer.format]
    return replace(
        file,
        path=give_suffix(target, written),
        suffix=written.suffix,
        size=answer.size,
        width=answer.width,
        height=answer.height,
        mended=(*file.mended, *answer.mended),
    )
