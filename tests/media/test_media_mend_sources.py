"""Where a picture may come from besides its first address, and what its owner is shown when asked."""

import io
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
from PIL import Image

from bot.core.errors import MemberError, PassingError, Problem, Reason
from bot.core.media import MediaFile
from bot.core.mending import Framing, Mending
from bot.core.models import EDIT_RULE, FRAME_RULE
from bot.core.source import PictureSource
from bot.media.desk import Limits, MediaDesk
from bot.media.hosts import HostRule
from tests.media.brought import ROOM, source
from tests.media.conftest import LOCAL
from tests.media.origin import Origin, Script, answer, saying, saying_then_silent
from tests.media.samples import Draw, a_picture

HERE = saying(answer(a_picture()))
GONE = saying(answer(status="404 Not Found"))


async def taken(desk: MediaDesk, *sources: PictureSource) -> tuple[MediaFile, ...]:
    async with desk.pictures(sources, FRAME_RULE, framing=None, room=ROOM) as files:
        return files


@pytest.mark.parametrize(
    "first",
    [
        GONE,
        saying(answer(status="302 Found")),
        saying(answer(status="503 Service Unavailable")),
        saying(answer(b"cut", length=100)),
        saying(b""),
    ],
)
async def test_another_address_has_what_the_first_has_not(desk: MediaDesk, first: Script) -> None:
    async with Origin(first) as nothing, Origin(HERE) as origin:
        (file,) = await taken(desk, replace(source(nothing.url), others=(origin.url,)))

    assert (file.width, file.height) == (640, 480)


async def test_the_first_address_that_has_it_is_enough(desk: MediaDesk) -> None:
    async with Origin(HERE) as origin, Origin(HERE) as other:
        await taken(desk, replace(source(origin.url), others=(other.url,)))

    assert other.heads == []


@pytest.mark.parametrize(
    ("last", "error", "problem"),
    [
        (GONE, MemberError, Problem.PICTURE_GONE),
        (saying(answer(status="503 Service Unavailable")), PassingError, Problem.CHAT_UNREACHABLE),
    ],
)
async def test_of_many_failures_the_last_counts(
    desk: MediaDesk, last: Script, error: type[Exception], problem: Problem
) -> None:
    async with Origin(saying(answer(status="302 Found"))) as first, Origin(last) as second:
        with pytest.raises(error, match=problem):
            await taken(desk, replace(source(first.url), others=(second.url,)))


async def test_too_many_bytes_are_too_many_anywhere(desk: MediaDesk) -> None:
    async with Origin(saying_then_silent(answer(length=2_000_000))) as first, Origin(HERE) as second:
        with pytest.raises(MemberError, match=Problem.PICTURE_TOO_HEAVY):
            await taken(desk, replace(source(first.url), others=(second.url,)))

    assert second.heads == []


async def test_an_address_that_is_not_listed_is_passed_over(desk: MediaDesk) -> None:
    async with Origin(HERE) as origin:
        (file,) = await taken(desk, replace(source("https://evil.example/x"), others=(origin.url,)))

    assert file.width == 640


async def test_a_result_may_be_had_where_results_are(
    session: aiohttp.ClientSession, tmp_path: Path, limits: Limits
) -> None:
    desk = MediaDesk(session, HostRule.of(["discordapp.com"]), LOCAL, tmp_path, limits)

    async with Origin(HERE) as origin:
        (file,) = await taken(desk, source(origin.url))

    assert file.width == 640


async def test_a_video_gives_its_last_frame(desk: MediaDesk, mp4: bytes) -> None:
    async with Origin(saying(answer(mp4))) as origin:
        (file,) = await taken(desk, replace(source(origin.url), of_video=True))

    assert file.mended == (Mending.LAST_FRAME, Mending.ENLARGED)
    assert (file.width, file.height, file.suffix) == (401, 301, ".png")


@pytest.mark.parametrize(
    "draw",
    [
        pytest.param(a_picture, id="a picture"),
        pytest.param(lambda: b"no video", id="text"),
        pytest.param(lambda: b"\0\0\0\x18ftypisom" + bytes(100), id="an empty MP4"),
    ],
)
async def test_what_should_be_a_video_and_is_none_is_unreadable(desk: MediaDesk, draw: Draw) -> None:
    async with Origin(saying(answer(draw()))) as origin:
        with pytest.raises(MemberError) as caught:
            await taken(desk, replace(source(origin.url), of_video=True))

    assert caught.value.reason == Reason(Problem.PICTURE_UNREADABLE, {"filename": "cat.png"})


async def test_each_framing_is_shown_small(desk: MediaDesk) -> None:
    async with (
        Origin(HERE) as good,
        Origin(saying(answer(a_picture("JPEG", size=(2000, 400))))) as wide,
        Origin(saying(answer(a_picture(size=(400, 2000))))) as tall,
        desk.previews([source(good.url), source(wide.url), source(tall.url)], FRAME_RULE) as shown,
    ):
        sides = {framing: opened_size(file) for framing, file in shown.items()}
        sizes = [file.size for file in shown.values()]
        kept = {path.name for path in shown[Framing.CROP].path.parent.iterdir()}

    assert sides == {Framing.CROP: (512, 207), Framing.BARS: (512, 207)}
    assert max(sizes) <= 60_000
    assert kept == {"preview-crop.jpg", "preview-bars.jpg"}
    assert tall.heads == []


def opened_size(file: MediaFile) -> tuple[int, int]:
    with Image.open(io.BytesIO(file.path.read_bytes())) as picture:
        assert picture.format == "JPEG"
        assert picture.size == (file.width, file.height)
        return picture.size


async def test_what_needs_no_framing_has_no_preview(desk: MediaDesk, tmp_path: Path) -> None:
    async with (
        Origin(HERE) as origin,
        desk.previews([source(origin.url)] * 2, EDIT_RULE) as shown,
    ):
        assert shown == {}
        assert left_in(tmp_path / "media") == []


def left_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_a_preview_of_what_cannot_be_had_is_refused_as_the_picture_is(desk: MediaDesk) -> None:
    async with Origin(GONE) as origin:
        with pytest.raises(MemberError, match=Problem.PICTURE_GONE):
            async with desk.previews([source(origin.url)], FRAME_RULE):
                pass
