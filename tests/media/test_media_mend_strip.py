"""What is taken out of a file without decoding it, and that the picture stays as it is."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

import pytest
from PIL import Image

from bot.media.strip import strip
from tests.media.samples import (
    TELLTALES,
    Draw,
    a_map,
    a_phones_picture,
    a_picture,
    a_telling_picture,
    written,
)


def pixels(content: bytes) -> bytes:
    with Image.open(io.BytesIO(content)) as picture:
        return picture.convert("RGB").tobytes()


def bare(name: str, content: bytes) -> bytes:
    found = strip(name, content)
    assert found is not None
    return found


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP"])
def test_nothing_stays_but_the_picture(name: str) -> None:
    content = a_telling_picture(name)
    assert any(telltale in content for telltale in TELLTALES)

    found = bare(name, content)

    assert not [telltale for telltale in TELLTALES if telltale in found]
    assert pixels(found) == pixels(content)
    assert bare(name, found) == found


@pytest.mark.parametrize(
    "draw",
    [
        pytest.param(lambda: written(a_map(), "JPEG", progressive=True), id="many scans"),
        pytest.param(lambda: written(a_map(), "JPEG", restart_marker_blocks=3), id="restarts"),
        pytest.param(lambda: written(a_map(), "JPEG", subsampling=0, keep_rgb=True), id="RGB within"),
        pytest.param(lambda: a_picture("JPEG", mode="CMYK"), id="CMYK"),
        pytest.param(lambda: a_picture("JPEG", mode="L"), id="grey"),
        pytest.param(a_phones_picture, id="two pictures"),
        pytest.param(
            lambda: written(a_map(), "JPEG").replace(b"\xff\xdb", b"\xff\xff\xff\xdb"), id="fill bytes"
        ),
    ],
)
def test_every_kind_of_jpeg_keeps_its_pixels(draw: Draw) -> None:
    content = draw()

    found = bare("JPEG", content)

    assert pixels(found) == pixels(content)
    assert found.endswith(b"\xff\xd9")
    assert len(found) <= len(content)


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP"])
def test_what_hides_behind_the_picture_goes(name: str) -> None:
    content = a_picture(name)
    archive = io.BytesIO(content)
    with zipfile.ZipFile(archive, "a") as both:
        both.writestr("evil.html", "<script>alert(1)</script>")

    found = bare(name, archive.getvalue())

    assert b"evil.html" not in found
    assert pixels(found) == pixels(content)


def test_a_thumbnail_within_a_header_goes() -> None:
    content = a_picture("JPEG")
    length = int.from_bytes(content[4:6], "big")
    thumbnail = b"TINY" * 3
    header = content[6 : 4 + length - 2] + b"\x02\x02" + thumbnail
    packed = content[:4] + (len(header) + 2).to_bytes(2, "big") + header + content[4 + length :]

    found = bare("JPEG", packed)

    assert b"TINY" not in found
    assert pixels(found) == pixels(content)


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(
    ("kept", "end"),
    [
        pytest.param(13, b"", id="cut in a header"),
        pytest.param(20, bytes(40), id="zeros"),
        pytest.param(12, b"\xff" * 400, id="ones"),
        pytest.param(0, b"", id="nothing"),
    ],
)
def test_what_does_not_fit_together_is_not_guessed_at(name: str, kept: int, end: bytes) -> None:
    assert strip(name, a_picture(name)[:kept] + end) is None


HIDDEN = b"SECRET GPS-PLACE"


def chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 8
    while at < len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        yield kind, content[at + 8 : at + 8 + length]
        at += 12 + length


def a_png(header: bytes, *parts: bytes, end: bytes = b"") -> bytes:
    named = [(b"IHDR", header), *((b"IDAT", part) for part in parts), (b"IEND", end)]
    written = (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in named
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(written)


def test_a_png_in_which_something_hides_behind_the_pixels_is_not_kept_as_it_is() -> None:
    content = a_picture("PNG")
    found = list(chunks(content))
    header = found[0][1]
    stream = b"".join(body for kind, body in found if kind == b"IDAT")
    rows = zlib.decompress(stream)
    hiding = [
        a_png(header, stream + HIDDEN),
        a_png(header, stream, HIDDEN),
        a_png(header, zlib.compress(rows + HIDDEN)),
        a_png(header, stream, end=HIDDEN),
    ]

    assert pixels(bare("PNG", a_png(header, stream[:1000], b"", stream[1000:]))) == pixels(content)
    for each in hiding:
        assert pixels(each) == pixels(content)
        assert strip("PNG", each) is None


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "I;16"])
@pytest.mark.parametrize("size", [(1, 1), (3, 2), (13, 11), (700, 500)])
def test_every_kind_of_png_is_all_there(mode: str, size: tuple[int, int]) -> None:
    content = written(Image.new(mode, size), "PNG")

    assert pixels(bare("PNG", content)) == pixels(content)


@pytest.mark.parametrize("size", [(1, 1), (3, 2), (5, 5), (13, 11), (64, 48)])
def test_an_interlaced_png_is_all_there(size: tuple[int, int]) -> None:
    """Nothing here writes one, but an empty one is all zeros in any order."""
    width, height = size
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 1)
    starts_and_steps = (
        (0, 8, 0, 8),
        (4, 8, 0, 8),
        (0, 4, 4, 8),
        (2, 4, 0, 4),
        (0, 2, 2, 4),
        (1, 2, 0, 2),
        (0, 1, 1, 2),
    )
    rows = b"".join(
        bytes(1 + 3 * len(range(left, width, across))) * len(range(top, height, down))
        for left, across, top, down in starts_and_steps
        if left < width
    )
    content = a_png(header, zlib.compress(rows))

    assert pixels(bare("PNG", content)) == bytes(3 * width * height)
    assert strip("PNG", a_png(header, zlib.compress(rows + b"x"))) is None


@pytest.mark.parametrize("options", [{}, {"progressive": True}])
def test_a_jpeg_without_its_end_is_not_kept_as_it_is(options: dict[str, object]) -> None:
    content = written(a_map(), "JPEG", **options)[:-2] + HIDDEN

    assert strip("JPEG", content) is None


def test_other_formats_are_not_for_it() -> None:
    assert strip("GIF", a_picture("GIF", mode="P")) is None
