"""The bot's life: log in, run until told to stop or until a part fails, leave in order."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final, TypeVar, cast

import aiohttp
import discord

from bot import health, interpreter
from bot.app import App, assemble
from bot.config import Role, Settings
from bot.core.errors import StoreUnusable
from bot.opening import EX_CONFIG, EX_UNAVAILABLE, FatalError, log_in
from bot.store.opening import shown

log = logging.getLogger(__name__)

T = TypeVar("T")

# Out of the ten seconds that a stop may take, what is under way gets these.
DRAIN_WITHIN: Final = 7.0
# Discord's close code for a token that is no longer good.
_TOKEN_REVOKED: Final = 4004


async def serve(settings: Settings, stop: asyncio.Event, role: Role = Role.ALL) -> None:
    """Run until `stop` is set, then leave in order, also out of the middle of a start.

    Raises FatalError, ConfigError or a ZoetropeError where that is not to be.
    """
    async with AsyncExitStack() as stack:
        app = await _unless(stop, _started(settings, stack, role))
        if app is not None:
            await _run_until(app, stop, role)


async def _unless(stop: asyncio.Event, work: Coroutine[Any, Any, T]) -> T | None:
    """Return what comes of the work; call it off and return None as soon as a stop is asked for."""
    working, stopping = asyncio.create_task(work), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        working.cancel()
        stopping.cancel()
        await asyncio.gather(working, stopping, return_exceptions=True)
    if not stop.is_set():
        return working.result()
    log.info("stopping in the middle of the start", extra={"action": "stop"})
    return None


async def _started(settings: Settings, stack: AsyncExitStack, role: Role) -> App:
    """Open, log in and register; what was opened is on the stack, whenever this is called off."""
    app = await stack.enter_async_context(assemble(settings, role))
    await app.treasurer.open()
    await log_in(app.bot, settings)
    if role.listens:
        await _register(app)
    if settings.http.address is not None:
        await stack.enter_async_context(_healthy(settings.http.address, app.vitals))
    interpreter.settle()
    log.info("running on %s, role %s", shown(settings.storage.place), role, extra={"action": "run"})
    return app


async def _register(app: App) -> None:
    try:
        await app.bot.load_commands(app.store)
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        raise FatalError(EX_UNAVAILABLE, f"Discord refuses the commands: {error}") from error


@asynccontextmanager
async def _healthy(address: tuple[str, int], vitals: health.Vitals) -> AsyncGenerator[None]:
    async with AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(health.serve(address, vitals))
        except OSError as error:
            raise FatalError(EX_CONFIG, f"http.listen: cannot listen there: {error}") from error
        yield


async def _run_until(app: App, stop: asyncio.Event, role: Role) -> None:
    """Run the engine and the gateway until one of them ends, the store breaks, or a stop is asked for."""
    broken = asyncio.create_task(app.store.broken())
    engine = asyncio.create_task(app.engine.run())
    gateway = asyncio.create_task(app.bot.connect() if role.listens else _never())
    parts = (broken, engine, gateway, asyncio.create_task(stop.wait()))
    treasurer = asyncio.create_task(app.treasurer.run())
    try:
        await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
        log.info("stopping: what is under way is finished or handed back", extra={"action": "stop"})
        app.engine.stop()
        await asyncio.wait({engine}, timeout=DRAIN_WITHIN)
    finally:
        for part in (*parts, treasurer):
            part.cancel()
        outcomes = await asyncio.gather(*parts, treasurer, return_exceptions=True)
    # The store comes first: its failure is the reason for the engine's.
    judge_store(outcomes[0])
    judge_engine(outcomes[1])
    judge_gateway(outcomes[2])


async def _never() -> None:
    await asyncio.Event().wait()


def judge_store(outcome: object) -> None:
    """Raise FatalError where the store has broken; what is returned or cancelled is none of that."""
    if isinstance(outcome, StoreUnusable):
        raise FatalError(
            EX_UNAVAILABLE, "storage: the last write may be lost; look at the disk, then start again"
        )


def judge_engine(outcome: object) -> None:
    """Raise the engine's failure, out of the groups that its tasks wrap it in; being cancelled is none."""
    while isinstance(outcome, ExceptionGroup):
        outcome = cast("ExceptionGroup[Exception]", outcome).exceptions[0]
    judge_store(outcome)
    if isinstance(outcome, Exception):
        raise outcome


def judge_gateway(outcome: object) -> None:
    """Raise FatalError, or the defect itself, where the gateway's connection has ended by a failure."""
    if isinstance(outcome, discord.ConnectionClosed) and outcome.code == _TOKEN_REVOKED:
        raise FatalError(EX_CONFIG, "discord.token: Discord no longer accepts it")
    if isinstance(outcome, discord.DiscordException | aiohttp.ClientError | OSError):
        raise FatalError(EX_UNAVAILABLE, f"discord: the gateway is lost: {outcome}")
    if isinstance(outcome, Exception):
        raise outcome
