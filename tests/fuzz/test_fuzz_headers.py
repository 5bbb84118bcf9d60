"""The headers of strangers' media: boxes, tracks, packets, chunks and segments that do not fit together.

What decodes whole pictures runs confined, and is tried with spoilt ones in tests/media/test_media_hostile.py.
"""

import io
import struct
from pathlib import Path
from typing import Final

import pytest
from hypothesis import event, example, given
from hypothesis import strategies as st
from PIL import Image

from bot.media.boxes import Torn, read_movie
from bot.media.plan import Clip, plan_fit
from bot.media.signatures import HEAD, MENDABLE, VIDEOS, sniff
from bot.media.streams import _Account  # pyright: ignore[reportPrivateUsage] (what reads the lines, without the process)
from bot.media.strip import strip
from bot.media.tracks import read_tracks
from tests.fuzz.effort import promptly, tries
from tests.media.films import make_film
from tests.media.samples import TELLTALES, a_telling_picture

_STARTS: Final = (
    *(
        b"\xff\xd8\xff",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a",
        b"RIFF\0\0\0\0WEBP",
        b"\x1aE\xdf\xa3",
        b"BM",
        b"II*\0",
    ),
    *(b"\0\0\0\x18ftypmif1", b"\0\0\0\0ftypqt  ", b"\xff\xff\xff\xffftyp", b"\0\0\0\x01ftyp"),
)
_KINDS: Final = (
    *(
        b"ftyp",
        b"moov",
        b"mdat",
        b"mvhd",
        b"trak",
        b"tkhd",
        b"mdia",
        b"mdhd",
        b"hdlr",
        b"minf",
        b"stbl",
        b"stsd",
    ),
    *(b"avc1", b"mp4a", b"esds", b"avcC", b"moof", b"free", b"\0\0\0\0", b"\xff\xff\xff\xff"),
)
_SIZES: Final = (0, 1, 7, 8, 9, 15, 16, 2**31, 2**32 - 1)


@tries(200)
@given(st.binary(max_size=HEAD) | st.tuples(st.sampled_from(_STARTS), st.binary(max_size=HEAD)).map(b"".join))
def test_any_beginning_is_that_of_a_format_or_of_none(head: bytes) -> None:
    with promptly():
        signature = sniff(head[:HEAD])
    if signature in MENDABLE | VIDEOS:
        event("known")
    assert signature is None or signature.suffix.startswith(".")


def box(kind: bytes, content: bytes, size: int | None = None) -> bytes:
    """Return a box; `size` is what it claims, where that is not so."""
    return struct.pack(">I4s", (len(content) + 8 if size is None else size) & 0xFFFFFFFF, kind) + content


# Long ones, because a description has many fixed fields before the boxes in it.
_leaves = st.builds(box, st.sampled_from(_KINDS), st.binary(max_size=20) | st.integers(0, 120).map(bytes))
_odd = st.builds(box, st.sampled_from(_KINDS), st.binary(max_size=20), st.sampled_from(_SIZES))
_inside = st.recursive(
    st.one_of(_leaves, _leaves, _odd),
    lambda inner: st.builds(box, st.sampled_from(_KINDS), st.lists(inner, max_size=5).map(b"".join)),
    max_leaves=20,
)
_needed = st.tuples(
    st.binary(max_size=8).map(lambda content: box(b"ftyp", content)),
    st.lists(_inside, max_size=6).map(lambda inner: box(b"moov", b"".join(inner))),
    st.lists(_inside, max_size=2).map(b"".join),
    st.sampled_from((box(b"mdat", b"x" * 30), box(b"mdat", b"x", 0), box(b"mdat", b"x", 1))),
).map(b"".join)


@tries(250)
@given(content=st.binary(max_size=60) | st.lists(_inside, max_size=6).map(b"".join) | _needed)
@example(content=b"".join(box(b"free", b"") for _ in range(30_000)))
@example(content=box(b"ftyp", b"") + box(b"moov", box(b"mvhd", b"")) + box(b"mdat", b""))
def test_any_boxes_are_a_film_or_torn(tmp_path: Path, content: bytes) -> None:
    judge_film(tmp_path / "a.mp4", content)


def judge_film(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    for read in (read_movie, read_tracks):
        with promptly():
            try:
                read(path)
            except Torn:
                event(f"{read.__name__}: torn")
            else:
                event(f"{read.__name__}: read")


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    made = make_film(tmp_path_factory.mktemp("film") / "a.mp4", "-movflags", "faststart", seconds=0.5)
    content = made.path.read_bytes()
    return content[: content.index(b"mdat") + 200]


@tries(150)
@given(
    wounds=st.lists(
        st.tuples(st.integers(0, 5000), st.integers(0, 2**32 - 1) | st.sampled_from(_SIZES)), max_size=4
    ),
    cut=st.none() | st.integers(0, 5000),
)
def test_a_real_film_with_other_numbers_in_its_headers_is_read_or_torn(
    tmp_path: Path, film: bytes, wounds: list[tuple[int, int]], cut: int | None
) -> None:
    content = bytearray(film)
    for place, number in wounds:
        struct.pack_into(">I", content, place % (len(content) - 4), number)
    judge_film(tmp_path / "a.mp4", bytes(content[:cut]))


_numbers = st.integers(0, 2**33).map(str) | st.sampled_from(("-9223372036854775808", "0", "x", "1e9", ""))
_rows = st.one_of(
    st.tuples(st.sampled_from("012"), _numbers, _numbers, _numbers, _numbers).map(
        lambda row: f"{row[0]}, {row[1]:>10}, {row[2]:>10}, {row[3]:>8}, {row[4]:>8}, 0x12345678"
    ),
    # A rate is two whole numbers of ffmpeg's own.
    st.tuples(st.sampled_from("01"), st.integers(0, 2**31), st.integers(0, 2**31)).map(
        lambda row: f"#tb {row[0]}: {row[1]}/{row[2]}"
    ),
    st.tuples(st.sampled_from(("sar", "codec_id")), st.sampled_from("01"), _numbers).map(
        lambda row: f"#{row[0]} {row[1]}: {row[2]}"
    ),
    st.sampled_from(
        ("#tb 0: 1/12288", "#tb 1: 1/44100", "#codec_id 0: h264", "0, 0, 0, 1024, 99, 0x12345678")
    ),
    st.text(max_size=30).filter(lambda text: not text.startswith("#tb")),
)


@tries(250)
@given(st.lists(_rows, max_size=12))
@example(["#tb 0: 1/0", "0, 0, 0, 1, 1, 0x12345678"])
@example(["#tb 0: 1/12288", "0,          0,          0,     1024,     9999, 0x12345678"])
def test_any_account_of_packets_comes_to_a_film_or_to_none(rows: list[str]) -> None:
    account = _Account()
    with promptly():
        for row in rows:
            account.take(row.encode("utf-8", "replace"))
        streams = account.close()
        if streams is None:
            return
        assert 1 <= streams.rate <= 120
        sound = streams.sound
        clip = Clip(
            640,
            360,
            streams.seconds,
            streams.frames,
            sound.rate if sound else 0,
            sound.packets if sound else 0,
            is_aac=True,
        )
        plan = plan_fit(clip, 10 << 20)
    event("planned" if plan else "no room")
    assert plan is None or (plan.video_rate > 0 and 2 <= plan.width <= 640 and 2 <= plan.height <= 360)


_PICTURES: Final = {name: a_telling_picture(name, 6, (64, 48)) for name in ("JPEG", "PNG", "WEBP")}


@pytest.mark.parametrize("name", _PICTURES)
@tries(150)
@given(
    wounds=st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 255)), max_size=4),
    cut=st.none() | st.integers(0, 9000),
)
@example(wounds=[], cut=None)
def test_a_picture_is_stripped_bare_or_not_at_all(
    name: str, wounds: list[tuple[int, int]], cut: int | None
) -> None:
    content = bytearray(_PICTURES[name])
    for place, number in wounds:
        # Most of it is the picture itself; its headers stand first.
        content[place % min(len(content), 2000 if place % 3 else len(content))] = number
    with promptly():
        bare = strip(name, bytes(content[:cut]))
    event("stripped" if bare else "not stripped")
    if bare is not None and not wounds:
        assert not any(told in bare for told in TELLTALES)
        assert Image.open(io.BytesIO(bare)).size == (64, 48)
    assert bare is None or len(bare) <= len(content) + 64
