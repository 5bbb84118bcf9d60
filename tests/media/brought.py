"""One picture through the desk: what it says of it, and what lies on the disk."""

import pytest

from bot.core.errors import MemberError, Reason
from bot.core.media import MediaFile
from bot.core.mending import Framing
from bot.core.models import FRAME_RULE, PictureRule
from bot.core.source import PictureSource
from bot.media.desk import MediaDesk
from tests.media.origin import Origin, answer, saying

ROOM = 10 << 20


def source(url: str, name: str = "cat.png") -> PictureSource:
    return PictureSource(url, name, size=1)


async def brought(
    desk: MediaDesk,
    content: bytes,
    rule: PictureRule = FRAME_RULE,
    *,
    framing: Framing | None = None,
    room: int = ROOM,
) -> tuple[MediaFile, bytes]:
    async with (
        Origin(saying(answer(content))) as origin,
        desk.pictures([source(origin.url)], rule, framing=framing, room=room) as (file,),
    ):
        # Nothing that came may lie about any longer.
        assert [path.name for path in file.path.parent.iterdir()] == [file.path.name]
        return file, file.path.read_bytes()


async def refused(desk: MediaDesk, content: bytes, rule: PictureRule = FRAME_RULE) -> Reason:
    with pytest.raises(MemberError) as caught:
        await brought(desk, content, rule)
    return caught.value.reason
