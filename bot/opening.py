"""Opens what the flow acts on: the store, the client of RunComfy, the media, the bot at Discord.

Each is made from the settings; what cannot be had is one line for the operator and an exit code.
"""

import asyncio
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import aiohttp
import discord

from bot.addresses import LOOPBACK
from bot.chat.client import Shards, Zoetrope, point_at
from bot.clock import DatabaseClock, SystemClock
from bot.config import ConfigError, Role, Settings
from bot.core.ports import Clock
from bot.media.desk import MediaDesk
from bot.media.folder import own_folder
from bot.media.hosts import HostRule
from bot.runcomfy.client import RunComfyClient
from bot.runcomfy.rate import CallRate
from bot.store.opening import open_store
from bot.store.sql_store import SqlStore

EX_UNAVAILABLE: Final = 69
EX_CONFIG: Final = 78


class FatalError(Exception):
    """The bot cannot start or go on: one line for the operator, and an exit code."""

    def __init__(self, code: int, line: str) -> None:
        super().__init__(line)
        self.code = code


@dataclass(frozen=True, slots=True)
class World:
    """What the flow acts on, opened and not yet running."""

    clock: SystemClock
    store: SqlStore
    rate: CallRate
    client: RunComfyClient
    media: MediaDesk
    bot: Zoetrope


async def open_world(settings: Settings, stack: AsyncExitStack, role: Role = Role.ALL) -> World:
    """Open it all, as far as the role needs it; the stack closes it.

    Raises ConfigError, FatalError, or StoreUnusable with a sentence for the operator.
    """
    shared = settings.storage.is_shared
    if not shared and role is not Role.ALL:
        line = f"storage.url: expected postgresql://... with --role {role}; SQLite is for one process"
        raise ConfigError(line)
    clock = DatabaseClock() if shared else SystemClock()
    rate = CallRate(settings.runcomfy.calls_per_second, clock)
    client = runcomfy_client(settings, clock, rate)
    store = await stack.enter_async_context(open_store(settings.storage.place, clock.now()))
    if isinstance(clock, DatabaseClock):
        await _prepare_queue(settings, clock)
    folder = settings.storage.media.absolute()
    if shared:
        folder = _own_folder(folder, stack)
    # No header, no cookie: this session goes to media hosts only and never carries a token.
    fetching = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
    media = media_desk(settings, await stack.enter_async_context(fetching), folder)
    _sweep(media)
    return World(
        clock=clock,
        store=store,
        rate=rate,
        client=await stack.enter_async_context(client),
        media=media,
        bot=await stack.enter_async_context(discord_bot(settings, role)),
    )


async def _prepare_queue(settings: Settings, clock: DatabaseClock) -> None:
    """Make the queue's tables beside the store's; the clock takes over the database's time."""
    # Only who is on PostgreSQL carries its driver, and the queue on it.
    from bot.engine.preparing import prepare_queue  # noqa: PLC0415
    from bot.store.postgresql.address import connecting  # noqa: PLC0415

    asked_at = clock.monotonic()
    clock.keep_to(await asyncio.to_thread(prepare_queue, connecting(settings.storage.url)), asked_at)


def _own_folder(base: Path, stack: AsyncExitStack) -> Path:
    try:
        return stack.enter_context(own_folder(base))
    except OSError as error:
        line = f"storage.media_folder: {base}: no folder for media can be had there ({error.strerror})"
        raise FatalError(EX_UNAVAILABLE, line) from error


def runcomfy_client(
    settings: Settings, clock: Clock, rate: CallRate | None = None
) -> AbstractAsyncContextManager[RunComfyClient]:
    """Return the client, to be opened. Raises ConfigError where its token cannot be read."""
    runcomfy = settings.runcomfy
    rate = rate or CallRate(runcomfy.calls_per_second, clock)
    token = runcomfy.read_token()
    return RunComfyClient.open(runcomfy.api_url, token, rate, clock, balance_url=runcomfy.balance_url)


def discord_bot(settings: Settings, role: Role = Role.ALL) -> Zoetrope:
    """Return the bot, to be opened; it speaks to the address of the settings."""
    discord = settings.discord
    point_at(discord.api_url)
    shards = Shards(discord.shard_count, tuple(discord.shard_ids), connects=role.listens)
    return Zoetrope(guild_ids=discord.guild_ids, shards=shards)


def _sweep(media: MediaDesk) -> None:
    try:
        media.sweep()
    except OSError as error:
        line = f"storage: {error.filename}: no folder for media can be had there ({error.strerror})"
        raise FatalError(EX_UNAVAILABLE, line) from error


def media_desk(settings: Settings, session: aiohttp.ClientSession, folder: Path | None = None) -> MediaDesk:
    """Return the desk for media, before its first use; it fetches from the hosts of the settings alone."""
    return MediaDesk(
        session,
        picture_hosts=picture_hosts(settings),
        result_hosts=HostRule.of(settings.runcomfy.download_hosts),
        folder=folder or settings.storage.media.absolute(),
    )


def picture_hosts(settings: Settings) -> HostRule:
    """Return where members' pictures may come from."""
    hosts = list(settings.discord.media_hosts)
    api = urlsplit(settings.discord.api_url)
    if api.hostname in LOOPBACK:
        # A stand-in or a proxy serves the pictures itself; whatever else is on this machine is none of ours.
        port = api.port or (443 if api.scheme == "https" else 80)
        hosts.append(f"{api.hostname}:{port}")
    return HostRule.of(hosts)


async def log_in(bot: Zoetrope, settings: Settings) -> None:
    """Present the token to Discord; raises FatalError with what the operator can do."""
    try:
        await bot.login(settings.discord.read_token())
    except discord.LoginFailure as error:
        raise FatalError(
            EX_CONFIG, "discord.token: Discord rejects it; expected a valid bot token"
        ) from error
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        line = f"discord.api_url: Discord cannot be reached at {settings.discord.api_url}: {error}"
        raise FatalError(EX_UNAVAILABLE, line) from error
