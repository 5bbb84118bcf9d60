"""The only place where the parts meet. Whoever opens closes: everything hangs on one exit stack."""

import logging
import os
import random
import secrets
import socket
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot import health
from bot.chat.client import Zoetrope
from bot.chat.courier import DiscordCourier
from bot.chat.log_channel import LogChannels
from bot.chat.notices import DirectOwners
from bot.chat.owners import actors
from bot.chat.places import Places
from bot.chat.reception import Reception
from bot.clock import DatabaseClock
from bot.config import Role, Settings
from bot.core.ids import JobId, WorkerId, new_job_id
from bot.core.pace import Bounds
from bot.core.ports import Engine, Slots
from bot.engine.local import Advance as Advancing
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
from bot.flow.precedence import Precedence
from bot.flow.preparation import Preparation
from bot.flow.prices import PriceBook
from bot.flow.steps import Steps
from bot.flow.tailor import Tailor
from bot.flow.telling import Telling
from bot.flow.treasurer import Treasurer
from bot.opening import World, open_world
from bot.runcomfy.client import RunComfyClient
from bot.store.sql_store import SqlStore

if TYPE_CHECKING:
    from bot.engine.procrastinate import ProcrastinateEngine

    AnyEngine = LocalEngine | ProcrastinateEngine

log = logging.getLogger(__name__)

# Of all calls to RunComfy; what is left is for orders, cancels and the results themselves.
LOOKS_SHARE: Final = 0.8


@dataclass(frozen=True, slots=True)
class App:
    """The assembled bot."""

    bot: Zoetrope
    store: SqlStore
    client: RunComfyClient
    engine: "AnyEngine"
    treasurer: Treasurer
    vitals: health.Vitals


@asynccontextmanager
async def assemble(settings: Settings, role: Role = Role.ALL) -> AsyncGenerator[App]:
    """Open everything and put it together; nothing runs yet.

    Raises ConfigError, FatalError, or StoreUnusable with a sentence for the operator.
    """
    async with AsyncExitStack() as stack:
        yield _put_together(settings, await open_world(settings, stack, role), role)


def _put_together(settings: Settings, world: World, role: Role) -> App:
    gate = Gate(world.clock)
    watch = BudgetWatch(world.store, settings.rates, world.clock)
    prices = PriceBook(store=world.store, market=world.client, said=settings.prices)
    limit = settings.discord.upload_limit
    courier = DiscordCourier(Places(world.bot, world.clock, upload_limit=limit, serves=world.bot.serves))

    precedence = Precedence()

    # Each needs the other: the engine calls `advance`, which wakes jobs through the engine.
    async def advance(job_id: JobId) -> float | None:
        await precedence.give_way()
        return await advancing(job_id)

    engine = _engine(settings, world, role, advance)
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
        slots=Slots(settings.runcomfy.max_in_flight, settings.engine.submits_at_a_time),
    )
    world.bot.reception = Reception(
        intake,
        world.store,
        world.clock,
        media=world.media,
        courier=courier,
        administration=administration,
        precedence=precedence,
        actors=actors(lambda: world.bot.owners),
        spoiler_channels=frozenset(settings.discord.spoiler_channels),
    )
    treasurer = _treasurer(settings, world, prices, watch)
    vitals = health.Vitals(
        store=world.store,
        rates=settings.rates,
        balance=lambda: treasurer.balance,
        clock=world.clock,
        gateway_is_up=world.bot.is_connected if role.listens else None,
        runcomfy_answered=lambda: world.client.last_answer,
        runcomfy_takes_orders=lambda: gate.reason is None,
        share=None if isinstance(engine, LocalEngine) or not role.works else engine.share,
    )
    return App(world.bot, world.store, world.client, engine, treasurer, vitals)


def _engine(settings: Settings, world: World, role: Role, advance: Advancing) -> "AnyEngine":
    if not settings.storage.is_shared:
        return LocalEngine(
            advance=advance,
            unfinished=world.store.unfinished,
            clock=world.clock,
            chance=random.random,
            looks_per_second=settings.runcomfy.calls_per_second / 2,
        )
    # Only who is on PostgreSQL carries its driver, and the queue on it.
    from bot.engine.procrastinate import ProcrastinateEngine, Terms  # noqa: PLC0415
    from bot.store.postgresql.address import connecting  # noqa: PLC0415

    assert isinstance(world.clock, DatabaseClock)
    engine = ProcrastinateEngine(
        connection=connecting(settings.storage.url),
        advance=advance,
        clock=world.clock,
        chance=random.random,
        terms=Terms(settings.engine.takeover_after, settings.engine.jobs_at_a_time),
        works=role.works,
        hold_off=world.rate.hold_off,
        divide=world.rate.share,
    )
    world.rate.tell = engine.tell_to_hold
    return engine


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
    engine: "AnyEngine",
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
        # Of several processes one follows a job at a time, and the one before can touch nothing any more.
        alone=True,
        preparation=preparation,
        delivery=delivery,
        telling=Telling(
            courier=courier, once=once, chronicle=chronicle, clock=world.clock, patience=patience
        ),
        is_stopping=lambda: engine.is_stopping,
    )


def _intake(settings: Settings, world: World, prices: PriceBook, engine: Engine) -> Intake:
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


def _administration(settings: Settings, world: World, intake: Intake, engine: Engine) -> Administration:
    office, clock = world.store.office, world.clock
    places = PlaceActs(office, clock)
    return Administration(
        allowances=Allowances(office, settings.rates, clock),
        jobs=JobActs(office=office, intake=intake, engine=engine, clock=clock),
        places=places,
        books=Books(office, clock),
        chronicle=Chronicle(
            office=office,
            places=places,
            chronicler=LogChannels(world.bot),
            is_flagged=intake.house.is_flagged,
        ),
    )


def _patience(settings: Settings) -> Patience:
    runcomfy = settings.runcomfy
    return Patience(
        look=Bounds(runcomfy.look_min, runcomfy.look_max),
        late_after=runcomfy.late_after,
        give_up_after=runcomfy.give_up_after,
        looks_per_second=runcomfy.calls_per_second * LOOKS_SHARE,
    )


def _worker_id() -> WorkerId:
    """Name this life of this process; no other one, before or beside it, has the same."""
    return WorkerId(f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}")
