"""Several results of one job, results that are given from outside, and results that are gone one day."""

from pathlib import Path
from typing import cast

import aiohttp
import pytest

from bot.sandbox.runcomfy import Fate, Output, RemoteJob, RunComfy, Studio, Wire
from tests.sandbox.runcomfy.caller import EDIT, Body, Caller, Gallery, decoded, words


async def outputs(caller: Caller, job: RemoteJob) -> Body:
    _, result = await caller.about(job, "result")
    return cast("Body", result["output"])


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def read(stranger: aiohttp.ClientSession, url: str) -> tuple[int, str, bytes]:
    async with stranger.get(url) as response:
        return response.status, response.content_type, await response.read()


@pytest.mark.parametrize("quick", [True, False], ids=["quick", "true"])
async def test_several_results_have_an_address_and_a_look_each(
    stranger: aiohttp.ClientSession, gallery: Gallery, *, quick: bool
) -> None:
    async with RunComfy(studio=Studio(quick=quick)) as runcomfy:
        runcomfy.hold()
        token = {"Authorization": f"Bearer {runcomfy.token}"}
        async with aiohttp.ClientSession(headers=token) as session:
            caller = Caller(runcomfy, session)
            runcomfy.next(Fate(outputs=3))
            picture = gallery.hang_up(64, 64)
            job = await caller.ended({"prompt": "x", "images": [picture], "resolution": "1K"}, EDIT)
            told = await outputs(caller, job)
        assert told == {"images": list(job.urls)}
        answers = [await read(stranger, url) for url in job.urls]
        assert [answer[:2] for answer in answers] == [(200, "image/png")] * 3
        assert len({answer[2] for answer in answers}) == 3
        assert (await read(stranger, job.urls[0].replace(".png", "~3.png")))[0] == 404
        assert runcomfy.problems == []


@pytest.mark.parametrize(
    ("output", "count", "keys"),
    [
        (Output.ONE, 1, ["video"]),
        (Output.ONE, 2, ["videos"]),
        (Output.MANY, 1, ["videos"]),
        (Output.BOTH, 2, ["video", "videos"]),
    ],
)
async def test_several_results_are_told_in_the_plural(
    runcomfy: RunComfy, caller: Caller, *, output: Output, count: int, keys: list[str]
) -> None:
    runcomfy.wire = Wire(output=output)
    runcomfy.next(Fate(outputs=count))
    job = await caller.ended(words(duration=2))
    told = await outputs(caller, job)

    assert list(told) == keys
    assert len(job.urls) == count
    assert told[keys[-1]] == (job.urls[0] if keys[-1] == "video" else list(job.urls))


async def test_a_film_from_outside_is_served_as_it_is_and_stays(
    tmp_path: Path, stranger: aiohttp.ClientSession
) -> None:
    film = tmp_path / "mine.mp4"
    film.write_bytes(b"any bytes at all")
    async with RunComfy(studio=Studio(quick=True)) as runcomfy:
        runcomfy.hold()
        token = {"Authorization": f"Bearer {runcomfy.token}"}
        async with aiohttp.ClientSession(headers=token) as session:
            caller = Caller(runcomfy, session)
            runcomfy.next(Fate(film=film))
            url = await caller.address(await caller.ended())
        assert await read(stranger, url) == (200, "video/mp4", b"any bytes at all")
    assert film.exists()


async def test_results_may_expire(
    runcomfy: RunComfy, caller: Caller, stranger: aiohttp.ClientSession
) -> None:
    job = await caller.ended()
    url = await caller.address(job)
    assert (await read(stranger, url))[0] == 200

    runcomfy.expire(job.request_id)

    assert (await read(stranger, url))[0] == 404
    assert await caller.address(job) == url


async def test_a_heavy_film_is_made_of_bytes_that_are_needed(tmp_path: Path) -> None:
    path = await Studio().make_heavy(tmp_path / "a.mp4", seconds=5, width=640, height=360, bitrate=2_000_000)

    assert path.stat().st_size * 8 / 5 == pytest.approx(2_000_000, rel=0.25)
    assert decoded(path) == (640, 360, pytest.approx(5, abs=0.1), True)
    assert names(tmp_path) == ["a.mp4"]
    # Filler would be one byte over and over.
    middle = path.read_bytes()[100_000:200_000]
    assert max(middle.count(byte) for byte in range(256)) < len(middle) // 20
