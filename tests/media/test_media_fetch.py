"""One download, against servers that are slow, cut, endless or wrong."""

import asyncio
import gzip
import secrets
import traceback
from pathlib import Path

import aiohttp
import pytest
from yarl import URL

from bot.core.errors import PassingError, Problem
from bot.media.fetch import Bounds, Downloads, Fault, FetchFailed
from tests.media.origin import Origin, Script, answer, repeating, saying, saying_then_silent, unmeasured

BODY = bytes(range(256)) * 1000
BOUNDS = Bounds(size=300_000, seconds=5, patience=5)
HASTY = Bounds(size=300_000, seconds=5, patience=0.2, slowest=100_000)
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.fixture
def downloads(session: aiohttp.ClientSession) -> Downloads:
    return Downloads(session, at_once=8, reserve=0)


async def failure(downloads: Downloads, path: Path, script: Script, bounds: Bounds = BOUNDS) -> FetchFailed:
    """Fetch from the script, see it fail, and see the connection closed."""
    async with Origin(script) as origin:
        with pytest.raises(FetchFailed) as caught:
            await downloads.fetch(URL(origin.url), path, bounds)
        await origin.until_idle()
    return caught.value


@pytest.mark.parametrize(
    "content",
    [
        answer(BODY),
        unmeasured(BODY),
        CHUNKED + b"%x\r\n" % len(BODY) + BODY + b"\r\n0\r\n\r\n",
        answer(BODY, more="Content-Encoding: identity\r\n"),
    ],
)
async def test_a_file_arrives_as_it_was_sent(downloads: Downloads, tmp_path: Path, content: bytes) -> None:
    async with Origin(saying(content)) as origin:
        size = await downloads.fetch(URL(origin.url), tmp_path / "file", BOUNDS)

    assert size == len(BODY)
    assert (tmp_path / "file").read_bytes() == BODY


async def test_the_request_carries_no_token_and_asks_for_no_compression(
    downloads: Downloads, tmp_path: Path
) -> None:
    async with Origin(saying(answer(BODY))) as origin:
        await downloads.fetch(URL(origin.url), tmp_path / "file", BOUNDS)

    (head,) = origin.heads
    names = {line.partition(b":")[0].lower() for line in head.split(b"\r\n")[1:] if line}
    assert names == {b"host", b"accept", b"accept-encoding", b"user-agent"}
    assert b"Accept-Encoding: identity" in head


async def test_a_session_that_carries_a_token_is_not_taken() -> None:
    async with aiohttp.ClientSession(headers={"Authorization": "Bearer secret"}) as session:
        with pytest.raises(ValueError, match="token"):
            Downloads(session, at_once=1, reserve=0)


@pytest.mark.parametrize(
    ("status", "fault"),
    [
        ("301 Moved Permanently", Fault.MOVED),
        ("302 Found", Fault.MOVED),
        ("307 Temporary Redirect", Fault.MOVED),
        ("400 Bad Request", Fault.GONE),
        ("403 Forbidden", Fault.GONE),
        ("404 Not Found", Fault.GONE),
        ("410 Gone", Fault.GONE),
        ("408 Request Timeout", Fault.UNREACHABLE),
        ("429 Too Many Requests", Fault.UNREACHABLE),
        ("500 Internal Server Error", Fault.UNREACHABLE),
        ("503 Service Unavailable", Fault.UNREACHABLE),
        ("206 Partial Content", Fault.BROKEN),
    ],
)
async def test_a_status_says_what_can_be_done(
    downloads: Downloads, tmp_path: Path, status: str, fault: Fault
) -> None:
    failed = await failure(downloads, tmp_path / "file", saying(answer(b"no", status)))

    assert failed.fault is fault
    assert not (tmp_path / "file").exists()


async def test_a_redirect_is_never_followed(downloads: Downloads, tmp_path: Path) -> None:
    async with Origin(saying(answer(b"secret"))) as elsewhere:
        moved = answer(b"", "302 Found", more=f"Location: {elsewhere.url}\r\n")
        failed = await failure(downloads, tmp_path / "file", saying(moved))

    assert failed.fault is Fault.MOVED
    assert elsewhere.heads == []


async def test_a_compressed_body_is_not_unpacked(downloads: Downloads, tmp_path: Path) -> None:
    packed = answer(gzip.compress(bytes(200_000)), more="Content-Encoding: gzip\r\n")

    assert (await failure(downloads, tmp_path / "file", saying(packed))).fault is Fault.BROKEN


async def test_a_declared_size_over_the_limit_is_refused_before_the_body(
    downloads: Downloads, tmp_path: Path
) -> None:
    head = answer(b"", length=300_001)
    failed = await failure(downloads, tmp_path / "file", saying_then_silent(head))

    assert (failed.fault, failed.size) == (Fault.TOO_LARGE, 300_001)
    assert not (tmp_path / "file").exists()


async def test_exactly_the_limit_is_allowed(downloads: Downloads, tmp_path: Path) -> None:
    async with Origin(saying(answer(bytes(300_000)))) as origin:
        assert await downloads.fetch(URL(origin.url), tmp_path / "file", BOUNDS) == 300_000


@pytest.mark.parametrize(
    "script",
    [
        repeating(unmeasured(), bytes(10_000)),
        repeating(CHUNKED, b"2710\r\n" + bytes(10_000) + b"\r\n"),
    ],
)
async def test_an_endless_body_is_cut_at_the_limit(
    downloads: Downloads, tmp_path: Path, script: Script
) -> None:
    failed = await failure(downloads, tmp_path / "file", script)

    assert failed.fault is Fault.ENDLESS
    assert (tmp_path / "file").stat().st_size <= BOUNDS.size


@pytest.mark.parametrize(
    "content", [answer(BODY[:1000], length=len(BODY)), CHUNKED + b"3e8\r\n" + BODY[:1000] + b"\r\n"]
)
async def test_a_body_shorter_than_declared_is_broken(
    downloads: Downloads, tmp_path: Path, content: bytes
) -> None:
    assert (await failure(downloads, tmp_path / "file", saying(content))).fault is Fault.BROKEN


async def test_a_body_longer_than_declared_is_broken(downloads: Downloads, tmp_path: Path) -> None:
    longer = answer(BODY[:1001], length=1000)

    assert (await failure(downloads, tmp_path / "file", saying(longer))).fault is Fault.BROKEN


@pytest.mark.parametrize(
    "script",
    [
        saying_then_silent(b""),
        saying_then_silent(b"HTTP/1.1 200 OK\r\n"),
        saying_then_silent(answer(BODY[:1000], length=len(BODY))),
        repeating(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n", pause=0.02),
        repeating(answer(b"", length=len(BODY)), b"x", pause=0.02),
    ],
    ids=["no answer", "half a head", "half a body", "slow head", "slow body"],
)
async def test_whoever_is_slower_than_the_slowest_rate_is_left(
    downloads: Downloads, tmp_path: Path, script: Script
) -> None:
    async with asyncio.timeout(2):
        assert (await failure(downloads, tmp_path / "file", script, HASTY)).fault is Fault.UNREACHABLE


async def test_the_whole_download_has_its_time_however_fast_it_began(
    downloads: Downloads, tmp_path: Path
) -> None:
    slow = repeating(answer(bytes(100_000), length=300_000), bytes(100), pause=0.01)
    bounds = Bounds(size=300_000, seconds=0.3, patience=5, slowest=1)

    assert (await failure(downloads, tmp_path / "file", slow, bounds)).fault is Fault.UNREACHABLE


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", Fault.UNREACHABLE),
        (b"HTTP/1.1 200 OK\r\nContent-Le", Fault.UNREACHABLE),
        (b"SSH-2.0-OpenSSH\r\n\r\n", Fault.BROKEN),
        (answer(b"x", more="Content-Length: 2\r\n"), Fault.BROKEN),
        (answer(b"x", more=f"X-Long: {'x' * 100_000}\r\n"), Fault.BROKEN),
    ],
)
async def test_what_does_not_speak_http_to_the_end_fails(
    downloads: Downloads, tmp_path: Path, content: bytes, fault: Fault
) -> None:
    assert (await failure(downloads, tmp_path / "file", saying(content))).fault is fault


async def test_neither_log_nor_error_tells_the_address(
    downloads: Downloads, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    secret = secrets.token_hex()

    async with Origin(saying(b"nonsense\r\n\r\n")) as origin:
        with pytest.raises(FetchFailed) as caught:
            await downloads.fetch(URL(f"{origin.url}?signature={secret}"), tmp_path / "file", BOUNDS)

    told = "".join(traceback.format_exception(caught.value)) + caplog.text
    assert "127.0.0.1" in told
    assert secret not in told


async def test_a_closed_port_is_unreachable(downloads: Downloads, tmp_path: Path) -> None:
    async with Origin(saying(b"")) as origin:
        pass

    with pytest.raises(FetchFailed, match="unreachable"):
        await downloads.fetch(URL(origin.url), tmp_path / "file", BOUNDS)


async def test_a_full_disk_is_ours_and_passes(
    downloads: Downloads, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").symlink_to("/dev/full")

    async with Origin(saying(answer(BODY))) as origin:
        with pytest.raises(PassingError) as caught:
            await downloads.fetch(URL(origin.url), tmp_path / "file", BOUNDS)
        await origin.until_idle()

    assert caught.value.reason.problem is Problem.STORE_BUSY
    assert "the disk is full" in caplog.text


async def test_no_more_than_so_many_at_a_time(session: aiohttp.ClientSession, tmp_path: Path) -> None:
    downloads = Downloads(session, at_once=2, reserve=0)
    most = 0

    async def script(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal most
        most = max(most, origin.open)
        await asyncio.sleep(0.02)
        writer.write(answer(b"x", more="Connection: close\r\n"))

    async with Origin(script) as origin, asyncio.TaskGroup() as group:
        for number in range(6):
            group.create_task(downloads.fetch(URL(origin.url), tmp_path / str(number), BOUNDS))

    assert most == 2
