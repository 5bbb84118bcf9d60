"""A demo with the real bot behind it, a browser before it, and people who use it.

Whatever a test does, at its end the page may have told of no error and asked no other host, and no request of
the bot may have been wrong. A browser serves one file of tests: what outlived it would hang meanwhile.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, expect

from bot.sandbox.runcomfy import Pace, RunComfy
from bot.sandbox.stage import Stage, stage
from bot.sandbox.web import Site, site
from tests.browser.chromium import NAMES, chromium, found
from tests.browser.visitor import Visitor
from tests.e2e.play import OFTEN
from tests.lives import begin
from tests.shelf import quick_studio

PATIENCE = 15_000  # ms for anything that takes at most some seconds
Welcome: TypeAlias = Callable[..., Awaitable[Visitor]]
"""Lets somebody in, with the settings of their browser, say `color_scheme` or `viewport`."""


@dataclass(frozen=True, slots=True)
class Demo:
    """An open page, and what is behind it."""

    scenery: Stage
    site: Site


@asynccontextmanager
async def a_demo(folder: Path) -> AsyncGenerator[Demo]:
    uploads = folder / "uploads"
    uploads.mkdir()
    comfy = RunComfy(studio=quick_studio(), pace=Pace(queue=0.1, work=0.2))
    async with (
        stage(folder, runcomfy=comfy, settings=OFTEN, begin=begin) as scenery,
        site(scenery, uploads) as opened,
    ):
        await opened.life.start()
        assert await opened.life.ready(20)
        yield Demo(scenery, opened)
        assert scenery.discord.problems == []
        assert scenery.runcomfy.problems == []
        assert "Traceback" not in scenery.bot.log


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def browser() -> AsyncGenerator[Browser]:
    program = found()
    if program is None:
        pytest.skip(f"there is no browser here: none of {', '.join(NAMES)} is installed")
    expect.set_options(timeout=PATIENCE)
    async with chromium(program) as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="session")
async def demo(browser: Browser, tmp_path: Path) -> AsyncGenerator[Demo]:
    """A demo of one's own, in which anything may happen."""
    assert browser.is_connected()
    async with a_demo(tmp_path) as demo:
        yield demo


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def still(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Demo]:
    """A demo that several tests look at, and that none may change."""
    assert browser.is_connected()
    async with a_demo(tmp_path_factory.mktemp("still")) as demo:
        yield demo


@asynccontextmanager
async def _visitors(browser: Browser, url: str) -> AsyncGenerator[Welcome]:
    async with AsyncExitStack() as stack:
        visitors: list[Visitor] = []

        async def welcome(context: BrowserContext | None = None, **settings: object) -> Visitor:
            if context is None:
                context = await browser.new_context(**settings)  # pyright: ignore[reportArgumentType] - its own
                stack.push_async_callback(context.close)
            page = await context.new_page()
            page.set_default_timeout(PATIENCE)
            visitor = Visitor(page, url)
            visitors.append(visitor)
            await visitor.arrive()
            return visitor

        yield welcome
        assert [one for visitor in visitors for one in visitor.trouble] == []


@pytest_asyncio.fixture(loop_scope="session")
async def welcome(browser: Browser, demo: Demo) -> AsyncGenerator[Welcome]:
    async with _visitors(browser, demo.site.url) as welcome:
        yield welcome


@pytest_asyncio.fixture(loop_scope="session")
async def ana(welcome: Welcome) -> Visitor:
    return await welcome()


@pytest_asyncio.fixture(loop_scope="session")
async def reader(browser: Browser, still: Demo) -> AsyncGenerator[Visitor]:
    """Somebody who looks at the demo that nobody changes."""
    async with _visitors(browser, still.site.url) as welcome:
        yield await welcome()
