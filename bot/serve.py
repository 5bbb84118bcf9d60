"""The bot's life: log in, run until told to stop or until a part fails, leave in order."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final

import aiohttp
import discord

from bot import health
from bot.app import EX_CONFIG, EX_UNAVAILABLE, App, FatalError, assemble, log_in
from bot.config import Settings
from bot.core.errors import StoreUnusable

log = logging.getLogger(__name__)

# Out of the ten seconds that a stop may take, what is under way gets these.
DRAIN_WITHIN: Final = 7.0
# Discord's close code for a token that is no longer good.
_TOKEN_REVOKED: Final = 4004


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
