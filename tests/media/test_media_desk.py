"""The desk's folders: private, gone when the job is through with them, and swept after a crash."""

import asyncio
import shutil
import stat
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from bot.core.errors import LostError, PassingError, Problem
from bot.core.events import Output
from bot.core.media import Media
from bot.core.models import FRAME_RULE, Kind
from bot.media.desk import Limits, MediaDesk
from tests.media.brought import ROOM, source
from tests.media.conftest import LOCAL
from tests.media.origin import Origin, answer, saying, saying_then_silent
from tests.media.samples import a_picture


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "media"


def left_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def picture(origin: Origin) -> list[Output]:
    return [Output(origin.url, Kind.IMAGE)]


def test_the_desk_is_what_the_story_asks_for(desk: MediaDesk) -> None:
    media: Media = desk

    assert media is desk


async def test_files_live_in_a_private_folder_as_long_as_their_context(desk: MediaDesk, folder: Path) -> None:
    async with Origin(saying(answer(a_picture()))) as origin, desk.results(picture(origin)) as (file,):
        assert file.path.parent.parent == folder
        assert stat.S_IMODE(file.path.parent.stat().st_mode) == 0o700
        assert [path.name for path in file.path.parent.iterdir()] == [file.path.name]

    assert left_in(folder) == []


async def test_an_error_of_the_caller_passes_through_and_leaves_nothing(
    desk: MediaDesk, folder: Path
) -> None:
    async with Origin(saying(answer(a_picture()))) as origin:
        with pytest.raises(LostError, match="undeliverable"):
            async with desk.results(picture(origin)):
                raise LostError(Problem.UNDELIVERABLE)

    assert left_in(folder) == []


@pytest.mark.parametrize("content", [b"", answer(b"no picture"), answer(status="404 Not Found")])
async def test_a_failure_leaves_nothing(desk: MediaDesk, folder: Path, content: bytes) -> None:
    async with Origin(saying(content)) as origin:
        with pytest.raises((PassingError, LostError)):
            async with desk.results(picture(origin)):
                pass

    assert left_in(folder) == []


async def called_off(work: Callable[[], Awaitable[None]], begun: Callable[[], bool]) -> None:
    """Start the work, and cancel it once it has begun."""
    task = asyncio.ensure_future(work())
    async with asyncio.timeout(5):
        while not begun():  # noqa: ASYNC110 (begun within a server and a file system)
            await asyncio.sleep(0.005)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_calling_it_off_leaves_no_file_and_no_connection(desk: MediaDesk, folder: Path) -> None:
    stalled = saying_then_silent(answer(b"begin", length=1000))
    async with Origin(stalled) as origin:

        async def work() -> None:
            async with desk.results(picture(origin) * 3):
                pytest.fail("nothing arrived")

        await called_off(work, lambda: origin.open == 3 and len(list(folder.glob("*/result-*"))) == 3)
        await origin.until_idle()

    assert left_in(folder) == []


async def test_the_first_failure_calls_off_the_rest(desk: MediaDesk, folder: Path) -> None:
    async with Origin(saying_then_silent(b"")) as silent, Origin(saying(b"")) as failing:
        with pytest.raises(PassingError):
            async with desk.results([*picture(silent), *picture(failing)]):
                pass
        await silent.until_idle()

    assert left_in(folder) == []


async def test_pictures_come_while_every_place_for_results_is_taken(
    session: aiohttp.ClientSession, folder: Path, limits: Limits
) -> None:
    desk = MediaDesk(session, LOCAL, LOCAL, folder, replace(limits, downloads=1))
    desk.sweep()
    async with Origin(saying_then_silent(b"")) as silent, Origin(saying(answer(a_picture()))) as origin:

        async def work() -> None:
            async with desk.results(picture(silent)):
                pytest.fail("nothing arrived")

        task = asyncio.ensure_future(work())
        async with asyncio.timeout(5):
            while not silent.heads:  # noqa: ASYNC110 (the server says that it was asked)
                await asyncio.sleep(0.005)
        async with desk.pictures([source(origin.url)], FRAME_RULE, framing=None, room=ROOM) as (file,):
            assert file.size > 0
        assert not task.done()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


@pytest.fixture
def free(tmp_path: Path) -> int:
    """Bytes that the disk has left."""
    return shutil.disk_usage(tmp_path).free


async def test_the_database_beside_it_keeps_its_room(
    session: aiohttp.ClientSession,
    folder: Path,
    limits: Limits,
    free: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    tight, roomy = (
        MediaDesk(session, LOCAL, LOCAL, folder, replace(limits, reserve=reserve))
        for reserve in (free * 2, free // 2)
    )
    tight.sweep()
    async with Origin(saying(answer(a_picture()))) as origin:
        given = [source(origin.url)]
        for entered in (
            tight.results(picture(origin)),
            tight.pictures(given, FRAME_RULE, framing=None, room=ROOM),
        ):
            with pytest.raises(PassingError) as caught:
                async with entered:
                    pass
            assert caught.value.reason.problem is Problem.STORE_BUSY
        assert origin.heads == []
        assert [record.levelname for record in caplog.records] == ["ERROR"] * 2
        async with roomy.results(picture(origin)) as (file,):
            assert file.size > 0

    assert left_in(folder) == []


def test_what_an_earlier_life_left_is_swept_and_nothing_else(desk: MediaDesk, folder: Path) -> None:
    stale = folder / "zoetrope-media-abc123"
    stale.mkdir()
    (stale / "result-1.mp4").write_bytes(b"half a film")
    (folder / "notes.txt").write_text("somebody's")

    swept = desk.sweep()

    assert swept == 1
    assert [path.name for path in left_in(folder)] == ["notes.txt"]


async def test_a_folder_that_cannot_be_made_is_ours_and_passes(
    session: aiohttp.ClientSession, tmp_path: Path, limits: Limits
) -> None:
    (tmp_path / "media").write_text("in the way")
    desk = MediaDesk(session, LOCAL, LOCAL, tmp_path / "media", limits)

    with pytest.raises(PassingError) as caught:
        async with desk.pictures([], FRAME_RULE, framing=None, room=1):
            pass

    assert caught.value.reason.problem is Problem.STORE_BUSY
