"""Results are served whole, and in every way in which a download goes wrong."""

import asyncio
import contextlib

import aiohttp
import pytest

from bot.sandbox.runcomfy import Action, Fate, Fault, RemoteJob, RunComfy, Served
from tests.sandbox.runcomfy.caller import Caller, words

Stranger = aiohttp.ClientSession


async def served(runcomfy: RunComfy, caller: Caller, fate: Fate) -> tuple[RemoteJob, bytes, str]:
    """Make a job of a fate; return it with its true file and its address."""
    runcomfy.next(fate)
    job = await caller.ended(words(duration=2))
    assert job.file
    return job, job.file.read_bytes(), await caller.address(job)


async def test_a_result_is_served_whole_or_in_ranges(
    runcomfy: RunComfy, caller: Caller, stranger: Stranger
) -> None:
    job, file, url = await served(runcomfy, caller, Fate())
    async with stranger.get(url) as response:
        assert (response.status, response.content_type, await response.read()) == (200, "video/mp4", file)
    async with stranger.get(url, headers={"Range": "bytes=10-19"}) as response:
        assert (response.status, await response.read()) == (206, file[10:20])
    assert [(call.name, call.status) for call in runcomfy.calls[-2:]] == [("media", 200), ("media", 206)]
    assert job.times_downloaded == 2
    assert runcomfy.problems == []


async def test_a_token_on_the_media_host_is_a_problem(runcomfy: RunComfy, caller: Caller) -> None:
    _, _, url = await served(runcomfy, caller, Fate())
    async with caller.session.get(url) as response:
        assert response.status == 200
    assert runcomfy.problems == ["a token was shown to the media host"]


@pytest.mark.parametrize(
    ("way", "status", "content"),
    [(Served.HTML, 200, b"<!DOCTYPE html>"), (Served.EMPTY, 200, b""), (Served.GONE, 404, b"<?xml")],
)
async def test_something_else_may_be_served(
    runcomfy: RunComfy, caller: Caller, stranger: Stranger, *, way: Served, status: int, content: bytes
) -> None:
    _, file, url = await served(runcomfy, caller, Fate(served=way))
    async with stranger.get(url) as response:
        received = await response.read()
        assert response.status == status
    assert received.startswith(content)
    assert received != file


@pytest.mark.parametrize("way", [Served.CUT_LENGTH, Served.CUT_CHUNKED])
async def test_a_cut_that_the_client_notices(
    runcomfy: RunComfy, caller: Caller, stranger: Stranger, way: Served
) -> None:
    _, _, url = await served(runcomfy, caller, Fate(served=way))
    async with stranger.get(url) as response:
        assert response.status == 200
        with pytest.raises(aiohttp.ClientPayloadError):
            await response.read()


async def test_a_cut_that_the_client_does_not_notice(
    runcomfy: RunComfy, caller: Caller, stranger: Stranger
) -> None:
    _, file, url = await served(runcomfy, caller, Fate(served=Served.CUT_CLOSE))
    async with stranger.get(url) as response:
        assert response.status == 200
        assert await response.read() == file[: len(file) // 2]


async def test_more_than_declared_may_come(runcomfy: RunComfy, caller: Caller, stranger: Stranger) -> None:
    _, file, url = await served(runcomfy, caller, Fate(served=Served.OVERLONG))
    received = b""
    # Where the surplus comes in the same packet, the client refuses the whole answer.
    with contextlib.suppress(aiohttp.ClientResponseError):
        async with stranger.get(url) as response:
            received = await response.read()
    assert received in (b"", file[: len(file) // 2])


async def test_an_endless_file_goes_on_until_the_client_has_enough(
    runcomfy: RunComfy, caller: Caller, stranger: Stranger
) -> None:
    _, file, url = await served(runcomfy, caller, Fate(served=Served.ENDLESS))
    received = 0
    async with stranger.get(url) as response:
        async for chunk in response.content.iter_chunked(2**16):
            received += len(chunk)
            if received > 20 * len(file) + 2**22:
                break
    assert received > 20 * len(file)


@pytest.mark.parametrize("way", [Served.HANG, Served.DRIP])
async def test_a_file_may_take_for_ever(
    runcomfy: RunComfy, caller: Caller, stranger: Stranger, way: Served
) -> None:
    _, _, url = await served(runcomfy, caller, Fate(served=way))
    with pytest.raises(TimeoutError):
        async with stranger.get(url, timeout=aiohttp.ClientTimeout(total=0.15)) as response:
            await response.read()


async def test_a_redirect_that_is_followed_to_another_host_is_a_problem(
    runcomfy: RunComfy, caller: Caller, stranger: Stranger
) -> None:
    _, file, url = await served(runcomfy, caller, Fate(served=Served.REDIRECT))
    async with stranger.get(url, allow_redirects=False) as response:
        assert (response.status, response.headers["Location"].split("/")[2].split(":")[0]) == (
            302,
            "localhost",
        )
    assert runcomfy.problems == []
    async with stranger.get(url) as response:
        assert await response.read() == file
    assert runcomfy.problems == ["a redirect to another host was followed"]


async def test_a_redirect_may_point_anywhere(runcomfy: RunComfy, caller: Caller, stranger: Stranger) -> None:
    fate = Fate(served=Served.REDIRECT, redirect_to="file:///etc/hostname")
    _, _, url = await served(runcomfy, caller, fate)
    async with stranger.get(url, allow_redirects=False) as response:
        assert response.headers["Location"] == "file:///etc/hostname"


async def test_bad_downloads_may_be_followed_by_good_ones(
    runcomfy: RunComfy, caller: Caller, stranger: Stranger
) -> None:
    _, file, url = await served(runcomfy, caller, Fate(served=Served.EMPTY, served_times=2))
    received: list[bytes] = []
    for _ in range(3):
        async with stranger.get(url) as response:
            received.append(await response.read())
    assert received == [b"", b"", file]


async def test_faults_strike_the_media_port_too(
    runcomfy: RunComfy, caller: Caller, stranger: Stranger
) -> None:
    _, _, url = await served(runcomfy, caller, Fate())
    runcomfy.fault(Fault("media", status=503))
    runcomfy.fault(Fault("media", Action.RESET, times=None))
    async with stranger.get(url) as response:
        assert response.status == 503
    with pytest.raises(aiohttp.ClientOSError):
        await stranger.get(url)


async def test_closing_does_not_wait_for_endless_files() -> None:
    async with aiohttp.ClientSession() as session:
        async with RunComfy(fate=Fate(served=Served.ENDLESS, queue=0, work=0)) as runcomfy:
            caller = Caller(runcomfy, session)
            session.headers["Authorization"] = f"Bearer {runcomfy.token}"
            job = await caller.job()
            await runcomfy.wait_for(lambda: job.status.final)
            url = await caller.address(job)
            response = await session.get(url)
            await response.content.readany()
            began = asyncio.get_running_loop().time()
        assert asyncio.get_running_loop().time() - began < 0.9
        response.close()
