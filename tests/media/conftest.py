"""A desk on a folder of its own, and films that are made once."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from bot.media.desk import DEFAULTS, Limits, MediaDesk
from bot.media.fetch import Bounds
from bot.media.hosts import HostRule
from tests.media.samples import make_video

LOCAL = HostRule.of(["127.0.0.1"])


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield session


@pytest.fixture
def limits() -> Limits:
    """Limits for small files and little patience."""
    bounds = Bounds(size=1_000_000, seconds=10, patience=5)
    return replace(DEFAULTS, picture=bounds, video_result=bounds, picture_result=bounds)


@pytest.fixture
def desk(session: aiohttp.ClientSession, tmp_path: Path, limits: Limits) -> MediaDesk:
    desk = MediaDesk(session, LOCAL, LOCAL, tmp_path / "media", limits)
    desk.sweep()
    return desk


@pytest.fixture(scope="session")
def mp4(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return make_video(tmp_path_factory.mktemp("films") / "film.mp4")


@pytest.fixture(scope="session")
def fragmented(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("films")
    return make_video(folder / "film.mp4", "-g", "6", "-movflags", "frag_keyframe+empty_moov")


@pytest.fixture(scope="session")
def webm(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return make_video(tmp_path_factory.mktemp("films") / "film.webm", "-c:v", "libvpx")
