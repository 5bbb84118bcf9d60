"""The boxes of an MP4: that a film is whole, and every way in which it is not."""

import struct
from pathlib import Path

import pytest

from bot.media.boxes import Torn, read_movie


def box(kind: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I4s", 8 + len(content), kind) + content


def header(version: int = 0, timescale: int = 1000, duration: int = 5040) -> bytes:
    layout = ">B3xQQIQ" if version else ">B3xIIII"
    return box(b"mvhd", struct.pack(layout, version, 1, 2, timescale, duration) + bytes(80))


FTYP = box(b"ftyp", b"isom\0\0\0\0")
MOOV = box(b"moov", box(b"udta") + header())
MDAT = box(b"mdat", bytes(100))
HUGE = struct.pack(">I4sQ", 1, b"mdat", 116) + bytes(100)
OPEN = struct.pack(">I4s", 0, b"mdat") + bytes(100)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "film.mp4"


def test_a_film_of_ffmpeg_is_whole(path: Path, mp4: bytes) -> None:
    path.write_bytes(mp4)

    movie = read_movie(path)

    assert movie.vouched
    assert movie.seconds == pytest.approx(2, abs=0.1)


@pytest.mark.parametrize("content", [FTYP + MOOV + MDAT, FTYP + MDAT + MOOV, FTYP + HUGE + MOOV])
def test_boxes_that_add_up_are_whole_in_any_order(path: Path, content: bytes) -> None:
    path.write_bytes(content)

    assert (read_movie(path).seconds, read_movie(path).vouched) == (5.04, True)


def test_a_film_longer_than_a_century_of_ticks_has_a_wide_header(path: Path) -> None:
    path.write_bytes(FTYP + box(b"moov", header(version=1, timescale=90_000, duration=90_000 * 7)) + MDAT)

    assert read_movie(path).seconds == 7


def test_a_box_without_an_end_is_not_vouched_for(path: Path) -> None:
    path.write_bytes(FTYP + MOOV + OPEN)

    assert not read_movie(path).vouched


def test_fragments_are_not_vouched_for(path: Path, fragmented: bytes) -> None:
    path.write_bytes(fragmented)

    assert not read_movie(path).vouched


def test_a_header_without_a_timescale_says_nothing_of_the_length(path: Path) -> None:
    path.write_bytes(FTYP + box(b"moov", header(timescale=0)) + MDAT)

    assert read_movie(path).seconds == 0


def test_a_film_cut_anywhere_is_torn(path: Path) -> None:
    whole = FTYP + MOOV + MDAT
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(Torn):
            read_movie(path)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(FTYP + MDAT, id="no moov"),
        pytest.param(MOOV + MDAT, id="no ftyp"),
        pytest.param(FTYP + MOOV, id="no mdat"),
        pytest.param(FTYP + MOOV + MDAT + bytes(8), id="zeros behind"),
        pytest.param(FTYP + MOOV + MDAT + b"rubbish", id="rubbish behind"),
        pytest.param(FTYP + box(b"moov") + MDAT, id="empty moov"),
        pytest.param(FTYP + box(b"moov", box(b"mvhd", b"\0")) + MDAT[:1], id="short mvhd"),
        pytest.param(FTYP + box(b"moov", header()[:-1]) + MDAT, id="mvhd beyond moov"),
        pytest.param(FTYP + MOOV + MDAT + struct.pack(">I4s", 7, b"free"), id="smaller than its header"),
        pytest.param(FTYP + MOOV + struct.pack(">I4sQ", 1, b"mdat", 2**63), id="beyond all bounds"),
        pytest.param(FTYP + MOOV + struct.pack(">I4sQ", 1, b"mdat", 0), id="goes nowhere"),
        pytest.param(FTYP + MOOV + MDAT + box(b"free") * 20_001, id="too many"),
        pytest.param(b"<html>not found</html>" * 10, id="a page"),
    ],
)
def test_what_does_not_fit_together_is_torn(path: Path, content: bytes) -> None:
    path.write_bytes(content)

    with pytest.raises(Torn):
        read_movie(path)
