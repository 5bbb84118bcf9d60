"""The Discord client: connects, loads the cogs by name, and hands every interaction to the reception."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import discord
from discord import app_commands
from discord.asset import Asset
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

from bot.addresses import LOOPBACK
from bot.chat import ids
from bot.chat.fuse import Fuse
from bot.chat.owners import owners_of
from bot.chat.reception import Reception
from bot.chat.register import register
from bot.chat.unreadable import pass_over_unreadable_events, told
from bot.clock import SystemClock
from bot.core.ids import UserId
from bot.core.ports import Store

log = logging.getLogger(__name__)

_CANCEL_AGAIN: Final = 0.5  # seconds

COGS: Final = (
    "cogs.seedance_pro",
    "cogs.seedance_lite",
    "cogs.seedance_fast",
    "cogs.seedream_edit",
    "cogs.menus",
    "cogs.account",
    "cogs.zoetrope",
    "cogs.zoetrope_quota",
    "cogs.zoetrope_jobs",
    "cogs.zoetrope_log",
    "cogs.zoetrope_books",
)


def point_at(api_url: str) -> None:
    """Have the library speak to this base address; the gateway's is asked for there.

    The one place where the library is told so, because its setting is global.
    """
    Route.BASE = api_url
    parts = urlsplit(api_url)
    if parts.hostname in LOOPBACK:
        # A stand-in has the members' faces too.
        Asset.BASE = f"{parts.scheme}://{parts.netloc}"  # pyright: ignore[reportAttributeAccessIssue] (typed as the one address that it has at first)


_resume = DiscordWebSocket.resume


async def _resume_or_begin(self: DiscordWebSocket) -> None:
    """Take up the session of the gateway; begin one where the connection was lost before there was any.

    The library would ask for a session without a name, and be sent away, again and again.
    """
    await (self.identify() if self.session_id is None else _resume(self))


class Turnstile(asyncio.Event):
    """The library's gate for Discord's global limit, which opens again by itself.

    The library shuts it and sleeps; a call that is cut off while it sleeps would leave it shut for good.
    """

    def __init__(self, longest: float) -> None:
        super().__init__()
        self._longest = longest
        self.set()

    def clear(self) -> None:
        """Shut it, for a while."""
        super().clear()
        asyncio.get_running_loop().call_later(self._longest, self.set)


@dataclass(frozen=True, slots=True)
class Shards:
    """Which part of Discord's servers a process serves."""

    count: int | None = None
    """Into how many all are parted; None: as Discord says."""
    own: Sequence[int] = ()
    """The parts of this process; none named: all."""
    connects: bool = True
    """Whether it has a gateway connection at all."""

    def serve(self, guild_id: int) -> bool:
        """Tell whether a server is in the own parts (Discord's page "Sharding")."""
        if not self.connects:
            return False
        return not self.own or self.count is None or (guild_id >> 22) % self.count in self.own

    @property
    def are_first(self) -> bool:
        """Whether what one process does for all, such as registering the commands, is this one's."""
        return self.connects and (not self.own or 0 in self.own)


ALL_SHARDS: Final = Shards()


class Tree(app_commands.CommandTree["Zoetrope"]):
    """The commands, with one answer for whatever goes wrong in them."""

    async def on_error(
        self, interaction: discord.Interaction["Zoetrope"], error: app_commands.AppCommandError, /
    ) -> None:
        """Answer a command that failed; the member is never left with nothing."""
        stale = app_commands.CommandSignatureMismatch | app_commands.CommandNotFound
        if isinstance(error, stale):
            await self.client.reception.refuse_stale(interaction)
            return
        if self.client.is_leaving():
            return
        if isinstance(error, app_commands.CommandInvokeError):
            log.error("a command failed", exc_info=error, extra={"action": "fail"})
        else:
            # The library's own words may be what was typed.
            log.error("a command cannot be read: %s", told(error), extra={"action": "fail"})
        await self.client.reception.refuse_broken(interaction)

    async def _call(self, interaction: discord.Interaction["Zoetrope"]) -> None:
        """Call the command, or say that nothing comes of one of another shape than the library thinks."""
        try:
            await super()._call(interaction)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            # Not by way of `on_error`: on its way there the library looks for the command's name once more.
            log.error("a command cannot be read: %s", told(error), extra={"action": "fail"})  # noqa: TRY400 (the message may hold what came)
            await self.client.reception.refuse_broken(interaction)


class Zoetrope(commands.AutoShardedBot):
    """The bot as Discord sees it: no privileged intent, no cache beyond the servers."""

    def __init__(
        self,
        *,
        guild_ids: Sequence[int],
        shards: Shards = ALL_SHARDS,
        guild_ready_timeout: float = 2.0,
        longest_silence: float = 60.0,
        fuse: Fuse | None = None,
    ) -> None:
        """`longest_silence`: seconds after which a global limit is taken to be over."""
        # Voice is not for this bot; the library would warn of its missing parts.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        super().__init__(
            command_prefix=(),
            help_command=None,
            tree_cls=Tree,
            intents=discord.Intents(guilds=True),
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            chunk_guilds_at_startup=False,
            allowed_mentions=discord.AllowedMentions.none(),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=True, private_channel=False
            ),
            guild_ready_timeout=guild_ready_timeout,
            shard_count=shards.count,
            shard_ids=list(shards.own) or None,  # pyright: ignore[reportArgumentType] (None is the library's own default, which its types leave out)
            http_trace=(fuse or Fuse(SystemClock())).trace(),
        )
        pass_over_unreadable_events(self)
        self._guild_ids = guild_ids
        self._shards = shards
        self._longest_silence = longest_silence
        self.reception: Reception
        """Set where the parts meet, before the bot connects."""

    @property
    def owners(self) -> frozenset[UserId]:
        """Whose the application is, as Discord said at login; nobody before that."""
        return owners_of(self.application)

    def serves(self, guild_id: int) -> bool:
        """Tell whether a server's events come to this process."""
        return self._shards.serve(guild_id)

    async def setup_hook(self) -> None:
        """Take over the gate for global limits, which the library makes at login."""
        gate = Turnstile(self._longest_silence)
        # There is no public way to it.
        self.http._global_over = gate  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]

    async def load_commands(self, store: Store) -> None:
        """Load the commands and register them; the bot must have logged in."""
        for name in COGS:
            await self.load_extension(name)
        if self._shards.are_first:
            await register(self.tree, store, self._guild_ids)

    async def connect(self, *, reconnect: bool = True) -> None:
        """Connect where the API says; after a lost session the library would go to its own default.

        Being cancelled ends it, whatever it is doing.
        """
        shards, address, _ = await self.http.get_bot_gateway()
        self.shard_count = self.shard_count or shards
        DiscordWebSocket.DEFAULT_GATEWAY = URL(address)
        DiscordWebSocket.resume = _resume_or_begin
        connecting = asyncio.create_task(super().connect(reconnect=reconnect))
        try:
            await asyncio.shield(connecting)
        finally:
            # In the middle of a reconnect the library takes a cancellation for the end of that alone.
            while not connecting.done():
                connecting.cancel()
                await asyncio.wait([connecting], timeout=_CANCEL_AGAIN)

    def is_connected(self) -> bool:
        """Tell whether every shard has its gateway connection."""
        return bool(self.shards) and not any(shard.is_closed() for shard in self.shards.values())

    def is_leaving(self) -> bool:
        """Tell whether nobody can be answered any more, which makes a failure to do so no defect."""
        if self.is_closed():
            log.info("somebody was not answered: the bot is leaving", extra={"action": "stop"})
        return self.is_closed()

    async def on_interaction(self, interaction: discord.Interaction["Zoetrope"]) -> None:
        """Answer our buttons, lists and forms; commands go their own way."""
        kinds = (discord.InteractionType.component, discord.InteractionType.modal_submit)
        custom_id = str((interaction.data or {}).get("custom_id", ""))
        if interaction.type not in kinds or not ids.is_ours(custom_id):
            return
        try:
            await self.reception.answer(interaction, custom_id)
        except Exception:
            if self.is_leaving():
                return
            # Whatever it is, the member is never left with nothing.
            log.exception("a press or a form failed", extra={"action": "fail"})
            await self.reception.refuse_broken(interaction)
