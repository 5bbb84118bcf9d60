"""The only place where the parts meet. Whoever opens closes: everything hangs on one exit stack."""

import logging
import os
import random
import secrets
import socket
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import aiohttp
import discord

from bot import health
from bot.addresses import LOOPBACK
from bot.chat.client import Zoetrope, point_at
from bot.chat.courier import DiscordCourier
from bot.chat.log_channel import LogChannels
from bot.chat.notices import DirectOwners
from bot.chat.owners import actors
from bot.chat.places import Places
from bot.chat.reception import Reception
from bot.clock import SystemClock
from bot.config import Settings
from bot.core.ids import JobId, WorkerId, new_job_id
from bot.core.pace import Bounds
from bot.core.ports import Clock, Slots
from bot.engine.local import LocalEngine
from bot.flow.administration import Administration
from bot.flow.administration_allowances import Allowances
from bot.flow.administration_books import Books
from bot.flow.administration_jobs import JobActs
from bot.flow.administration_places import PlaceActs
from bot.flow.advance import Advance
from bot.flow.budget import BudgetWatch
from bot.flow.chronicle import Chronicle
from bot.flow.delivery import Delivery
from bot.flow.gate import Gate
from bot.flow.house_rules import Content, HouseRules
from bot.flow.intake import Intake
from bot.flow.moves import Patience
from bot.flow.once import Once
from bot.flow.preparation import Preparation
from bot.flow.prices import PriceBook
from bot.flow.steps import Steps
from bot.flow.tailor import Tailor
from bot.flow.telling import Telling
from bot.flow.treasurer import Treasurer
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
    treasurer: Treasurer
    vitals: health.Vitals


@dataclass(frozen=True, slots=True)
class World:
    """What the flow acts on, opened and not yet running."""

    clock: SystemClock
    store: SqliteStore
    client: RunComfyClient
    media: MediaDesk
    bot: Zoetrope


@asynccontextmanager
async def assemble(settings: Settings) -> AsyncGenerator[App]:
    """Open everything and put it together; nothing runs yet.

    Raises ConfigError, FatalError, or StoreUnusable with a sentence for the operator.
    """
    async with AsyncExitStack() as stack:
        yield _put_together(settings, await _open_world(settings, stack))


async def _open_world(settings: Settings, stack: AsyncExitStack) -> World:
    clock = SystemClock()
    client = runcomfy_client(settings, clock)
    store = await stack.enter_async_context(SqliteStore.open(settings.storage.path, clock.now()))
    # No header, no cookie: this session goes to media hosts only and never carries a token.
    fetching = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
    media = media_desk(settings, await stack.enter_async_context(fetching))
    _sweep(media)
    return World(
        clock=clock,
        store=store,
        client=await stack.enter_async_context(client),
        media=media,
        bot=await stack.enter_async_context(discord_bot(settings)),
    )


def runcomfy_client(settings: Settings, clock: Clock) -> AbstractAsyncContextManager[RunComfyClient]:
    """Return the client, to be opened. Raises ConfigError where its token cannot be read."""
    runcomfy = settings.runcomfy
    rate = CallRate(runcomfy.calls_per_second, clock)
    token = runcomfy.read_token()
    return RunComfyClient.open(runcomfy.api_url, token, rate, clock, balance_url=runcomfy.balance_url)


def discord_bot(settings: Settings) -> Zoetrope:
    """Return the bot, to be opened; it speaks to the address of the settings."""
    point_at(settings.discord.api_url)
    return Zoetrope(guild_ids=settings.discord.guild_ids)


def _sweep(media: MediaDesk) -> None:
    try:
        media.sweep()
    except OSError as error:
        line = f"storage: {error.filename}: no folder for media can be had there ({error.strerror})"
        raise FatalError(EX_UNAVAILABLE, line) from error


def _put_together(settings: Settings, world: World) -> App:
    gate = Gate(world.clock)
    watch = BudgetWatch(world.store, settings.rates, world.clock)
    prices = PriceBook(store=world.store, market=world.client, said=settings.prices)
    courier = DiscordCourier(Places(world.bot, world.clock, upload_limit=settings.discord.upload_limit))

    # Each needs the other: the engine calls `advance`, which wakes jobs through the engine.
    async def advance(job_id: JobId) -> float | None:
        return await advancing(job_id)

    engine = LocalEngine(
        advance=advance,
        unfinished=world.store.unfinished,
        clock=world.clock,
        chance=random.random,
        looks_per_second=settings.runcomfy.calls_per_second / 2,
    )
    intake = _intake(settings, world, prices, engine)
    administration = _administration(settings, world, intake, engine)
    advancing = Advance(
        steps=_steps(
            settings, world, courier, engine, gate=gate, watch=watch, chronicle=administration.chronicle
        ),
        store=world.store,
        courier=courier,
        engine=engine,
        gate=gate,
        clock=world.clock,
        chance=random.random,
        slots=Slots(settings.runcomfy.max_in_flight, SUBMITTING),
    )
    world.bot.reception = Reception(
        intake,
        world.store,
        world.clock,
        media=world.media,
        courier=courier,
        administration=administration,
        actors=actors(lambda: world.bot.owners),
        spoiler_channels=frozenset(settings.discord.spoiler_channels),
    )
    treasurer = _treasurer(settings, world, prices, watch)
    vitals = health.Vitals(
        store=world.store,
        rates=settings.rates,
        balance=lambda: treasurer.balance,
        clock=world.clock,
        gateway_is_up=world.bot.is_connected,
        runcomfy_answered=lambda: world.client.last_answer,
        runcomfy_takes_orders=lambda: gate.reason is None,
    )
    return App(world.bot, world.store, world.client, engine, treasurer, vitals)


def _treasurer(settings: Settings, world: World, prices: PriceBook, watch: BudgetWatch) -> Treasurer:
    return Treasurer(
        store=world.store,
        office=world.store.office,
        market=world.client,
        owners=DirectOwners(world.bot, lambda: world.bot.owners),
        prices=prices,
        watch=watch,
        clock=world.clock,
        # Nobody else asks for it while the bot runs.
        reads_balance=settings.http.address is not None,
    )


def _steps(
    settings: Settings,
    world: World,
    courier: DiscordCourier,
    engine: LocalEngine,
    *,
    gate: Gate,
    watch: BudgetWatch,
    chronicle: Chronicle,
) -> Steps:
    patience = _patience(settings)
    once = Once(courier, world.clock)
    preparation = Preparation(
        media=world.media, courier=courier, store=world.store, clock=world.clock, chance=random.random
    )
    delivery = Delivery(
        media=world.media,
        courier=courier,
        tailor=Tailor(media=world.media, courier=courier, store=world.store, clock=world.clock),
        once=once,
        clock=world.clock,
        chance=random.random,
        patience=patience,
    )
    return Steps(
        store=world.store,
        generator=world.client,
        clock=world.clock,
        chance=random.random,
        gate=gate,
        budget=watch,
        patience=patience,
        worker=_worker_id(),
        alone=True,
        preparation=preparation,
        delivery=delivery,
        telling=Telling(
            courier=courier, once=once, chronicle=chronicle, clock=world.clock, patience=patience
        ),
        is_stopping=lambda: engine.is_stopping,
    )


def _intake(settings: Settings, world: World, prices: PriceBook, engine: LocalEngine) -> Intake:
    return Intake(
        store=world.store,
        engine=engine,
        clock=world.clock,
        weights=settings.credits,
        house=HouseRules(
            office=world.store.office,
            rates=settings.rates,
            clock=world.clock,
            said=settings.prices,
            catalogue=prices.catalogue,
            content=Content(tuple(settings.content.refuse), tuple(settings.content.flag)),
        ),
        new_id=new_job_id,
    )


def _administration(settings: Settings, world: World, intake: Intake, engine: LocalEngine) -> Administration:
    office, clock = world.store.office, world.clock
    places = PlaceActs(office, clock)
    return Administration(
        allowances=Allowances(office, settings.rates, clock),
        jobs=JobActs(office=office, store=world.store, intake=intake, engine=engine, clock=clock),
        places=places,
        books=Books(office, clock),
        chronicle=Chronicle(
            office=office,
            places=places,
            chronicler=LogChannels(world.bot),
            is_flagged=intake.house.is_flagged,
        ),
    )


def media_desk(settings: Settings, session: aiohttp.ClientSession) -> MediaDesk:
    """Return the desk for media, before its first use; it fetches from the hosts of the settings alone."""
    return MediaDesk(
        session,
        picture_hosts=picture_hosts(settings),
        result_hosts=HostRule.of(settings.runcomfy.download_hosts),
        folder=settings.storage.path.absolute().with_suffix(".media"),
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
