"""Another page in the same browser: whatever it tries, it neither drives the demo nor reads it."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from playwright.async_api import Browser, BrowserContext, expect

from tests.browser.conftest import Demo
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")

# Each way ends in what the page could read, or in the word that it could not.
TRIES = """async ([url, act]) => {
    const ask = (path, how) => fetch(url + path, how).then((answer) => answer.text()).catch(() => "refused");
    const form = () => {
        const filled = new FormData();
        filled.append("act", act);
        return filled;
    };
    const socket = (path) => new Promise((done) => {
        const one = new WebSocket(url.replace("http", "ws") + path);
        one.onmessage = (event) => done(event.data);
        one.onerror = () => done("refused");
    });
    const shown = (tag, path) => new Promise((done) => {
        const one = document.createElement(tag);
        one.onload = () => done("shown");
        one.onerror = () => done("refused");
        one.src = url + path;
        document.body.append(one);
    });
    const JSON_BODY = { "Content-Type": "application/json" };
    const member = JSON.parse(act).as;
    return {
        read: await ask("/api/state", {}),
        post: await ask("/api/post", { method: "POST", body: form() }),
        blind: await ask("/api/post", { method: "POST", body: form(), mode: "no-cors" }),
        plain: await ask("/api/fate", { method: "POST", body: '{"name":"kill"}', mode: "no-cors" }),
        json: await ask("/api/fate", { method: "POST", body: '{"name":"kill"}', headers: JSON_BODY }),
        events: await socket(`/api/events?as=${member}`),
        script: await shown("script", "/static/app.js"),
        picture: await shown("img", "/static/zoetrope.svg"),
    };
}"""


@asynccontextmanager
async def a_strange_page() -> AsyncGenerator[str]:
    async def empty(_: web.Request) -> web.Response:
        return web.Response(text="<!doctype html><title>strange</title>", content_type="text/html")

    app = web.Application()
    app.router.add_get("/", empty)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()


@pytest.fixture
def context(ana: Visitor) -> BrowserContext:
    return ana.page.context


async def test_a_strange_page_can_neither_act_nor_read(
    ana: Visitor, demo: Demo, context: BrowserContext
) -> None:
    member = demo.site.cast.members[0]
    act = f'{{"as": "{member.id}", "channel": "{demo.scenery.channel.id}", "text": "I was here"}}'
    async with a_strange_page() as address:
        page = await context.new_page()
        await page.goto(address)
        found = await page.evaluate(TRIES, [demo.site.url, act])
    assert found == dict.fromkeys(found, "refused")
    assert len(found) == 8
    assert demo.site.life.is_running
    assert member.sees(demo.scenery.channel) == []
    await expect(ana.messages).to_have_count(0)


async def test_a_strange_page_cannot_put_the_demo_into_a_frame(demo: Demo, browser: Browser) -> None:
    async with a_strange_page() as address:
        page = await browser.new_page()
        await page.goto(address)
        await page.evaluate(
            """(url) => new Promise((done) => {
                const frame = document.createElement("iframe");
                frame.onload = done;
                frame.src = url;
                document.body.append(frame);
            })""",
            demo.site.url,
        )
        inner = page.frames[1]
        assert inner.url.startswith("chrome-error:")
        await page.close()


async def test_the_demo_is_open_under_both_names_of_this_machine(demo: Demo, browser: Browser) -> None:
    page = await browser.new_page()
    visitor = Visitor(page, demo.site.url.replace("127.0.0.1", "localhost"))
    await visitor.arrive()
    await visitor.ask("seedance-fast", "The moon sinks")
    await expect(visitor.video).to_have_count(1)
    assert visitor.trouble == []
    await page.close()
