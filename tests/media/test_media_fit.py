"""Too large for the place: made smaller, and still the same film."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
from PIL import Image

from bot.core.errors import PassingError, Problem, Reason, TooLargeError
from bot.core.media import MediaFile
from bot.core.models import Kind
from bot.media.child import Confines
from bot.media.desk import Limits, MediaDesk
from tests.media.conftest import LOCAL
from tests.media.films import Seen, as_file, make_film, notes_of, run, watch
from tests.media.samples import a_picture

FRAME = 1 / 24


def quiet(_: float) -> None:
    pass


async def fitted(desk: MediaDesk, file: MediaFile, room: int) -> tuple[MediaFile, Seen]:
    """Have a film made smaller, and watch it."""
    before = file.path.read_bytes()
    async with desk.fitted([file], room, quiet) as (smaller,):
        assert smaller.path.stat().st_size == smaller.size <= room
        assert file.path.read_bytes() == before
        return smaller, watch(smaller.path)


def folders(tmp_path: Path) -> list[Path]:
    return list((tmp_path / "media").iterdir())


async def test_a_film_fits_and_keeps_its_length_its_speed_and_its_sound(
    desk: MediaDesk, tmp_path: Path
) -> None:
    film = make_film(tmp_path / "film.mp4", seconds=3)

    smaller, seen = await fitted(desk, film, 300_000)

    assert (smaller.kind, smaller.suffix, smaller.seconds) == (Kind.VIDEO, ".mp4", film.seconds)
    assert seen.frames == 72
    assert seen.seconds == pytest.approx(3, abs=FRAME)
    assert seen.sound_seconds == pytest.approx(3, abs=FRAME)
    assert seen.sides == (smaller.width, smaller.height)
    assert smaller.size > 0.8 * 300_000
    assert folders(tmp_path) == []


async def test_sides_are_lowered_where_the_bits_are_few_and_only_there(
    desk: MediaDesk, tmp_path: Path
) -> None:
    film = make_film(tmp_path / "film.mp4", seconds=3, sides=(640, 360))

    wide, _ = await fitted(desk, film, 600_000)
    narrow, seen = await fitted(desk, film, 150_000)

    assert (wide.width, wide.height) == (640, 360)
    assert 160 <= narrow.height < 360
    assert narrow.width / narrow.height == pytest.approx(16 / 9, rel=0.01)
    assert (seen.frames, seen.sound_seconds > 2.9) == (72, True)


async def test_what_would_not_be_worth_seeing_is_too_large(desk: MediaDesk, tmp_path: Path) -> None:
    film = make_film(tmp_path / "film.mp4")

    with pytest.raises(TooLargeError) as caught:
        await fitted(desk, film, 20_000)

    assert caught.value.reason == Reason(Problem.RESULT_TOO_LARGE, {"limit": 20_000})
    assert folders(tmp_path) == []


async def test_half_of_the_frames_are_left_out_before_it_gets_tiny(desk: MediaDesk, tmp_path: Path) -> None:
    film = make_film(tmp_path / "film.mp4", seconds=3, rate=30, noise=2)

    smaller, seen = await fitted(desk, film, 85_000)

    assert (seen.frames, smaller.height >= 160) == (45, True)
    assert seen.seconds == pytest.approx(3, abs=1 / 15)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        pytest.param("film.mov", [], id="mov"),
        pytest.param("film.mkv", ["-c:a", "libopus"], id="sound of another kind"),
        pytest.param("film.webm", ["-c:v", "libvpx", "-deadline", "realtime", "-b:v", "4M"], id="webm"),
        pytest.param("film.mp4", ["-movflags", "frag_keyframe+empty_moov"], id="fragments"),
        pytest.param("film.mp4", ["-ac", "6"], id="many channels"),
        pytest.param("film.mp4", ["-pix_fmt", "yuv444p"], id="other pixels"),
    ],
)
async def test_every_kind_becomes_an_mp4_that_all_players_know(
    desk: MediaDesk, tmp_path: Path, name: str, options: list[str]
) -> None:
    film = make_film(tmp_path / name, *options)

    async with desk.fitted([film], 200_000, quiet) as (smaller,):
        notes = notes_of(smaller.path)
        seen = watch(smaller.path)
        head = smaller.path.read_bytes()

    assert "h264 (High) (avc1" in notes
    assert "yuv420p" in notes
    assert "Audio: aac" in notes
    assert head.index(b"moov") < head.index(b"mdat")
    assert (seen.frames, seen.seconds) == (48, pytest.approx(2, abs=FRAME))
    assert seen.sound_seconds == pytest.approx(2, abs=2 * FRAME)


async def test_a_film_without_sound_stays_without(desk: MediaDesk, tmp_path: Path) -> None:
    film = make_film(tmp_path / "film.mp4", sound=0)

    _, seen = await fitted(desk, film, 200_000)

    assert (seen.frames, seen.sound_seconds) == (48, 0)


async def test_sound_that_goes_on_is_kept_to_its_end(desk: MediaDesk, tmp_path: Path) -> None:
    film = make_film(tmp_path / "film.mp4", sound=4)

    _, seen = await fitted(desk, film, 300_000)

    assert (seen.seconds, seen.sound_seconds) == (
        pytest.approx(2, abs=FRAME),
        pytest.approx(4, abs=FRAME),
    )


async def test_a_film_on_its_side_is_shown_upright(desk: MediaDesk, tmp_path: Path) -> None:
    make_film(tmp_path / "film.mp4")
    run("-display_rotation", "90", "-i", f"{tmp_path}/film.mp4", "-c", "copy", f"{tmp_path}/turned.mp4")

    smaller, seen = await fitted(desk, as_file(tmp_path / "turned.mp4", (360, 640), 2), 200_000)

    assert smaller.width < smaller.height
    assert seen.sides == (smaller.width, smaller.height)


async def test_what_the_file_tells_of_its_maker_stays_behind(desk: MediaDesk, tmp_path: Path) -> None:
    film = make_film(tmp_path / "film.mp4", "-metadata", "comment=secret", "-metadata:s:v", "title=secret")
    assert b"secret" in film.path.read_bytes()

    async with desk.fitted([film], 200_000, quiet) as (smaller,):
        assert b"secret" not in smaller.path.read_bytes()


async def test_those_that_fit_are_left_alone(desk: MediaDesk, tmp_path: Path) -> None:
    heavy = make_film(tmp_path / "heavy.mp4")
    light = make_film(tmp_path / "light.mp4", seconds=0.5, noise=0)
    assert light.size < 200_000 < heavy.size

    async with desk.fitted([light, heavy, light], 200_000, quiet) as files:
        assert [file is light for file in files] == [True, False, True]
        assert all(file.path.exists() and file.size <= 200_000 for file in files)
    assert light.path.exists()


async def test_progress_only_grows_from_the_first_to_the_last(desk: MediaDesk, tmp_path: Path) -> None:
    film = make_film(tmp_path / "film.mp4", sides=(960, 540))
    shares = list[float]()

    async with desk.fitted([film, film], 400_000, shares.append):
        pass

    assert shares == sorted(set(shares))
    assert shares[-1] == 1
    assert {0.5, 1.0} < set(shares)


@pytest.mark.parametrize("name", ["PNG", "JPEG", "WEBP"])
async def test_a_large_picture_becomes_one_that_fits(desk: MediaDesk, tmp_path: Path, name: str) -> None:
    path = tmp_path / "picture"
    path.write_bytes(a_picture(name, (1600, 900)))
    picture = MediaFile(path, Kind.IMAGE, f".{name.lower()}", path.stat().st_size, 1600, 900)
    shares = list[float]()

    async with desk.fitted([picture], 200_000, shares.append) as (smaller,):
        assert smaller.path.stat().st_size == smaller.size <= 200_000
        assert (smaller.suffix, smaller.path.suffix) == (".jpg", ".jpg")
        with Image.open(smaller.path, formats=["JPEG"]) as opened:
            opened.load()
            assert opened.size == (smaller.width, smaller.height)
    assert shares[-1] == 1


async def test_a_picture_that_cannot_be_so_small_is_too_large(desk: MediaDesk, tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(a_picture())

    with pytest.raises(TooLargeError):
        async with desk.fitted(
            [MediaFile(path, Kind.IMAGE, ".png", path.stat().st_size, 640, 480)], 2000, quiet
        ):
            pass


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def with_noise(content: bytes) -> bytes:
    """Return a film whose boxes are whole, and whose pictures are lost."""
    start = content.index(b"mdat") + 4
    return content[:start] + bytes(len(content) - start - 20_000) + content[-20_000:]


def as_playlist(_: bytes) -> bytes:
    return b"\x1aE\xdf\xa3#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n" + bytes(300_000)


@pytest.mark.parametrize("spoil", [cut, with_noise, as_playlist])
async def test_a_broken_film_ends_in_a_clean_answer(
    desk: MediaDesk, tmp_path: Path, spoil: Callable[[bytes], bytes]
) -> None:
    film = make_film(tmp_path / "film.mp4")
    film.path.write_bytes(spoil(film.path.read_bytes()))

    with pytest.raises(TooLargeError):
        await fitted(desk, film, 200_000)

    assert folders(tmp_path) == []


async def test_more_time_than_allowed_is_too_large(
    session: aiohttp.ClientSession, tmp_path: Path, limits: Limits
) -> None:
    film = make_film(tmp_path / "film.mp4", sides=(1920, 1080))
    hasty = Confines(memory=2 << 30, cpu=5, seconds=0.5, largest=1 << 30)
    desk = MediaDesk(session, LOCAL, LOCAL, tmp_path / "media", replace(limits, encode=hasty))
    desk.sweep()

    with pytest.raises(TooLargeError):
        await fitted(desk, film, 1_000_000)

    assert folders(tmp_path) == []


async def test_calling_it_off_leaves_no_process_and_no_file(desk: MediaDesk, tmp_path: Path) -> None:
    film = make_film(tmp_path / "film.mp4", sides=(1920, 1080))
    begun = asyncio.Event()

    async def work() -> None:
        async with desk.fitted([film], 1_000_000, lambda _: begun.set()):
            pytest.fail("it was called off")

    task = asyncio.ensure_future(work())
    async with asyncio.timeout(20):
        await begun.wait()
    assert working_on(film.path)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert not working_on(film.path)
    assert folders(tmp_path) == []


def working_on(path: Path) -> list[Path]:
    """Return the processes that were told of a file."""
    found = list[Path]()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
        except OSError:
            continue
        if str(path).encode() in command:
            found.append(process)
    return found


async def test_what_a_kill_left_behind_is_swept(desk: MediaDesk, tmp_path: Path) -> None:
    left = tmp_path / "media" / "zoetrope-media-killed"
    left.mkdir()
    for name in ("fitted-1.mp4", "fitted-1.log-0.log", "fitted-1.log-0.log.mbtree"):
        (left / name).write_bytes(b"half")

    assert desk.sweep() == 1
    assert folders(tmp_path) == []


async def test_a_folder_that_cannot_be_made_passes(desk: MediaDesk, tmp_path: Path) -> None:
    film = make_film(tmp_path / "film.mp4", seconds=0.5)
    (tmp_path / "media").rmdir()

    with pytest.raises(PassingError):
        await fitted(desk, film, 1000)
