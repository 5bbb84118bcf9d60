"""The page's server on a free port: with a bot worked by hand, or with the real one."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest

from bot.sandbox.runcomfy import Pace, RunComfy
from bot.sandbox.stage import Stage
from bot.sandbox.web import Site, site
from tests.sandbox.web.hand import Hand
from tests.sandbox.web.tab import Tab, a_tab
from tests.shelf import quick_studio
from tests.stages import stage


@pytest.fixture
async def scenery(tmp_path: Path) -> AsyncGenerator[Stage]:
    comfy = RunComfy(studio=quick_studio(), pace=Pace(queue=0.1, work=0.2))
    async with stage(tmp_path, runcomfy=comfy) as scenery:
        yield scenery


@pytest.fixture
def uploads(tmp_path: Path) -> Path:
    folder = tmp_path / "uploads"
    folder.mkdir()
    return folder


@pytest.fixture
async def opened(scenery: Stage, uploads: Path) -> AsyncGenerator[Site]:
    async with site(scenery, uploads) as opened:
        yield opened


@pytest.fixture
async def hand(scenery: Stage) -> AsyncGenerator[Hand]:
    async with aiohttp.ClientSession() as http:
        hand = Hand(scenery.discord, http)
        await hand.register()
        yield hand


@pytest.fixture
async def tabs(opened: Site) -> AsyncGenerator[list[Tab]]:
    """Ana's, Ben's and Mara's."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(a_tab(opened.url, str(one.id))) for one in opened.cast.members]


@pytest.fixture
def ana(tabs: list[Tab]) -> Tab:
    return tabs[0]


@pytest.fixture
def ben(tabs: list[Tab]) -> Tab:
    return tabs[1]


@pytest.fixture
def mara(tabs: list[Tab]) -> Tab:
    return tabs[2]


@pytest.fixture
async def living(opened: Site, scenery: Stage) -> AsyncGenerator[Site]:
    """The page with the real bot behind it, which does nothing wrong."""
    await opened.life.start()
    assert await opened.life.ready(20)
    yield opened
    assert scenery.discord.problems == []
    assert scenery.runcomfy.problems == []
    assert "Traceback" not in scenery.bot.log
