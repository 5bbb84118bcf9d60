"""The last frame of a film: the very last, for films of every kind."""

from dataclasses import replace
from pathlib import Path

import imageio_ffmpeg
import pytest
from PIL import Image

from bot.media.child import Child
from bot.media.desk import DEFAULTS
from bot.media.frames import last_frame
from bot.media.probing import read_signature
from tests.media.samples import make_video, turn_video

FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()
# The last of 24 frames is red; each before it is grey, and lighter than the one before.
MARKED = r"geq=lum='16+8*N':cb=128:cr='if(eq(N,23),240,128)'"
SLOW = ["-vf", "fps=1/4,geq=lum=81:cb=90:cr='if(eq(N,1),240,128)'", "-fps_mode", "passthrough"]


@pytest.fixture
def decoder() -> Child:
    return Child(1, DEFAULTS.decode)


async def taken(decoder: Child, video: Path) -> Image.Image | None:
    """Return the last frame, or nothing; in the folder is nothing more than that."""
    target = video.parent / "last.png"
    signature = read_signature(video)
    assert signature is not None
    done = await last_frame(decoder, FFMPEG, video, signature, target)
    assert target.exists() == done
    assert {path.name for path in video.parent.iterdir()} <= {video.name, target.name, "film.mp4"}
    if not done:
        return None
    with Image.open(target) as picture:
        picture.load()
        assert picture.format == "PNG"
        return picture


def is_marked(picture: Image.Image | None) -> bool:
    assert picture is not None
    pixel = picture.getpixel((picture.width // 2, picture.height // 2))
    assert isinstance(pixel, tuple)
    red, green, _ = pixel[:3]
    return red > green + 80


@pytest.mark.parametrize(
    ("name", "options"),
    [
        pytest.param("film.mp4", ["-vf", MARKED], id="as made"),
        pytest.param("film.mp4", ["-vf", MARKED, "-bf", "4", "-g", "240"], id="one group with B-frames"),
        pytest.param(
            "film.mp4", ["-vf", MARKED, "-g", "6", "-movflags", "frag_keyframe+empty_moov"], id="fragments"
        ),
        pytest.param("film.mov", ["-vf", MARKED], id="mov"),
        pytest.param("film.mkv", ["-vf", MARKED], id="mkv"),
        pytest.param("film.webm", ["-vf", MARKED, "-c:v", "libvpx"], id="webm"),
        pytest.param("film.mp4", ["-f", "lavfi", "-i", "sine=duration=5", "-vf", MARKED], id="sound goes on"),
    ],
)
async def test_it_is_the_very_last(decoder: Child, tmp_path: Path, name: str, options: list[str]) -> None:
    make_video(tmp_path / name, *options)

    picture = await taken(decoder, tmp_path / name)

    assert picture is not None
    assert picture.size == (320, 240)
    assert is_marked(picture)


async def test_a_film_with_a_frame_every_four_seconds_has_a_last(decoder: Child, tmp_path: Path) -> None:
    make_video(tmp_path / "film.mp4", *SLOW, seconds=8)

    assert is_marked(await taken(decoder, tmp_path / "film.mp4"))


async def test_a_film_of_one_frame_has_a_last(decoder: Child, tmp_path: Path) -> None:
    make_video(tmp_path / "film.mp4", "-frames:v", "1")

    assert await taken(decoder, tmp_path / "film.mp4")


async def test_a_film_on_its_side_is_taken_as_it_is_shown(decoder: Child, tmp_path: Path) -> None:
    make_video(tmp_path / "film.mp4")
    turn_video(tmp_path / "film.mp4", tmp_path / "turned.mp4")

    picture = await taken(decoder, tmp_path / "turned.mp4")

    assert picture is not None
    assert picture.size == (240, 320)


@pytest.mark.parametrize("part", [0.2, 0.6, 0.99])
async def test_a_cut_film_has_none(decoder: Child, tmp_path: Path, mp4: bytes, part: float) -> None:
    (tmp_path / "film.mp4").write_bytes(mp4[: int(len(mp4) * part)])

    assert await taken(decoder, tmp_path / "film.mp4") is None


async def test_a_playlist_opens_no_other_file(decoder: Child, tmp_path: Path, mp4: bytes) -> None:
    (tmp_path / "film.mp4").write_bytes(mp4)
    (tmp_path / "list.mkv").write_bytes(b"\x1aE\xdf\xa3\nffconcat version 1.0\nfile film.mp4\n")

    assert await taken(decoder, tmp_path / "list.mkv") is None


async def test_more_bytes_than_allowed_are_not_written(tmp_path: Path) -> None:
    make_video(tmp_path / "film.mp4", "-vf", "noise=alls=100")
    tight = Child(1, replace(DEFAULTS.decode, largest=10_000))

    assert await taken(tight, tmp_path / "film.mp4") is None
