"""Members' pictures: real ones, broken ones, and ones that lie, through the desk and its process."""

import asyncio
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from bot.core.errors import MemberError, PassingError, Problem, Reason
from bot.core.mending import Mending
from bot.core.models import EDIT_RULE, FRAME_RULE, PictureRule
from bot.media.child import Confines
from bot.media.desk import Limits, MediaDesk
from tests.media.brought import ROOM, brought, refused, source
from tests.media.conftest import LOCAL
from tests.media.harmful import a_jpeg_of_scans
from tests.media.origin import Origin, answer, repeating, saying, saying_then_silent, unmeasured
from tests.media.samples import Draw, a_boast, a_bomb, a_moving_bomb, a_picture, an_animation


@pytest.mark.parametrize(
    "draw",
    [
        pytest.param(lambda: b"", id="nothing"),
        pytest.param(lambda: b"just a text\n" * 100, id="text"),
        pytest.param(lambda: b"<!DOCTYPE html><html></html>", id="page"),
        pytest.param(lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", id="drawing"),
        pytest.param(lambda: b"\x89PNG\r\n\x1a\n", id="a signature alone"),
        pytest.param(lambda: b"\x89PNG\r\n\x1a\n" + bytes(1000), id="a signature and zeros"),
        pytest.param(
            lambda: b"\xff\xd8\xff\xe0<html>" + b"<script>alert(1)</script>" * 50, id="a page as JPEG"
        ),
        pytest.param(lambda: b"\xff\xd8\xff" + a_picture("PNG"), id="PNG behind JPEG's signature"),
        pytest.param(lambda: b"RIFF\0\0\0\0WEBP" + bytes(1000), id="an empty WebP"),
        pytest.param(lambda: a_boast(1000, 1000), id="a header without pixels"),
        pytest.param(lambda: a_picture("PNG")[:-5000], id="cut PNG"),
        pytest.param(lambda: a_picture("PNG")[:60], id="PNG cut within its first chunks"),
        pytest.param(lambda: a_picture("JPEG")[:-2000], id="cut JPEG"),
        pytest.param(lambda: a_picture("WEBP")[:-2000], id="cut WebP"),
        pytest.param(lambda: an_animation("PNG")[:60], id="animation cut in its first frame"),
        pytest.param(lambda: b"GIF89a=1;/*" + b"polyglot" * 100 + b"*/alert(1)", id="a script as GIF"),
        pytest.param(lambda: b"\0\0\0\x18ftypheic" + bytes(100), id="an empty HEIC"),
        pytest.param(lambda: b"\0\0\0\x18ftypavif" + bytes(100), id="an empty AVIF"),
        pytest.param(lambda: b"BM" + bytes(100), id="an empty BMP"),
        pytest.param(lambda: b"II*\0" + bytes(100), id="an empty TIFF"),
        pytest.param(lambda: a_picture("HEIC")[:-2000], id="cut HEIC"),
        pytest.param(lambda: a_picture("AVIF")[:-2000], id="cut AVIF"),
        pytest.param(lambda: a_picture("GIF", mode="P")[:-2000], id="cut GIF"),
        pytest.param(lambda: a_picture("BMP")[:-2000], id="cut BMP"),
        pytest.param(lambda: a_picture("TIFF")[:-2000], id="cut TIFF"),
    ],
)
async def test_what_cannot_be_read_is_refused_by_name(desk: MediaDesk, draw: Draw) -> None:
    assert await refused(desk, draw()) == Reason(Problem.PICTURE_UNREADABLE, {"filename": "cat.png"})


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"\0\0\0\x18ftypisom" + bytes(100), "MP4"),
        (b"\0\0\0\x0cJXL " + bytes(100), "JPEG XL"),
        (b"%PDF-1.7\n", "PDF"),
    ],
)
async def test_what_is_no_picture_for_us_is_named_in_the_refusal(
    desk: MediaDesk, content: bytes, name: str
) -> None:
    facts = {"filename": "cat.png", "format": name, "allowed": "JPEG, PNG, WEBP"}

    assert await refused(desk, content) == Reason(Problem.PICTURE_FORMAT, facts)


async def test_an_animation_needs_no_more_than_its_first_frame(desk: MediaDesk) -> None:
    file, _ = await brought(desk, an_animation("PNG")[:-2000])

    assert file.mended == (Mending.FIRST_FRAME,)


async def test_what_hides_behind_a_good_picture_does_not_change_what_it_is(
    desk: MediaDesk, tmp_path: Path
) -> None:
    archive = tmp_path / "cat.png"
    archive.write_bytes(a_picture("PNG"))
    with zipfile.ZipFile(archive, "a") as both:
        both.writestr("evil.html", "<script>alert(1)</script>")

    file, stored = await brought(desk, archive.read_bytes())

    assert file.suffix == ".png"
    assert b"evil.html" not in stored


@pytest.mark.parametrize(
    ("draw", "rule", "problem"),
    [
        (lambda: a_picture("JPEG", size=(2000, 400))[:-2000], FRAME_RULE, Problem.PICTURE_ASPECT),
        (lambda: a_boast(2_000_000_000, 2_000_000_000), FRAME_RULE, Problem.PICTURE_TOO_MANY_PIXELS),
        (lambda: a_bomb(20_000), EDIT_RULE, Problem.PICTURE_TOO_MANY_PIXELS),
    ],
)
async def test_its_header_is_judged_before_its_pixels(
    desk: MediaDesk, draw: Draw, rule: PictureRule, problem: Problem
) -> None:
    assert (await refused(desk, draw(), rule)).problem is problem


async def test_frames_that_nobody_needs_are_not_decoded(
    session: aiohttp.ClientSession, tmp_path: Path, limits: Limits
) -> None:
    tight = Confines(memory=256 << 20, cpu=1, seconds=5, largest=1 << 20)
    desk = MediaDesk(session, LOCAL, LOCAL, tmp_path, replace(limits, mend=tight))

    file, _ = await brought(desk, a_moving_bomb())

    assert (file.width, file.height) == (1000, 1000)


async def test_a_bomb_is_refused_before_it_takes_time_or_memory(
    session: aiohttp.ClientSession, tmp_path: Path, limits: Limits
) -> None:
    tight = Confines(memory=256 << 20, cpu=1, seconds=5)
    desk = MediaDesk(session, LOCAL, LOCAL, tmp_path, replace(limits, mend=tight))

    assert (await refused(desk, a_bomb(20_000), EDIT_RULE)).problem is Problem.PICTURE_TOO_MANY_PIXELS


@pytest.mark.parametrize(
    ("confines", "problem"),
    [
        pytest.param(Confines(160 << 20, cpu=5, seconds=10), Problem.PICTURE_UNREADABLE, id="memory"),
        pytest.param(Confines(1 << 30, cpu=5, seconds=0.001), Problem.PICTURE_TOO_SLOW, id="time"),
    ],
)
async def test_a_picture_that_takes_more_than_it_may_is_refused_in_true_words(
    session: aiohttp.ClientSession, tmp_path: Path, limits: Limits, confines: Confines, problem: Problem
) -> None:
    desk = MediaDesk(session, LOCAL, LOCAL, tmp_path, replace(limits, mend=confines))

    assert await refused(desk, a_bomb(5999, "RGB")) == Reason(problem, {"filename": "cat.png"})


async def test_a_picture_that_takes_too_long_to_open_is_not_said_to_be_damaged(
    session: aiohttp.ClientSession, tmp_path: Path, limits: Limits
) -> None:
    hasty = Confines(memory=1 << 30, cpu=1, seconds=60)
    desk = MediaDesk(session, LOCAL, LOCAL, tmp_path, replace(limits, mend=hasty))

    assert (await refused(desk, a_jpeg_of_scans(200))).problem is Problem.PICTURE_TOO_SLOW


async def test_the_largest_pictures_within_the_rules_are_taken(desk: MediaDesk) -> None:
    file, _ = await brought(desk, a_bomb(5999, "RGB"))

    assert (file.width, file.height) == (5999, 5999)


@pytest.mark.parametrize("python", ["/bin/false", "/nowhere/python"])
async def test_a_process_that_cannot_work_says_nothing_about_the_picture(
    desk: MediaDesk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, python: str
) -> None:
    monkeypatch.setattr(sys, "executable", python)

    with pytest.raises(PassingError) as caught:
        await brought(desk, a_picture())

    assert caught.value.reason.problem is Problem.STORE_BUSY
    assert "ERROR" in caplog.text


@pytest.mark.parametrize("declares", [True, False])
async def test_too_many_bytes_are_refused_while_they_come(desk: MediaDesk, *, declares: bool) -> None:
    head = answer(length=2_000_000) if declares else unmeasured()
    script = saying_then_silent(head) if declares else repeating(head, bytes(10_000))

    async with Origin(script) as origin:
        with pytest.raises(MemberError) as caught:
            async with desk.pictures([source(origin.url)], FRAME_RULE, framing=None, room=ROOM):
                pass

    facts = dict(caught.value.reason.facts)
    size = facts.pop("size")
    assert caught.value.reason.problem is Problem.PICTURE_TOO_HEAVY
    assert facts == {"filename": "cat.png", "limit": 1_000_001}
    assert size == 2_000_000 if declares else 1_000_000 < float(size) < 2_000_000


@pytest.mark.parametrize(
    ("status", "problem"),
    [
        ("404 Not Found", Problem.PICTURE_GONE),
        ("403 Forbidden", Problem.PICTURE_GONE),
        ("302 Found", Problem.PICTURE_HOST),
    ],
)
async def test_a_picture_that_cannot_be_had_is_the_members_to_mend(
    desk: MediaDesk, status: str, problem: Problem
) -> None:
    async with Origin(saying(answer(status=status))) as origin:
        with pytest.raises(MemberError) as caught:
            async with desk.pictures([source(origin.url)], FRAME_RULE, framing=None, room=ROOM):
                pass

    assert caught.value.reason == Reason(problem, {"filename": "cat.png"})


@pytest.mark.parametrize(
    "content", [answer(status="503 Service Unavailable"), answer(b"cut", length=100), b""]
)
async def test_a_fault_on_the_way_passes(desk: MediaDesk, content: bytes) -> None:
    async with Origin(saying(content)) as origin:
        with pytest.raises(PassingError) as caught:
            async with desk.pictures([source(origin.url)], FRAME_RULE, framing=None, room=ROOM):
                pass

    assert caught.value.reason.problem is Problem.CHAT_UNREACHABLE


async def test_another_host_is_refused_before_anything_is_fetched(desk: MediaDesk) -> None:
    async with Origin(saying(answer(a_picture()))) as origin:
        foreign = source("https://evil.example/cat.png", "dog.png")
        with pytest.raises(MemberError) as caught:
            async with desk.pictures([source(origin.url), foreign], FRAME_RULE, framing=None, room=ROOM):
                pass

    assert caught.value.reason == Reason(Problem.PICTURE_HOST, {"filename": "dog.png"})
    assert origin.heads == []


async def test_ten_pictures_come_in_their_order(desk: MediaDesk) -> None:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        del reader
        width = 400 + int(origin.heads[-1].split(b"n=")[1].split()[0])
        writer.write(answer(a_picture(size=(width, 400)), more="Connection: close\r\n"))
        await writer.drain()

    async with Origin(script) as origin:
        sources = [source(f"{origin.url}?n={number}") for number in range(10)]
        async with desk.pictures(sources, EDIT_RULE, framing=None, room=ROOM) as files:
            widths = [file.width for file in files]

    assert widths == [400 + number for number in range(10)]


async def test_no_picture_is_no_trouble(desk: MediaDesk) -> None:
    async with desk.pictures([], FRAME_RULE, framing=None, room=ROOM) as files:
        assert files == ()
