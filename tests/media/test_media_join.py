"""Clips put behind one another: as long as all of them, and every frame in its place."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.errors import LostError, Problem, Reason
from bot.core.media import MediaFile
from bot.core.models import Kind
from bot.media.desk import MediaDesk
from bot.media.tracks import read_tracks
from tests.media.films import Seen, as_file, make_film, run, watch

FRAME = 1 / 24
# Otherwise libvpx takes nearly twice as long, for a smaller file.
QUICK_VP8 = ("-c:v", "libvpx", "-deadline", "realtime")


def quiet(_: float) -> None:
    pass


async def joined(desk: MediaDesk, parts: Sequence[MediaFile], where: Path) -> tuple[MediaFile, Seen, bool]:
    """Have parts joined; return the clip, what a player sees, and whether it was done without loss."""
    async with desk.joined(parts, quiet) as clip:
        assert clip.path.stat().st_size == clip.size
        seen = watch(clip.path)
        assert (clip.kind, clip.suffix, (clip.width, clip.height)) == (Kind.VIDEO, ".mp4", seen.sides)
        is_copy = read_tracks(clip.path)[0] == read_tracks(parts[0].path)[0]
    assert list((where / "media").iterdir()) == []
    return clip, seen, is_copy


def picture_hashes(path: Path) -> list[str]:
    rows = run("-i", str(path), "-map", "0:v:0", "-fps_mode", "passthrough", "-f", "framemd5", "-")
    return [row.split()[-1] for row in rows.splitlines() if not row.startswith("#")]


async def test_clips_that_are_alike_are_joined_without_loss(desk: MediaDesk, tmp_path: Path) -> None:
    first = make_film(tmp_path / "1.mp4", seconds=2)
    second = make_film(tmp_path / "2.mp4", seconds=3, noise=5)

    async with desk.joined([first, second], quiet) as clip:
        frames = picture_hashes(clip.path)
    clip, seen, _ = await joined(desk, [first, second], tmp_path)

    assert frames == [*picture_hashes(first.path), *picture_hashes(second.path)]
    assert clip.seconds == pytest.approx(5, abs=FRAME)
    assert seen.seconds == pytest.approx(5, abs=FRAME)
    assert seen.sound_seconds == pytest.approx(5, abs=FRAME)


async def test_a_joined_clip_can_be_joined_again(desk: MediaDesk, tmp_path: Path) -> None:
    part = make_film(tmp_path / "1.mp4", "-bf", "3", seconds=2)

    async with desk.joined([part, part], quiet) as two, desk.joined([two, part], quiet) as three:
        seen = watch(three.path)
        frames = picture_hashes(three.path)

    assert frames == picture_hashes(part.path) * 3
    assert seen.seconds == pytest.approx(6, abs=2 * FRAME)
    assert three.seconds == pytest.approx(6, abs=2 * FRAME)


async def test_clips_that_differ_take_the_sides_and_the_speed_of_the_first(
    desk: MediaDesk, tmp_path: Path
) -> None:
    first = make_film(tmp_path / "1.mp4", seconds=2)
    second = make_film(tmp_path / "2.webm", *QUICK_VP8, seconds=1.5, sides=(360, 480), rate=30)

    clip, seen, is_copy = await joined(desk, [first, second], tmp_path)

    assert not is_copy
    assert (clip.width, clip.height) == (640, 360)
    assert seen.frames == 48 + 36
    assert clip.seconds == pytest.approx(3.5, abs=FRAME)
    assert seen.seconds == pytest.approx(3.5, abs=FRAME)
    assert seen.sound_seconds == pytest.approx(3.5, abs=FRAME)


@pytest.mark.parametrize("sounds", [(2.0, 0.0), (0.0, 1.0), (0.0, 0.0)])
async def test_silence_stands_where_a_part_has_no_sound(
    desk: MediaDesk, tmp_path: Path, sounds: tuple[float, float]
) -> None:
    first = make_film(tmp_path / "1.mp4", seconds=2, sound=sounds[0])
    second = make_film(tmp_path / "2.mp4", seconds=1, sound=sounds[1])

    clip, seen, is_copy = await joined(desk, [first, second], tmp_path)

    assert is_copy
    assert seen.frames == 72
    assert clip.seconds == pytest.approx(3, abs=FRAME)
    assert seen.sound_seconds == pytest.approx(3 if any(sounds) else 0, abs=FRAME)


async def test_sound_that_goes_on_does_not_hold_up_the_next_part(desk: MediaDesk, tmp_path: Path) -> None:
    first = make_film(tmp_path / "1.mp4", seconds=2, sound=3)
    second = make_film(tmp_path / "2.mp4", seconds=2)

    _, seen, is_copy = await joined(desk, [first, second], tmp_path)

    assert is_copy
    assert seen.frames == 96
    assert seen.seconds == pytest.approx(4, abs=FRAME)


async def test_sound_stays_with_its_pictures(desk: MediaDesk, tmp_path: Path) -> None:
    """A tone sounds in the second part only, and is heard there only."""
    first = make_film(tmp_path / "1.mp4", seconds=2, sound=0)
    second = make_film(tmp_path / "2.mp4", seconds=2)

    async with desk.joined([first, second], quiet) as clip:
        loud = [_loudness(clip.path, start) for start in (0.2, 1.7, 2.1, 3.6)]

    assert [level > -40 for level in loud] == [False, False, True, True]


def _loudness(path: Path, start: float) -> float:
    meter = "astats=metadata=1:reset=0,ametadata=print:key=lavfi.astats.Overall.RMS_level:file=-"
    rows = run(
        "-i", str(path), "-map", "0:a:0", "-af", f"atrim={start}:{start + 0.2},{meter}", "-f", "null", "-"
    )
    level = rows.splitlines()[-1].partition("=")[2]
    return float(level)


async def test_a_film_on_its_side_is_joined_as_it_is_shown(desk: MediaDesk, tmp_path: Path) -> None:
    upright = make_film(tmp_path / "1.mp4", seconds=1)
    run("-display_rotation", "90", "-i", str(upright.path), "-c", "copy", f"{tmp_path}/turned.mp4")
    turned = as_file(tmp_path / "turned.mp4", (360, 640), 1)

    clip, seen, is_copy = await joined(desk, [turned, turned], tmp_path)

    assert not is_copy
    assert seen.sides == (clip.width, clip.height) == (360, 640)


@pytest.mark.parametrize("sides", [(640, 360), (320, 240)])
async def test_a_picture_that_stands_for_an_hour_can_be_joined(
    desk: MediaDesk, tmp_path: Path, sides: tuple[int, int]
) -> None:
    """On average, it has no frame in two thousand seconds."""
    picture = "testsrc2=size=320x240:rate=1/3600:duration=3600,format=yuv420p"
    run("-f", "lavfi", "-i", picture, "-preset", "ultrafast", f"{tmp_path}/slow.mp4")
    slow = as_file(tmp_path / "slow.mp4", (320, 240), 3600)
    usual = make_film(tmp_path / "2.mp4", sides=sides, seconds=1, rate=1, sound=0)

    clip, _, _ = await joined(desk, [slow, usual], tmp_path)

    assert clip.seconds == pytest.approx(3601, abs=1)


async def test_odd_names_are_no_trouble(desk: MediaDesk, tmp_path: Path) -> None:
    folder = tmp_path / "it's %d 'odd'"
    folder.mkdir()
    made = make_film(tmp_path / "1.mp4", seconds=1)
    part = replace(made, path=made.path.rename(folder / "a\nfile passwd"))

    _, seen, is_copy = await joined(desk, [part, part], tmp_path)

    assert (seen.frames, is_copy) == (48, True)


async def test_progress_only_grows(desk: MediaDesk, tmp_path: Path) -> None:
    first = make_film(tmp_path / "1.mp4", seconds=2)
    second = make_film(tmp_path / "2.mp4", seconds=2, sides=(960, 540))
    shares = list[float]()

    async with desk.joined([first, second], shares.append):
        pass

    assert shares == sorted(set(shares))
    assert shares[-1] == 1


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def as_playlist(_: bytes) -> bytes:
    return b"\x1aE\xdf\xa3\nffconcat version 1.0\nfile 1.mp4\n"


def lost_pictures(content: bytes) -> bytes:
    """Return a film whose boxes are whole, and whose pictures are lost, of another kind than the first's."""
    start = content.index(b"mdat") + 4
    return content[:start] + bytes(len(content) - start - 20_000) + content[-20_000:]


@pytest.mark.parametrize("spoil", [cut, as_playlist, lost_pictures])
async def test_a_broken_part_is_lost(
    desk: MediaDesk, tmp_path: Path, spoil: Callable[[bytes], bytes]
) -> None:
    first = make_film(tmp_path / "1.mp4", seconds=1)
    second = make_film(tmp_path / "2.mp4", seconds=1, sides=(320, 240))
    second.path.write_bytes(spoil(second.path.read_bytes()))

    with pytest.raises(LostError) as caught:
        async with desk.joined([first, second], quiet):
            pass

    assert caught.value.reason == Reason(Problem.RESULT_BROKEN)
    assert list((tmp_path / "media").iterdir()) == []


async def test_calling_it_off_leaves_no_file(desk: MediaDesk, tmp_path: Path) -> None:
    first = make_film(tmp_path / "1.mp4", sides=(1280, 720))
    second = make_film(tmp_path / "2.mp4", sides=(640, 360))
    begun = asyncio.Event()

    async def work() -> None:
        async with desk.joined([first, second], lambda _: begun.set()):
            pytest.fail("it was called off")

    task = asyncio.ensure_future(work())
    async with asyncio.timeout(20):
        await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert list((tmp_path / "media").iterdir()) == []
