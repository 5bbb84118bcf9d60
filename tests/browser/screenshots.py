"""A visit to the demo that is photographed: `python -m tests.browser.screenshots` writes docs/pictures/.

The bot, the jobs and the pictures are those of the demo; only the visitor is played.
"""

import asyncio
import io
import sys
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Final, Literal

from PIL import Image
from playwright.async_api import Browser, FilePayload, expect

from bot.sandbox.pictures import POND
from bot.sandbox.runcomfy import Pace, RunComfy
from bot.sandbox.stage import ROOT, Stage, stage
from bot.sandbox.web import site
from tests.browser.chromium import NAMES, chromium, found
from tests.browser.history import a_month
from tests.browser.visitor import Visitor

PICTURES: Final = ROOT / "docs" / "pictures"
EX_UNAVAILABLE: Final = 69  # sysexits.h: a service is unavailable
_PATIENCE: Final = 30_000  # ms; the videos are made as beautifully as the stand-in can
Scheme = Literal["light", "dark"]
PROMPT: Final = "The paper boat drifts away, and the moonlight glitters on the water"


History = Callable[[Stage], Awaitable[None]]


class Album:
    """Takes the pictures: each in light and dark."""

    def __init__(self, visitor: Visitor) -> None:
        self._visitor = visitor

    async def take(self, name: str, *schemes: Scheme) -> None:
        """Take a view as it is now, with all its pictures loaded."""
        page = self._visitor.page
        for scheme in schemes:
            await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            await page.wait_for_function(
                "() => [...document.images].every((one) => one.complete)"
                " && [...document.querySelectorAll('video')].every((one) => one.readyState > 1)"
            )
            taken = Image.open(io.BytesIO(await page.screenshot(caret="hide")))
            # 256 colours, chosen well, are a quarter of the bytes.
            reduced = taken.convert("RGB").quantize(method=Image.Quantize.MEDIANCUT, kmeans=4)
            reduced.save(PICTURES / f"{name}-{scheme}.png", optimize=True)


@asynccontextmanager
async def a_visit(
    browser: Browser, width: int, height: int, history: History | None = None
) -> AsyncGenerator[tuple[Visitor, Album, Stage]]:
    """Open a demo of its own, after what has happened there, and have somebody in front of it."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zoetrope-pictures-")))
        scenery = await stack.enter_async_context(
            stage(folder, runcomfy=RunComfy(pace=Pace(queue=1, work=2)))
        )
        scenery.guild.add_channel("general")
        opened = await stack.enter_async_context(site(scenery, folder))
        if history is not None:
            await history(scenery)
        await opened.life.start()
        page = await browser.new_page(viewport={"width": width, "height": height})
        stack.push_async_callback(page.close)
        page.set_default_timeout(_PATIENCE)
        visitor = Visitor(page, opened.url)
        await visitor.arrive()
        yield visitor, Album(visitor), scenery
        if visitor.trouble:
            raise RuntimeError("\n".join(visitor.trouble))


async def channel(browser: Browser) -> None:
    """A finished video, and a card under way below it; then a command, a form, a question."""
    async with a_visit(browser, 1280, 940) as (ana, album, scenery):
        await ana.ask("seedance-pro", PROMPT, POND)
        await expect(ana.message("Done in")).to_be_visible()
        await show_the_form(ana, album)
        await ana.be("Ben")
        scenery.runcomfy.hold()
        await ana.ask("seedance-fast", "Paper lanterns rise over a lake at dusk")
        await expect(ana.message("In RunComfy's queue")).to_be_visible()
        await ana.be("Ana")
        await look_into(ana)
        await ana.page.mouse.move(640, 20)
        await album.take("channel", "light", "dark")
        await show_the_composer(ana, album)


async def show_the_composer(ana: Visitor, album: Album) -> None:
    order = await ana.begin("seedance-pro")
    await order.get_by_label("prompt").fill("The moon sinks behind the hills")
    await order.get_by_label("image: choose a file").set_input_files(POND)
    await ana.add(order, "resolution")
    await album.take("command", "dark")
    await ana.page.get_by_role("button", name="Leave the command").click()


async def show_the_form(ana: Visitor, album: Album) -> None:
    await ana.message("Your video is here").get_by_role("button", name="Change").click()
    await expect(ana.form).to_be_visible()
    await album.take("form", "dark")
    await ana.form.get_by_role("button", name="Cancel").click()


async def question(browser: Browser) -> None:
    """A picture of a shape that no model takes: its owner alone is asked."""
    async with a_visit(browser, 1280, 940) as (ana, album, _):
        await ana.ask("seedance-pro", PROMPT, a_strip())
        await expect(ana.message("Choose one of these")).to_be_visible()
        await ana.page.mouse.move(640, 20)
        await album.take("question", "light")


async def phone(browser: Browser) -> None:
    """The same on a phone."""
    async with a_visit(browser, 390, 780) as (ana, album, _):
        await ana.ask("seedance-pro", PROMPT, POND)
        await expect(ana.message("Done in")).to_be_visible()
        await look_into(ana)
        await album.take("phone", "dark")


async def office(browser: Browser) -> None:
    """What a member has used, who generated what, and what a server's jobs came to."""
    async with a_visit(browser, 1280, 940, a_month) as (visitor, album, _):
        page = visitor.page
        await visitor.ask("seedance-fast", "Paper lanterns rise over a lake at dusk")
        await expect(visitor.message("Done in")).to_be_visible()
        await visitor.ask("seedance-pro", PROMPT, POND)
        await expect(visitor.message("Done in")).to_have_count(2)
        await visitor.begin("quota")
        await visitor.send()
        await expect(visitor.message("Under way")).to_be_visible()
        await page.mouse.move(640, 20)
        await album.take("quota", "dark")
        await visitor.be("Mara")
        await visitor.begin("zoetrope stats")
        await visitor.send()
        await expect(visitor.message("By model")).to_be_visible()
        await page.mouse.move(640, 20)
        await album.take("stats", "dark")
        await page.get_by_role("button", name="bot-log").click()
        await expect(page.get_by_role("article")).to_have_count(2)
        await page.mouse.move(640, 20)
        await album.take("log", "light")


async def look_into(ana: Visitor) -> None:
    """Play a second of the video: before that, the browser shows that it loads."""
    await ana.video.evaluate("(video) => { video.muted = true; return video.play(); }")
    await ana.page.wait_for_function("() => document.querySelector('video').currentTime > 1")
    await ana.video.evaluate("(video) => { video.pause(); video.muted = false; }")


def a_strip() -> FilePayload:
    """Cut a strip out of the demo's picture, three times as wide as it is high."""
    picture = Image.open(POND)
    middle = picture.height * 3 // 5
    high = picture.width // 3
    buffer = io.BytesIO()
    picture.crop((0, middle - high // 2, picture.width, middle + high // 2)).save(buffer, "JPEG", quality=90)
    return FilePayload(name="pond-wide.jpg", mimeType="image/jpeg", buffer=buffer.getvalue())


async def photograph(program: str) -> None:
    """Take all pictures."""
    PICTURES.mkdir(exist_ok=True)
    expect.set_options(timeout=_PATIENCE)
    async with chromium(program) as browser:
        for visit in (channel, question, phone, office):
            await visit(browser)
    for path in sorted(PICTURES.glob("*.png")):
        sys.stdout.write(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1000} kB\n")


def main() -> int:
    """Run as a program."""
    program = found()
    if program is None:
        sys.stderr.write(f"screenshots: none of {', '.join(NAMES)} is installed\n")
        return EX_UNAVAILABLE
    asyncio.run(photograph(program))
    return 0


if __name__ == "__main__":
    sys.exit(main())
