"""What becomes of members' pictures: every format, every mending, through the desk and its process."""

import io
from dataclasses import replace
from functools import partial
from pathlib import Path

import aiohttp
import pytest
from PIL import Image

from bot.core.errors import MemberError, Problem
from bot.core.mending import Framing, Mending
from bot.core.models import EDIT_RULE, FRAME_RULE, PictureRule
from bot.media.desk import DEFAULTS, MediaDesk
from tests.media.brought import brought, refused
from tests.media.conftest import LOCAL
from tests.media.samples import (
    TELLTALES,
    Draw,
    a_deep_picture,
    a_map,
    a_phones_picture,
    a_picture,
    a_swapped_profile,
    a_telling_picture,
    an_animation,
    an_srgb_profile,
    written,
)

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 128, 0), (0, 0, 255), (255, 255, 255)


@pytest.fixture
def desk(session: aiohttp.ClientSession, tmp_path: Path) -> MediaDesk:
    """A desk with room for large pictures."""
    desk = MediaDesk(session, LOCAL, LOCAL, tmp_path / "media", DEFAULTS)
    desk.sweep()
    return desk


def opened(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture


def corners(content: bytes) -> list[tuple[int, int, int]]:
    """Return the colours at a quarter and three quarters of each side, row by row."""
    picture = opened(content).convert("RGB")
    across, down = (
        (picture.width // 4, picture.width * 3 // 4),
        (picture.height // 4, picture.height * 3 // 4),
    )
    return [_colour(picture, x, y) for y in down for x in across]


def _colour(picture: Image.Image, x: int, y: int) -> tuple[int, int, int]:
    colour = picture.getpixel((x, y))
    assert isinstance(colour, tuple)
    red, green, blue = colour
    return round(red), round(green), round(blue)


def are_near(found: list[tuple[int, int, int]], wanted: list[tuple[int, int, int]]) -> bool:
    """Tell whether colours are the same but for what compression does."""
    pairs = zip(found, wanted, strict=True)
    return all(abs(a - b) < 12 for one, other in pairs for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize(
    ("draw", "rule", "suffix", "mended"),
    [
        (partial(a_picture, "JPEG"), FRAME_RULE, ".jpg", ()),
        (partial(a_picture, "PNG"), FRAME_RULE, ".png", ()),
        (partial(a_picture, "WEBP"), FRAME_RULE, ".webp", ()),
        (a_phones_picture, FRAME_RULE, ".jpg", ()),
        (partial(a_picture, "JPEG", mode="L"), FRAME_RULE, ".jpg", ()),
        (partial(a_picture, "JPEG", mode="CMYK"), FRAME_RULE, ".jpg", ()),
        (partial(a_picture, "PNG", mode="P"), FRAME_RULE, ".png", ()),
        (partial(a_picture, "PNG", mode="1"), FRAME_RULE, ".png", ()),
        (partial(a_picture, "PNG", mode="RGBA"), FRAME_RULE, ".png", ()),
        (a_deep_picture, FRAME_RULE, ".png", ()),
        (partial(a_picture, "WEBP"), EDIT_RULE, ".jpg", (Mending.CONVERTED,)),
        (partial(a_picture, "AVIF"), FRAME_RULE, ".jpg", (Mending.CONVERTED,)),
        (partial(a_picture, "HEIC"), FRAME_RULE, ".jpg", (Mending.CONVERTED,)),
        (partial(a_picture, "GIF", mode="P"), FRAME_RULE, ".png", (Mending.CONVERTED,)),
        (partial(a_picture, "BMP"), FRAME_RULE, ".png", (Mending.CONVERTED,)),
        (partial(a_picture, "TIFF"), FRAME_RULE, ".png", (Mending.CONVERTED,)),
        (partial(a_picture, "TIFF", mode="CMYK"), FRAME_RULE, ".png", (Mending.CONVERTED,)),
        (partial(an_animation, "GIF"), FRAME_RULE, ".png", (Mending.FIRST_FRAME, Mending.CONVERTED)),
        (partial(an_animation, "PNG"), FRAME_RULE, ".png", (Mending.FIRST_FRAME,)),
        (partial(an_animation, "TIFF"), FRAME_RULE, ".png", (Mending.FIRST_FRAME, Mending.CONVERTED)),
        (partial(an_animation, "WEBP"), EDIT_RULE, ".jpg", (Mending.FIRST_FRAME, Mending.CONVERTED)),
        (partial(an_animation, "AVIF"), EDIT_RULE, ".jpg", (Mending.FIRST_FRAME, Mending.CONVERTED)),
    ],
)
async def test_every_format_becomes_one_that_the_model_takes(
    desk: MediaDesk, draw: Draw, rule: PictureRule, suffix: str, mended: tuple[Mending, ...]
) -> None:
    file, stored = await brought(desk, draw(), rule)

    picture = opened(stored)
    assert (file.suffix, file.path.suffix, file.mended) == (suffix, suffix, mended)
    assert picture.format in rule.formats
    assert (file.width, file.height, file.size) == (*picture.size, len(stored))
    assert getattr(picture, "n_frames", 1) == 1
    assert picture.mode != "CMYK"


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "AVIF", "HEIC", "TIFF"])
@pytest.mark.parametrize("rule", [FRAME_RULE, EDIT_RULE])
@pytest.mark.parametrize("size", [(640, 480), (100, 80)])
async def test_nobody_learns_who_took_it_and_where(
    desk: MediaDesk, name: str, rule: PictureRule, size: tuple[int, int]
) -> None:
    content = a_telling_picture(name, size=size)
    assert b"SECRETMAKER" in content
    assert b"GPS-PLACE" in content

    _, stored = await brought(desk, content, rule)

    assert [telltale for telltale in TELLTALES if telltale in stored] == []
    picture = opened(stored)
    assert dict(picture.getexif()) == {}
    assert not {"exif", "xmp", "comment", "icc_profile", "Author"}.intersection(picture.info)


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF"])
@pytest.mark.parametrize("orientation", range(2, 9))
async def test_a_picture_is_turned_as_its_camera_noted(desk: MediaDesk, name: str, orientation: int) -> None:
    file, stored = await brought(desk, a_telling_picture(name, orientation))

    wanted = {
        2: [BLUE, RED, WHITE, GREEN],
        3: [WHITE, GREEN, BLUE, RED],
        4: [GREEN, WHITE, RED, BLUE],
        5: [RED, GREEN, BLUE, WHITE],
        6: [GREEN, RED, WHITE, BLUE],
        7: [WHITE, BLUE, GREEN, RED],
        8: [BLUE, WHITE, RED, GREEN],
    }
    assert are_near(corners(stored), wanted[orientation])
    assert (file.width, file.height) == ((480, 640) if orientation >= 5 else (640, 480))
    assert file.mended[0] is Mending.UPRIGHT


async def test_a_jpeg_that_needs_nothing_keeps_every_pixel(desk: MediaDesk) -> None:
    content = a_telling_picture("JPEG")

    file, stored = await brought(desk, content)

    assert opened(stored).tobytes() == opened(content).tobytes()
    assert file.size < len(content)


async def test_an_srgb_profile_goes_and_the_numbers_stay(desk: MediaDesk) -> None:
    content = written(a_map(), "JPEG", icc_profile=an_srgb_profile())

    _, stored = await brought(desk, content)

    assert opened(stored).tobytes() == opened(content).tobytes()
    assert b"ICC_PROFILE" not in stored


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "AVIF", "HEIC", "TIFF"])
async def test_another_profile_is_applied_before_it_goes(desk: MediaDesk, name: str) -> None:
    green = Image.new("RGB", (640, 480), (0, 255, 0))

    _, stored = await brought(desk, written(green, name, icc_profile=a_swapped_profile()))

    assert are_near(corners(stored), [RED] * 4)
    assert "icc_profile" not in opened(stored).info


@pytest.mark.parametrize("profile", [b"no profile at all", a_swapped_profile()[:200]])
async def test_a_broken_profile_is_none(desk: MediaDesk, profile: bytes) -> None:
    _, stored = await brought(desk, written(a_map(), "PNG", icc_profile=profile))

    assert are_near(corners(stored), [RED, BLUE, GREEN, WHITE])


@pytest.mark.parametrize("name", ["PNG", "WEBP", "AVIF", "HEIC", "GIF", "TIFF"])
async def test_what_is_transparent_becomes_white(desk: MediaDesk, name: str) -> None:
    picture = a_map()
    picture.putalpha(Image.new("L", picture.size, 255))
    picture.paste((0, 0, 0, 0), (0, 0, 320, 240))

    file, stored = await brought(desk, written(picture, name))

    assert Mending.FLATTENED in file.mended
    assert are_near(corners(stored), [WHITE, BLUE, GREEN, WHITE])


async def test_a_colour_named_transparent_becomes_white(desk: MediaDesk) -> None:
    file, stored = await brought(desk, written(a_map(), "PNG", transparency=RED))

    assert file.mended == (Mending.FLATTENED,)
    assert corners(stored) == [WHITE, BLUE, GREEN, WHITE]


async def test_sixteen_bits_of_grey_are_not_cut_to_white(desk: MediaDesk) -> None:
    grey = Image.frombytes("I;16", (100, 100), (0x8080).to_bytes(2, "little") * 10_000)

    file, stored = await brought(desk, written(grey, "PNG"))

    assert file.mended == (Mending.ENLARGED,)
    assert corners(stored) == [(128, 128, 128)] * 4


@pytest.mark.parametrize(
    ("size", "rule", "sides", "mended"),
    [
        ((200, 150), FRAME_RULE, (401, 301), (Mending.ENLARGED,)),
        ((6400, 4000), FRAME_RULE, (5999, 3749), (Mending.REDUCED,)),
        ((10, 8), EDIT_RULE, (19, 15), (Mending.ENLARGED,)),
    ],
)
async def test_sides_are_scaled_into_the_range(
    desk: MediaDesk,
    size: tuple[int, int],
    rule: PictureRule,
    sides: tuple[int, int],
    mended: tuple[Mending, ...],
) -> None:
    file, stored = await brought(desk, written(a_map(*size), "JPEG"), rule)

    assert (file.width, file.height) == opened(stored).size == sides
    assert file.mended == mended


async def test_a_jpeg_too_large_for_us_is_decoded_at_half_its_sides(desk: MediaDesk) -> None:
    grey = written(Image.new("L", (10_000, 7000), 90), "JPEG")

    file, _ = await brought(desk, grey, EDIT_RULE)

    assert file.mended == (Mending.REDUCED,)
    assert (file.width, file.height) == (4900, 3430)


async def test_a_shape_out_of_range_is_never_framed_unasked(desk: MediaDesk) -> None:
    reason = await refused(desk, a_picture(size=(2000, 400)))

    facts = {"filename": "cat.png", "aspect": 5.0, "low": 0.4, "high": 2.5}
    assert (reason.problem, reason.facts) == (Problem.PICTURE_ASPECT, facts)


async def test_cropping_keeps_the_middle(desk: MediaDesk) -> None:
    content = written(a_map(2000, 400), "PNG")

    file, stored = await brought(desk, content, framing=Framing.CROP)

    assert file.mended == (Mending.CROPPED,)
    assert (file.width, file.height) == (990, 400)
    assert opened(stored).tobytes() == a_map(2000, 400).crop((505, 0, 1495, 400)).tobytes()


async def test_bars_keep_all_of_it(desk: MediaDesk) -> None:
    content = written(a_map(400, 2000), "PNG")

    file, stored = await brought(desk, content, framing=Framing.BARS)

    assert file.mended == (Mending.BARRED,)
    picture = opened(stored)
    assert picture.size == (808, 2000)
    assert picture.crop((204, 0, 604, 2000)).tobytes() == a_map(400, 2000).tobytes()
    assert picture.crop((0, 0, 204, 2000)).getextrema() == ((0, 0),) * 3


async def test_framing_is_only_for_those_that_need_it(desk: MediaDesk) -> None:
    file, _ = await brought(desk, a_picture(), framing=Framing.CROP)

    assert file.mended == ()


@pytest.mark.parametrize("most", [300_000, 60_000, 40_000])
async def test_a_file_too_large_is_brought_under_the_limit_as_good_as_can_be(
    desk: MediaDesk, most: int
) -> None:
    file, stored = await brought(desk, a_picture("PNG"), replace(FRAME_RULE, bytes_under=most))

    assert most * 0.5 < file.size < most
    assert len(stored) == file.size
    assert file.mended[-2:] == (Mending.CONVERTED, Mending.COMPRESSED)


async def test_room_is_a_limit_as_well(desk: MediaDesk) -> None:
    file, _ = await brought(desk, a_picture("JPEG"), room=130_000)

    assert file.size <= 130_000
    assert file.mended == (Mending.COMPRESSED,)
    assert (file.width, file.height) == (640, 480)


async def test_sides_shrink_only_where_no_quality_is_low_enough(desk: MediaDesk) -> None:
    large = a_picture("JPEG", size=(1600, 1200))

    file, _ = await brought(desk, large, room=100_000)

    assert file.mended == (Mending.REDUCED, Mending.COMPRESSED)
    assert file.size <= 100_000


async def test_what_no_means_make_small_enough_is_too_heavy(desk: MediaDesk) -> None:
    content = a_picture("JPEG")

    with pytest.raises(MemberError) as caught:
        await brought(desk, content, room=2000)

    facts = {"filename": "cat.png", "size": len(content), "limit": 2001}
    assert (caught.value.reason.problem, caught.value.reason.facts) == (Problem.PICTURE_TOO_HEAVY, facts)


async def test_a_file_heavy_with_notes_alone_loses_nothing_else(desk: MediaDesk) -> None:
    content = written(a_map(), "JPEG", comment=b"x" * 60_000)

    file, stored = await brought(desk, content, room=50_000)

    assert file.mended == ()
    assert opened(stored).tobytes() == opened(content).tobytes()
