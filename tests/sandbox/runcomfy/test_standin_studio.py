"""What the studio makes is real: it plays to its end, in the asked size, length and sound."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from PIL import Image, ImageChops

from bot.sandbox.runcomfy import Fate, RemoteJob, RunComfy, Studio
from bot.sandbox.runcomfy.order import Order
from bot.sandbox.runcomfy.studio import StudioError
from tests.sandbox.runcomfy.caller import EDIT, LITE, PRO, Body, Caller, Gallery, decoded, frame_at, words


@pytest.fixture
async def runcomfy() -> AsyncIterator[RunComfy]:
    """One that makes true pictures and films."""
    async with RunComfy(studio=Studio()) as runcomfy:
        runcomfy.hold()
        yield runcomfy


def file_of(job: RemoteJob) -> Path:
    assert job.file, job.error
    return job.file


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if not path.name.endswith(".canvas.png")]


async def test_a_film_is_made_from_the_picture_with_sound_in_the_asked_shape(
    runcomfy: RunComfy, caller: Caller, gallery: Gallery
) -> None:
    picture = gallery.hang_up(900, 600)
    body: Body = {"prompt": "x", "first_frame_image_url": picture, "ratio": "16:9"}
    job = await caller.ended(body, PRO)
    width, height, seconds, sound = decoded(file_of(job))
    assert (width, height, sound) == (854, 480, True)
    assert seconds == pytest.approx(5, abs=0.1)
    assert runcomfy.problems == []


async def test_a_film_shows_the_picture_and_moves(caller: Caller, gallery: Gallery) -> None:
    body: Body = {"prompt": "x", "first_frame_image_url": gallery.hang_up(854, 480, left="navy")}
    film = file_of(await caller.ended(body, PRO))
    first, later = frame_at(film, 0), frame_at(film, 4)
    assert first.getpixel((10, 240)) == pytest.approx((0, 0, 128), abs=12)
    assert first.getpixel((840, 240)) == pytest.approx((220, 20, 60), abs=12)
    assert ImageChops.difference(first, later).getbbox() is not None


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"generate_audio": False, "duration": 4, "ratio": "9:16"}, (480, 854, 4, False)),
        ({"camera_fixed": True, "duration": 4, "ratio": "21:9", "resolution": "720p"}, (1680, 720, 4, True)),
        ({"duration": 4}, (640, 480, 4, True)),
    ],
    ids=["mute and tall", "fixed and wide", "adaptive"],
)
async def test_the_options_show_in_the_film(
    caller: Caller, gallery: Gallery, more: Body, expected: tuple[int, int, int, bool]
) -> None:
    body: Body = {"prompt": "x", "first_frame_image_url": gallery.hang_up(810, 600), **more}
    width, height, seconds, sound = decoded(file_of(await caller.ended(body, PRO)))
    assert (width, height, round(seconds), sound) == expected


async def test_a_film_may_run_from_one_picture_to_another(caller: Caller, gallery: Gallery) -> None:
    body: Body = {
        "prompt": "x",
        "first_frame_image_url": gallery.hang_up(400, 400),
        "last_frame_image_url": gallery.hang_up(600, 400, "JPEG"),
    }
    width, height, seconds, sound = decoded(file_of(await caller.ended(body, LITE)))
    assert (width, height, round(seconds), sound) == (480, 480, 5, False)


async def test_a_film_is_drawn_from_words(runcomfy: RunComfy, caller: Caller) -> None:
    began = asyncio.get_running_loop().time()
    job = await caller.ended(words(ratio="1:1"))
    # Far above the 0.3 s that it takes alone, so that a busy machine does not fail it.
    assert asyncio.get_running_loop().time() - began < 3
    assert decoded(file_of(job))[:2] == (480, 480)
    assert runcomfy.problems == []


@pytest.mark.parametrize(
    ("resolution", "size"), [("2304x1728 (4:3)", (2304, 1728)), ("1K", (1024, 512)), (None, (2048, 2048))]
)
async def test_an_edit_is_a_png_of_the_asked_size_that_differs_from_its_source(
    caller: Caller, gallery: Gallery, resolution: str | None, size: tuple[int, int]
) -> None:
    images: Body = {"images": [gallery.hang_up(400, 200), gallery.hang_up(64, 64, "JPEG")], "prompt": "x"}
    job = await caller.ended(images | ({"resolution": resolution} if resolution else {}), EDIT)
    with Image.open(file_of(job)) as image:
        image.load()
        assert (image.format, image.size, image.mode) == ("PNG", size, "RGB")
        source = Image.new("RGB", size, "crimson")
        assert ImageChops.difference(image, source).getbbox() == (0, 0, *size)


async def test_a_film_of_a_given_size_is_sparse_and_plays(
    runcomfy: RunComfy, caller: Caller, stranger: aiohttp.ClientSession
) -> None:
    size = 100 * 2**20
    runcomfy.next(Fate(size=size))
    job = await caller.ended(words(duration=2))
    file = file_of(job)
    assert file.stat().st_size == size
    assert file.stat().st_blocks * 512 < 2**20
    assert decoded(file)[:2] == (854, 480)
    async with stranger.head(await caller.address(job)) as response:
        assert response.headers["Content-Length"] == str(size)


async def test_a_size_too_small_for_the_film_is_a_problem(runcomfy: RunComfy, caller: Caller) -> None:
    runcomfy.next(Fate(size=100))
    job = await caller.ended(words(duration=2))
    assert job.error == "internal error"
    assert "100 cannot be made" in runcomfy.problems[0]


async def test_films_begin_with_their_index(caller: Caller) -> None:
    content = file_of(await caller.ended(words(duration=2))).read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


async def test_a_quick_studio_makes_each_size_once(tmp_path: Path) -> None:
    studio = Studio(quick=True)
    film = Order(kind="video", width=854, height=480, seconds=5, sound=True)
    one, same = await asyncio.gather(studio.make(film, tmp_path, "a"), studio.make(film, tmp_path, "b"))
    assert (one, studio.made) == (same, 1)
    assert decoded(one) == (854, 480, pytest.approx(5, abs=0.3), True)
    picture = await studio.make(Order(kind="image", width=30, height=20), tmp_path, "c")
    with Image.open(picture) as image:
        assert image.size == (30, 20)


async def test_quick_studios_with_one_shelf_make_each_size_once(tmp_path: Path) -> None:
    shelf, one, other = (tmp_path / name for name in ("shelf", "one", "other"))
    for folder in (shelf, one, other):
        folder.mkdir()
    first, second = (Studio(quick=True, shelf=shelf) for _ in range(2))
    film = Order(kind="video", width=854, height=480, seconds=2)

    made = await first.make(film, one, "a")
    found = await second.make(film, other, "a")

    assert (made.parent, found.parent) == (one, other)
    assert (first.made, second.made) == (1, 0)
    assert found.read_bytes() == made.read_bytes()


async def test_what_cannot_be_made_leaves_nothing_behind(tmp_path: Path) -> None:
    missing = Order(kind="image", width=30, height=20, pictures=(tmp_path / "missing.png",))
    with pytest.raises(StudioError, match=r"missing\.png"):
        await Studio().make(missing, tmp_path, "a")
    assert names(tmp_path) == []


async def test_a_cancelled_film_stops_its_encoder(tmp_path: Path) -> None:
    film = Order(kind="video", width=1920, height=1080, seconds=12)
    making = asyncio.create_task(Studio().make(film, tmp_path, "a"))
    async with asyncio.timeout(5):
        while not names(tmp_path):  # noqa: ASYNC110 - a folder rings no bell
            await asyncio.sleep(0.01)
    making.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(making, 2)
    assert names(tmp_path) == []
