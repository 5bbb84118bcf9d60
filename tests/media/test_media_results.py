"""A job's results: whole ones are taken, and nothing else is ever handed on."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import aiohttp
import pytest

from bot.core.errors import LostError, PassingError, Problem, Reason
from bot.core.events import Output
from bot.core.media import MediaFile
from bot.core.models import Kind
from bot.media.child import Confines
from bot.media.desk import Limits, MediaDesk
from bot.media.hosts import HostRule
from tests.media.conftest import LOCAL
from tests.media.origin import Origin, Script, answer, repeating, saying, saying_then_silent, unmeasured
from tests.media.samples import Draw, a_bomb, a_picture, an_animation, make_video, turn_video

PAGE = b"<!DOCTYPE html><title>Sign in</title>" + b" " * 1000


async def taken(desk: MediaDesk, content: bytes, kind: Kind = Kind.VIDEO) -> MediaFile:
    async with (
        Origin(saying(unmeasured(content))) as origin,
        desk.results([Output(origin.url, kind)]) as files,
    ):
        (file,) = files
        assert file.path.read_bytes() == content
        return file


async def failure(desk: MediaDesk, script: Script, kind: Kind = Kind.VIDEO) -> PassingError | LostError:
    async with Origin(script) as origin:
        with pytest.raises((PassingError, LostError)) as caught:
            async with desk.results([Output(origin.url, kind)]):
                pass
        await origin.until_idle()
    return caught.value


async def is_broken(desk: MediaDesk, content: bytes, kind: Kind = Kind.VIDEO) -> bool:
    """Tell whether the result is refused, with another try to come."""
    error = await failure(desk, saying(unmeasured(content)), kind)
    return isinstance(error, PassingError) and error.reason == Reason(Problem.RESULT_BROKEN)


async def test_a_whole_video_is_measured(desk: MediaDesk, mp4: bytes) -> None:
    file = await taken(desk, mp4)

    assert (file.kind, file.suffix, file.path.suffix) == (Kind.VIDEO, ".mp4", ".mp4")
    assert (file.size, file.width, file.height) == (len(mp4), 320, 240)
    assert file.seconds == pytest.approx(2, abs=0.1)


async def test_other_containers_are_decoded_and_measured(
    desk: MediaDesk, webm: bytes, fragmented: bytes, tmp_path: Path
) -> None:
    mov = make_video(tmp_path / "film.mov")
    mkv = make_video(tmp_path / "film.mkv")

    files = [await taken(desk, content) for content in (webm, fragmented, mov, mkv)]

    assert [file.suffix for file in files] == [".webm", ".mp4", ".mov", ".mkv"]
    assert [(file.width, file.height) for file in files] == [(320, 240)] * 4
    assert [file.seconds for file in files] == [pytest.approx(2, abs=0.1)] * 4


async def test_a_video_with_sound_that_starts_late_is_whole(desk: MediaDesk, tmp_path: Path) -> None:
    sound = ["-f", "lavfi", "-i", "sine=duration=2", "-movflags", "faststart", "-output_ts_offset", "1"]

    file = await taken(desk, make_video(tmp_path / "film.mp4", *sound))

    assert (file.width, file.height) == (320, 240)


async def test_a_film_on_its_side_is_measured_as_it_is_shown(desk: MediaDesk, tmp_path: Path) -> None:
    make_video(tmp_path / "film.mp4")

    file = await taken(desk, turn_video(tmp_path / "film.mp4", tmp_path / "turned.mp4"))

    assert (file.width, file.height) == (240, 320)


@pytest.mark.parametrize("part", [0.01, 0.5, 0.9, 0.999])
async def test_a_cut_video_is_broken(desk: MediaDesk, mp4: bytes, webm: bytes, part: float) -> None:
    assert await is_broken(desk, mp4[: int(len(mp4) * part)])
    assert await is_broken(desk, webm[: int(len(webm) * part)])


async def test_fragments_cut_within_one_are_broken(desk: MediaDesk, fragmented: bytes) -> None:
    assert await is_broken(desk, fragmented[:-1000])


async def test_a_video_that_does_not_say_where_it_ends_is_decoded_to_its_end(
    desk: MediaDesk, tmp_path: Path
) -> None:
    film = make_video(tmp_path / "film.mp4", "-movflags", "faststart", seconds=20)
    size = film.index(b"mdat") - 4
    endless = film[:size] + bytes(4) + film[size + 4 :]

    assert (await taken(desk, endless)).suffix == ".mp4"
    assert await is_broken(desk, endless[:-3000])


async def test_a_video_whose_pictures_are_lost_is_broken(desk: MediaDesk, mp4: bytes) -> None:
    start = mp4.index(b"mdat") + 4
    size = int.from_bytes(mp4[start - 8 : start - 4], "big") - 8

    assert await is_broken(desk, mp4[:start] + bytes(size) + mp4[start + size :])


@pytest.mark.parametrize(
    "draw",
    [
        pytest.param(lambda: b"", id="nothing"),
        pytest.param(lambda: b"x", id="a letter"),
        pytest.param(lambda: PAGE, id="a page"),
        pytest.param(lambda: b"\0\0\0\x18ftypisom" + PAGE, id="a page as MP4"),
        pytest.param(lambda: b"\x1aE\xdf\xa3webm" + PAGE, id="a page as WebM"),
        pytest.param(lambda: b"{}", id="an object"),
        pytest.param(lambda: a_picture("JPEG"), id="a picture"),
    ],
)
async def test_what_is_no_video_is_broken(desk: MediaDesk, draw: Draw) -> None:
    assert await is_broken(desk, draw())


@pytest.mark.parametrize(
    "content",
    [
        b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n",
        b"ffconcat version 1.0\nfile /etc/passwd\n",
        b"\x1aE\xdf\xa3#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n",
    ],
)
async def test_a_playlist_is_never_opened_as_a_video(desk: MediaDesk, content: bytes) -> None:
    assert await is_broken(desk, content)


@pytest.mark.parametrize(
    ("draw", "suffix"),
    [
        (partial(a_picture, "PNG"), ".png"),
        (partial(a_picture, "JPEG"), ".jpg"),
        (partial(a_picture, "WEBP"), ".webp"),
        (partial(an_animation, "GIF"), ".gif"),
    ],
)
async def test_a_whole_picture_is_measured(desk: MediaDesk, draw: Draw, suffix: str) -> None:
    content = draw()

    file = await taken(desk, content, Kind.IMAGE)

    assert (file.kind, file.suffix, file.path.suffix) == (Kind.IMAGE, suffix, suffix)
    assert (file.size, file.seconds) == (len(content), None)


@pytest.mark.parametrize(
    "draw",
    [
        pytest.param(lambda: b"", id="nothing"),
        pytest.param(lambda: PAGE, id="a page"),
        pytest.param(lambda: a_picture("PNG")[:-5000], id="cut PNG"),
        pytest.param(lambda: a_picture("BMP"), id="BMP"),
        pytest.param(lambda: a_bomb(20_000), id="a bomb"),
    ],
)
async def test_a_picture_that_is_not_whole_is_broken(desk: MediaDesk, draw: Draw) -> None:
    assert await is_broken(desk, draw(), Kind.IMAGE)


async def test_a_video_in_place_of_a_picture_is_broken(desk: MediaDesk, mp4: bytes) -> None:
    assert await is_broken(desk, mp4, Kind.IMAGE)


@pytest.mark.parametrize(
    ("script", "error", "reason"),
    [
        (saying(answer(b"cut", length=1000)), PassingError, Reason(Problem.RESULT_BROKEN)),
        (repeating(unmeasured(), bytes(60_000)), PassingError, Reason(Problem.RESULT_BROKEN)),
        (saying(b""), PassingError, Reason(Problem.GENERATOR_UNREACHABLE)),
        (
            saying(answer(status="503 Service Unavailable")),
            PassingError,
            Reason(Problem.GENERATOR_UNREACHABLE),
        ),
        (saying(answer(status="404 Not Found")), LostError, Reason(Problem.RESULT_GONE)),
        (saying(answer(status="403 Forbidden")), LostError, Reason(Problem.RESULT_GONE)),
        (saying(answer(status="410 Gone")), LostError, Reason(Problem.RESULT_GONE)),
        (
            saying_then_silent(answer(length=1_000_001)),
            LostError,
            Reason(Problem.RESULT_TOO_LARGE, {"limit": 1_000_000}),
        ),
    ],
    ids=["cut", "endless", "hung up", "503", "404", "403", "410", "too large"],
)
async def test_a_fault_says_whether_a_later_try_may_do(
    desk: MediaDesk, script: Script, error: type[Exception], reason: Reason
) -> None:
    failed = await failure(desk, script)

    assert (type(failed), failed.reason) == (error, reason)


@pytest.mark.parametrize("target", ["https://evil.example/x", "http://127.0.0.1:1/x", "file:///etc/passwd"])
async def test_a_redirect_ends_it_and_the_log_names_the_host_alone(
    desk: MediaDesk, caplog: pytest.LogCaptureFixture, target: str
) -> None:
    moved = answer(status="302 Found", more=f"Location: {target}\r\n")

    error = await failure(desk, saying(moved))

    assert (type(error), error.reason) == (LostError, Reason(Problem.RESULT_BROKEN))
    (record,) = [record for record in caplog.records if record.levelname == "ERROR"]
    assert record.getMessage() == "127.0.0.1 redirects a result; refused"


@pytest.mark.parametrize(
    "address",
    ["https://evil.example/film.mp4?token=secret", "http://169.254.169.254/secret", "file:///secret"],
)
async def test_another_host_ends_it_before_anything_is_fetched(
    desk: MediaDesk, caplog: pytest.LogCaptureFixture, mp4: bytes, address: str
) -> None:
    async with Origin(saying(answer(mp4))) as origin:
        outputs = [Output(origin.url, Kind.VIDEO), Output(address, Kind.VIDEO)]
        with pytest.raises(LostError) as caught:
            async with desk.results(outputs):
                pass

    assert caught.value.reason == Reason(Problem.RESULT_BROKEN)
    assert origin.heads == []
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "secret" not in caplog.text


async def test_a_video_that_takes_too_long_to_open_is_broken(
    session: aiohttp.ClientSession, tmp_path: Path, limits: Limits, mp4: bytes
) -> None:
    hasty = Confines(memory=2 << 30, cpu=5, seconds=0.001)
    desk = MediaDesk(session, LOCAL, LOCAL, tmp_path, replace(limits, decode=hasty))

    assert await is_broken(desk, mp4)


async def earlier(desk: MediaDesk, *addresses: str) -> MediaFile:
    async with desk.earlier([addresses], Kind.VIDEO) as (file,):
        assert file.path.stat().st_size == file.size
        return file


GONE = saying(answer(status="404 Not Found"))


@pytest.mark.parametrize(
    "first",
    [
        pytest.param(GONE, id="gone"),
        pytest.param(saying(answer(status="302 Found", more="Location: https://x.example/\r\n")), id="moved"),
        pytest.param(saying(answer(PAGE)), id="a page"),
        pytest.param(saying(answer(b"cut", length=1000)), id="cut"),
        pytest.param(saying(b""), id="hung up"),
        pytest.param(saying(answer(length=1_000_001)), id="too large"),
    ],
)
async def test_an_earlier_result_comes_from_the_first_address_that_has_it(
    desk: MediaDesk, mp4: bytes, first: Script
) -> None:
    async with Origin(first) as without, Origin(saying(answer(mp4))) as having, Origin(GONE) as unasked:
        file = await earlier(desk, without.url, having.url, unasked.url)

        # Where a connection was hung up, aiohttp asks once more.
        assert (len(without.heads) > 0, len(having.heads), unasked.heads) == (True, 1, [])
    assert (file.kind, file.suffix, file.size, file.width) == (Kind.VIDEO, ".mp4", len(mp4), 320)


async def test_an_earlier_result_that_no_address_has_is_gone(desk: MediaDesk) -> None:
    async with Origin(GONE) as one, Origin(saying(answer(PAGE))) as other:
        for addresses in ((one.url, other.url), (), ("https://evil.example/film.mp4",)):
            with pytest.raises(LostError) as caught:
                await earlier(desk, *addresses)
            assert caught.value.reason == Reason(Problem.RESULT_GONE)


@pytest.mark.parametrize("is_first", [True, False])
async def test_an_earlier_result_that_is_too_large_is_not_said_to_be_gone(
    desk: MediaDesk, *, is_first: bool
) -> None:
    async with Origin(saying(answer(length=1_000_001))) as large, Origin(GONE) as gone:
        addresses = (large.url, gone.url) if is_first else (gone.url, large.url)
        with pytest.raises(LostError) as caught:
            await earlier(desk, *addresses)

    assert caught.value.reason == Reason(Problem.RESULT_TOO_LARGE, {"limit": 1_000_000})


async def test_an_earlier_result_that_somebody_may_still_have_is_asked_for_again(desk: MediaDesk) -> None:
    silent = saying(answer(status="503 Service Unavailable"))
    async with Origin(silent) as passing, Origin(GONE) as gone:
        with pytest.raises(PassingError) as caught:
            await earlier(desk, passing.url, gone.url)

    assert caught.value.reason == Reason(Problem.GENERATOR_UNREACHABLE)


async def test_an_earlier_result_at_another_host_is_never_asked_for(
    session: aiohttp.ClientSession, tmp_path: Path, limits: Limits, mp4: bytes
) -> None:
    async with Origin(saying(answer(mp4))) as chat, Origin(saying(answer(mp4))) as maker:
        rules = [HostRule.of([origin.url.split("/")[2]]) for origin in (chat, maker)]
        desk = MediaDesk(session, rules[0], rules[1], tmp_path / "media", limits)
        desk.sweep()
        assert await earlier(desk, chat.url)
        assert await earlier(desk, maker.url)
        neither = MediaDesk(session, rules[0], rules[0], tmp_path / "media", limits)
        with pytest.raises(LostError):
            await earlier(neither, maker.url)

        assert (len(chat.heads), len(maker.heads)) == (1, 1)
