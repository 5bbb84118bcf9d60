"""A quick stand-in whose jobs move only by hand, a caller and a gallery."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from bot.sandbox.runcomfy import RunComfy
from tests.sandbox.runcomfy.caller import Caller, Gallery
from tests.shelf import quick_studio


@pytest.fixture
async def runcomfy() -> AsyncIterator[RunComfy]:
    async with RunComfy(studio=quick_studio()) as runcomfy:
        runcomfy.hold()
        yield runcomfy


@pytest.fixture
async def caller(runcomfy: RunComfy) -> AsyncIterator[Caller]:
    token = {"Authorization": f"Bearer {runcomfy.token}"}
    async with aiohttp.ClientSession(headers=token, timeout=aiohttp.ClientTimeout(total=5)) as session:
        yield Caller(runcomfy, session)


@pytest.fixture
async def stranger() -> AsyncIterator[aiohttp.ClientSession]:
    """A client without a token, as downloads are made."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
        yield session


@pytest.fixture
async def gallery() -> AsyncIterator[Gallery]:
    gallery, app = Gallery(), web.Application()
    app.router.add_get("/{name}", gallery.show)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    gallery.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield gallery
    await runner.cleanup()
