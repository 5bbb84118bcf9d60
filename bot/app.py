"""The only place where the parts meet. Whoever opens closes: everything hangs on one exit stack."""

import asyncio
import logging
import os
import random
import secrets
import socket
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import aiohttp
import discord

from bot import health
from bot.chat.client import Zoetrope, point_at
from bot.chat.courier import DiscordCourier
from bot.chat.places import Places
from bot.chat.reception import Reception
from bot.clock import SystemClock
from bot.config import LOOPBACK, Settings
from bot.core.errors import StoreUnusable
from bot.core.ids import JobId, WorkerId, new_job_id
from bot.core.pace import Bounds
from bot.core.ports import Slots
from bot.core.quota import Allowance
from bot.engine.local import LocalEngine
from bot.flow.advance import Advance
from bot.flow.delivery import Delivery
from bot.flow.gate import Gate
from bot.flow.intake import Intake
from bot.flow.moves import Patience
from bot.flow.steps import Steps
from bot.media.desk import MediaDesk
from bot.media.hosts import HostRule
from bot.runcomfy.client import RunComfyClient
from bot.runcomfy.rate import CallRate
from bot.store.sqlite import SqliteStore

log = logging.getLogger(__name__)

EX_UNAVAILABLE: Final = 69
EX_CONFIG: Final = 78

# Paid calls under way at a time: as many jobs at most are in doubt after a crash.
SUBMITTING: Final = 2
# Out of the ten seconds that a stop may take, what is under way gets these.
DRAIN_WITHIN: Final = 7.0
# Discord's close code for a token that is no longer good.
_TOKEN_REVOKED: Final = 4004


class FatalError(Exception):
    """The bot cannot start or go on: one line for the operator, and an exit code."""

    def __init__(self, code: int, line: str) -> None:
        super().__init__(line)
        self.code = code


@dataclass(frozen=True, slots=True)
class App:
    """The assembled bot."""

    bot: Zoetrope
    store: SqliteStore
    client: RunComfyClient
    engine: LocalEngine
    vitals: health.Vitals


@asynccontextmanager
async def assemble(settings: Settings) -> AsyncGenerator[App]:
    """Open everything and put it together; nothing runs yet. Raises FatalError or ConfigError."""
    async with AsyncExitStack() as stack:
        clock, chance = SystemClock(), random.random
        point_at(settings.discord.api_url)
        runcomfy_token = settings.runcomfy.read_token()
        try:
            store = await stack.enter_async_context(SqliteStore.open(settings.storage.path, clock.now()))
        except StoreUnusable as error:
            raise FatalError(EX_UNAVAILABLE, f"storage: {error.reason.facts['detail']}") from error
        rate = CallRate(settings.runcomfy.calls_per_second, clock)
        client = await stack.enter_async_context(
            RunComfyClient.open(settings.runcomfy.api_url, runcomfy_token, rate, clock)
        )
        # No header, no cookie: this session goes to media hosts only and never carries a token.
        fetching = await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()))
        media = _media_desk(settings, fetching)
        media.sweep()
        bot = await stack.enter_async_context(Zoetrope(guild_ids=settings.discord.guild_ids))
        courier = DiscordCourier(Places(bot, clock))
        gate = Gate(clock)

        async def advance(job_id: JobId) -> float | None:
            return await advancing(job_id)

        engine = LocalEngine(
            advance=advance,
            unfinished=store.unfinished,
            clock=clock,
            chance=chance,
            looks_per_second=settings.runcomfy.calls_per_second / 2,
        )
        patience = _patience(settings)
        steps = Steps(
            store=store,
            generator=client,
            media=media,
            courier=courier,
            clock=clock,
            chance=chance,
            gate=gate,
            patience=patience,
            worker=_worker_id(),
            alone=True,
            delivery=Delivery(media=media, courier=courier, clock=clock, chance=chance, patience=patience),
        )
        advancing = Advance(
            steps=steps,
            store=store,
            courier=courier,
            engine=engine,
            gate=gate,
            clock=clock,
            chance=chance,
            slots=Slots(settings.runcomfy.max_in_flight, SUBMITTING),
        )
        intake = Intake(
            store=store,
            engine=engine,
            clock=clock,
            weights=settings.credits,
            allowance=Allowance(
                settings.quota.daily_credits, settings.quota.monthly_credits, settings.quota.max_active_jobs
            ),
            new_id=new_job_id,
        )
        bot.reception = Reception(intake, store, clock)
        vitals = health.Vitals(
            store=store,
            clock=clock,
            gateway_is_up=bot.is_connected,
            runcomfy_answered=lambda: client.last_answer,
            runcomfy_takes_orders=lambda: gate.reason is None,
        )
        yield App(bot, store, client, engine, vitals)


def _media_desk(settings: Settings, session: aiohttp.ClientSession) -> MediaDesk:
    hosts = list(settings.discord.media_hosts)
    # A stand-in or a proxy on this machine serves the pictures itself.
    api_host = urlsplit(settings.discord.api_url).hostname
    if api_host in LOOPBACK:
        hosts.append(api_host)
    return MediaDesk(
        session,
        picture_hosts=HostRule.of(hosts),
        result_hosts=HostRule.of(settings.runcomfy.download_hosts),
        folder=settings.storage.path.absolute().with_suffix(".media"),
    )


def _patience(settings: Settings) -> Patience:
    runcomfy = settings.runcomfy
    return Patience(
        look=Bounds(runcomfy.look_min, runcomfy.look_max),
        late_after=runcomfy.late_after,
        give_up_after=runcomfy.give_up_after,
    )


def _worker_id() -> WorkerId:
    """Name this life of this process; no other one, before or beside it, has the same."""
    return WorkerId(f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}")


async def serve(settings: Settings, stop: asyncio.Event) -> None:
    """Run until `stop` is set, then leave in order. Raises FatalError where that is not to be."""
    async with assemble(settings) as app:
        await log_in(app.bot, settings)
        await _open(app)
        log.info("running with SQLite %s", sqlite3.sqlite_version, extra={"action": "run"})
        async with AsyncExitStack() as stack:
            if settings.http.address is not None:
                await stack.enter_async_context(_healthy(settings.http.address, app.vitals))
            await _run_until(app, stop)


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


@asynccontextmanager
async def _healthy(address: tuple[str, int], vitals: health.Vitals) -> AsyncGenerator[None]:
    async with AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(health.serve(address, vitals))
        except OSError as error:
            raise FatalError(EX_CONFIG, f"http.listen: cannot listen there: {error}") from error
        yield


async def _open(app: App) -> None:
    try:
        await app.bot.load_commands(app.store)
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        raise FatalError(EX_UNAVAILABLE, f"Discord refuses the commands: {error}") from error


async def _run_until(app: App, stop: asyncio.Event) -> None:
    """Run the engine and the gateway until one of them ends, the store breaks, or a stop is asked for."""
    engine = asyncio.create_task(app.engine.run())
    # The store comes first: its failure is the reason for the engine's.
    parts = (
        asyncio.create_task(app.store.broken()),
        engine,
        asyncio.create_task(app.bot.connect()),
        asyncio.create_task(stop.wait()),
    )
    try:
        await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
        log.info("stopping: what is under way is finished or handed back", extra={"action": "stop"})
        app.engine.stop()
        await asyncio.wait({engine}, timeout=DRAIN_WITHIN)
    finally:
        for part in parts:
            part.cancel()
        outcomes = await asyncio.gather(*parts, return_exceptions=True)
    for outcome in outcomes:
        _judge(outcome)


def _judge(outcome: object) -> None:
    """Turn the failure of a part into the process's; being cancelled is none."""
    if isinstance(outcome, StoreUnusable):
        raise FatalError(
            EX_UNAVAILABLE, "storage: the last write may be lost; look at the disk, then start again"
        )
    if isinstance(outcome, discord.ConnectionClosed) and outcome.code == _TOKEN_REVOKED:
        raise FatalError(EX_CONFIG, "discord.token: Discord no longer accepts it")
    if isinstance(outcome, discord.DiscordException | aiohttp.ClientError | OSError):
        raise FatalError(EX_UNAVAILABLE, f"discord: the gateway is lost: {outcome}")
    if isinstance(outcome, Exception):
        raise outcome
