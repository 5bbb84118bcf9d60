"""The page's server as a whole: its parts, its routes, its life.

Owns the loop that looks for news. It binds to loopback only and acts on the stand-ins through their public
classes alone.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aiohttp import web

from bot.sandbox.discord.wire import Json
from bot.sandbox.stage import Stage
from bot.sandbox.web import page, pages
from bot.sandbox.web.acts import Acts
from bot.sandbox.web.cast import Cast
from bot.sandbox.web.fates import FateAct, Fates
from bot.sandbox.web.guard import EVENTS, guard, seal
from bot.sandbox.web.life import Life
from bot.sandbox.web.locales import LOCALES
from bot.sandbox.web.media import Media
from bot.sandbox.web.news import News
from bot.sandbox.web.reading import JSON_BYTES, read
from bot.sandbox.web.unfurl import Unfurl
from bot.sandbox.web.view import View

log = logging.getLogger(__name__)

_HOST: Final = "127.0.0.1"
# Some changes ring no bell: a connection that is lost, say. Nobody notices half a second.
_GLANCE: Final = 0.5
# A bell rings several times for one call; a page is told once.
_GATHER: Final = 0.01


@dataclass(frozen=True, slots=True)
class Site:
    """The open page: where it is, and the bot behind it."""

    url: str
    life: Life
    cast: Cast
    news: News


class Desk:
    """Puts the parts together and answers what belongs to none of them."""

    def __init__(self, stage: Stage, folder: Path) -> None:
        discord = stage.discord
        self._stage = stage
        self._media = Media(discord)
        self.cast = Cast(discord, stage.guild, self._media)
        self._view = View(discord, self.cast, self._media, Unfurl(stage.runcomfy, self._media))
        self.news = News(discord, self.cast, self._view, self._shared)
        self.life = Life(stage.bot, discord, self.news.note)
        self.fates = Fates(stage, self.life, self.news.note)
        self._acts = Acts(discord, self.cast, self.news, folder)

    def application(self) -> web.Application:
        """Lay out the routes."""
        app = web.Application(middlewares=[guard], client_max_size=JSON_BYTES)
        app.on_response_prepare.append(seal)
        app.on_shutdown.append(self._dismiss)
        app.router.add_get("/api/state", self._state)
        app.router.add_get(EVENTS, self._events)
        app.router.add_post("/api/fate", self._fate)
        for name, reply in self._acts.routes().items():
            app.router.add_post(f"/api/{name}", reply)
        app.router.add_get("/media/{word}/{name}", self._media.serve)
        app.router.add_get("/", pages.index)
        app.router.add_get("/static/{path:.+}", pages.file)
        return app

    async def watch(self) -> None:
        """Look whenever something has changed, and when somebody's patience ends."""
        while True:
            await self._rung()
            await asyncio.sleep(_GATHER)
            try:
                self.fates.look()
                self.news.look()
            except Exception:
                # One thing that cannot be shown must not hide everything that comes after it.
                log.exception("the demo could not show what is new")

    async def listen(self) -> None:
        """Pass RunComfy's changes on to the bell that `watch` waits for."""
        while True:
            with contextlib.suppress(TimeoutError):
                await self._stage.runcomfy.wait_for(_second_look(), 3600)
            self._stage.discord.bell.ring()

    async def _rung(self) -> None:
        patience = self.news.patience
        timeout = _GLANCE if patience is None else min(_GLANCE, patience)
        look: Callable[[], bool | None] = _second_look()
        with contextlib.suppress(TimeoutError):
            await self._stage.discord.bell.until(look, timeout=timeout, what="a change")

    def _shared(self) -> Mapping[str, Json]:
        return {"bot": self.life.describe(), "fates": self.fates.describe()}

    async def _state(self, request: web.Request) -> web.StreamResponse:
        asked = request.query.get("as")
        member = self.cast.find(asked) if asked else self.cast.members[0]
        guild, view = self._stage.guild, self._view
        limit = max(guild.upload_limit, member.upload_limit)
        state = {
            "me": self.cast.describe(member.id),
            "members": [self.cast.describe(one.id) for one in self.cast.members],
            "guild": {"id": str(guild.id), "name": guild.name, "roles": self.cast.roles()},
            "channels": [view.channel(member, one) for one in self.cast.channels(member)],
            "commands": view.commands(member),
            **self._shared(),
            "notes": self.news.notes,
            "locales": [{"code": code, "name": name} for code, name in LOCALES.items()],
            "discord": {"answer_window": self._stage.discord.answer_window, "upload_limit": limit},
        }
        return web.json_response(state, headers={"Cache-Control": "no-store"})

    async def _events(self, request: web.Request) -> web.StreamResponse:
        member = self.cast.find(request.query.get("as", ""))
        return await page.serve(request, member, self.news.join, self.news.leave)

    async def _fate(self, request: web.Request) -> web.StreamResponse:
        act = await read(request, FateAct)
        await self.fates.turn(act.name, None if isinstance(act.value, bool) else act.value)
        return web.json_response({"ok": True})

    async def _dismiss(self, _: web.Application) -> None:
        for one in self.news.pages:
            one.tell(None)


def _second_look() -> Callable[[], bool | None]:
    """Return something that holds at its second look: after the next ring, whatever it was for."""
    looks = iter((None,))
    return lambda: next(looks, True)


@asynccontextmanager
async def site(stage: Stage, folder: Path, port: int = 0) -> AsyncGenerator[Site]:
    """Serve the page until left; the bot is not started, and is asked to leave at the end.

    `folder` is where uploads lie until they are handed over. OSError where the port is taken.
    """
    desk = Desk(stage, folder)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(desk.life.end)
        stack.push_async_callback(desk.fates.close)
        runner = web.AppRunner(desk.application(), access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, _HOST, port).start()
        for loop in (desk.watch(), desk.listen()):
            stack.push_async_callback(_ended, asyncio.create_task(loop))
        bound = int(runner.addresses[0][1])
        yield Site(f"http://{_HOST}:{bound}", desk.life, desk.cast, desk.news)


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
