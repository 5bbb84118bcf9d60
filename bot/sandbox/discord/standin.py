"""The stand-in as a whole: opened, asked, disturbed and closed by a test, a demo or a page.

Owns the lives of its parts. It is independent of the program it judges.
"""

import tempfile
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Self

from aiohttp import web

from bot.sandbox.discord import form
from bot.sandbox.discord.api_application import ApplicationApi
from bot.sandbox.discord.api_channel import ChannelApi
from bot.sandbox.discord.api_interaction import InteractionApi
from bot.sandbox.discord.cdn import Cdn
from bot.sandbox.discord.ceiling import Ceiling
from bot.sandbox.discord.channel import Guild
from bot.sandbox.discord.faults import Faults
from bot.sandbox.discord.gateway import Gateway, Session
from bot.sandbox.discord.interaction import Interaction
from bot.sandbox.discord.journal import Call
from bot.sandbox.discord.member import Member
from bot.sandbox.discord.openapi import openapi as described
from bot.sandbox.discord.permission import EVERYBODY, Permission
from bot.sandbox.discord.server import PREFIX, Server
from bot.sandbox.discord.snowflake import Snowflakes
from bot.sandbox.discord.wire import Json
from bot.sandbox.discord.world import World

TOKEN = "MTA.stand-in.of-the-bot"  # noqa: S105 - opens nothing but this stand-in


class Discord(World):
    """A Discord on loopback; an unmodified discord.py cannot tell the difference.

    Its settings are those of `World`: `answer_window`, `token_life`, `nonce_life` (seconds), `deliver_twice`.
    `port` 0 takes any free one; `wall` tells the time that ids and signed addresses carry.
    """

    def __init__(
        self,
        openapi: Path | None = None,
        *,
        name: str = "Zoetrope",
        port: int = 0,
        now: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self.token = TOKEN
        self.faults = Faults()
        self.gateway = Gateway(TOKEN, self._ready, self._guilds)
        snowflakes = Snowflakes(wall)
        cdn = Cdn(snowflakes, wall)
        super().__init__(snowflakes, cdn, now, self.gateway.dispatch, name)
        self.owner = self.add_member("owner")
        self._server = Server(self, TOKEN, self.faults, described(openapi) if openapi else None)
        self._port = port
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="discord-")))
        self.cdn.folder = self.avatars.folder = folder
        runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        self._stack.push_async_callback(runner.cleanup)
        self._stack.push_async_callback(self.gateway.close)
        await web.TCPSite(runner, "127.0.0.1", self._port).start()
        self._port = int(runner.addresses[0][1])
        self.cdn.base = self.proxy.base = f"http://127.0.0.1:{self._port}"
        self.gateway.url = f"ws://127.0.0.1:{self._port}/gateway/"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    @property
    def api_url(self) -> str:
        """The base of the REST API, as a bot's configuration takes it."""
        return f"{self.cdn.base}{PREFIX}"

    @property
    def cdn_url(self) -> str:
        """Where avatars lie: what `discord.Asset.BASE` is to be."""
        return self.cdn.base

    @property
    def gateway_url(self) -> str:
        """Where the gateway is, as `/gateway/bot` says."""
        return self.gateway.url

    @property
    def log(self) -> list[Call]:
        """Every request so far."""
        return self._server.log

    def refuse_files(self, above: int, *, html: bool = False, times: int | None = None) -> Ceiling:
        """Refuse files of more bytes from now on, whatever the server's level says."""
        self._server.ceilings.append(ceiling := Ceiling(above, html, times))
        return ceiling

    def add_guild(
        self,
        name: str,
        *,
        premium_tier: int = 0,
        locale: str = "en-US",
        bot_permissions: Permission = EVERYBODY,
    ) -> Guild:
        """Add a server with the bot in it."""
        guild = Guild(self, self.snowflakes.next(), name, premium_tier, locale, bot_permissions)
        self.guilds[guild.id] = guild
        # Without `unavailable`: that is how a guild just joined differs from one that loads after READY.
        self.dispatch("GUILD_CREATE", form.guild(guild), guild.id)
        return guild

    def add_member(
        self,
        name: str,
        guild: Guild | None = None,
        *,
        permissions: Permission = EVERYBODY,
        locale: str = "en-US",
        upload_limit: int = 0,
        avatar: bytes | None = None,
    ) -> Member:
        """Add a person; `upload_limit` in bytes is what their Nitro gives them, `avatar` a picture."""
        member = Member(self, self.snowflakes.next(), name, guild, permissions, locale, upload_limit)
        return self._join(member, avatar)

    def add_app(self, name: str, guild: Guild | None = None, *, avatar: bytes | None = None) -> Member:
        """Add another bot, whose messages may have components of the second version."""
        app = Member(self, self.snowflakes.next(), name, guild, is_bot=True)
        return self._join(app, avatar)

    def _join(self, member: Member, avatar: bytes | None) -> Member:
        self.members[member.id] = member
        if avatar is not None:
            member.avatar = self.avatars.hold(member.id, avatar)
        if member.guild is not None:
            member.guild.members.append(member)
        return member

    def let_owner_in(self, guild: Guild, *, permissions: Permission = EVERYBODY) -> Member:
        """Have the owner of the application be a member of a server."""
        self.owner.guild, self.owner.permissions = guild, permissions
        guild.members.append(self.owner)
        return self.owner

    async def ready(self, timeout: float = 10.0) -> None:
        """Return once a bot is connected and its commands are registered."""

        def look() -> bool | None:
            return True if self.gateway.connected and self.registrations else None

        await self.bell.until(
            look, timeout=timeout, what="a bot that is connected and has registered commands"
        )

    async def redeliver(self, interaction: Interaction) -> None:
        """Send an interaction's event again, as Discord does now and then."""
        interaction.deliver()

    async def drop_gateway(self, *, resume: bool = True, politely: bool = False) -> None:
        """Lose the gateway's connections.

        With `resume` the bot may take up its session; `politely` asks it to reconnect first (opcode 7).
        """
        await self.gateway.drop(resume=resume, politely=politely)

    async def revoke_token(self, *, gateway: bool = True) -> None:
        """Have the bot's token replaced, as its owner can: the old one opens nothing any more.

        Without `gateway` its connections stay, as they do for a while.
        """
        self.token += ".replaced"
        self._server.revoke(self.token)
        await self.gateway.revoke(self.token, stays=not gateway)

    def expire_attachments(self) -> None:
        """Make every attachment's address handed out so far a dead one."""
        self.cdn.expire()

    def _application(self) -> web.Application:
        apis = (ApplicationApi(self, self.gateway), ChannelApi(self), InteractionApi(self))
        routes = [route for api in apis for route in api.routes()]
        return self._server.application(routes, self.gateway.connect)

    def _ready(self, session: Session) -> Json:
        self.bell.ring()
        return {
            "v": 10,
            "user": form.bot_user(self),
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in self._of(session)],
            "session_id": session.id,
            "resume_gateway_url": self.gateway.url,
            "shard": [session.shard, session.shards],
            "application": {"id": str(self.bot_id), "flags": 0},
        }

    def _guilds(self, session: Session) -> list[Json]:
        return [{**form.guild(guild), "unavailable": False} for guild in self._of(session)]

    def _of(self, session: Session) -> list[Guild]:
        inside = [guild for guild in self.guilds.values() if guild.bot_is_in]
        return [guild for guild in inside if (guild.id >> 22) % session.shards == session.shard]
