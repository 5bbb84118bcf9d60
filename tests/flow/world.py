"""The world of the story for tests: the real store, a clock wound by hand, scripted ports around a worker."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Collection
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Unpack

from bot.core.errors import PassingError, Problem
from bot.core.ids import JobId, WorkerId
from bot.core.job import Job, State
from bot.core.money import Prices
from bot.core.office import Deed
from bot.core.pace import Bounds
from bot.core.ports import Slots, Transaction
from bot.core.quota import Allowance, Budget, Rates
from bot.flow.administration_places import PlaceActs
from bot.flow.advance import Advance
from bot.flow.budget import BudgetWatch
from bot.flow.chronicle import Chronicle
from bot.flow.delivery import Delivery
from bot.flow.gate import Gate
from bot.flow.house_rules import Content, HouseRules
from bot.flow.moves import Patience
from bot.flow.once import Once
from bot.flow.preparation import Preparation
from bot.flow.steps import Steps
from bot.flow.tailor import Tailor
from bot.flow.telling import Telling
from bot.store.office import SqlOffice
from bot.store.postgres import PostgresStore
from bot.store.sql_store import SqlStore
from bot.store.sqlite import SqliteStore
from bot.store.writer import Writer
from tests.builders import NOON, PLENTY, JobChanges, Used, a_job, events_to, moved, no_engine, used
from tests.flow.scripted import Ledger, ScriptedChronicler, ScriptedCourier, ScriptedGenerator, ScriptedMedia
from tests.postgres import IS_CHOSEN, clean_database
from tests.runcomfy.hand_clock import HandClock

# As in tests/builders.py: the worker that has claimed what `a_stored_job` has led past the claim.
WORKER = WorkerId("worker-1")
NO_BUDGET = Budget()
SLOTS = Slots(in_flight=8, submitting=2)
PATIENCE = Patience(look=Bounds(2, 20), late_after=1800, give_up_after=86400, looks_per_second=16)


class Calls:
    """An engine that only notes what it was asked."""

    def __init__(self) -> None:
        self.enqueued: list[tuple[JobId, float]] = []

    def enqueue(self, job_id: JobId, delay: float, transaction: Transaction | None = None) -> None:
        if transaction is None:
            self.enqueued.append((job_id, delay))
        else:
            transaction.after_commit(lambda: self.enqueued.append((job_id, delay)))

    async def run(self) -> None:
        """Advance nothing: the test does."""

    @property
    def woken(self) -> list[JobId]:
        return [job_id for job_id, delay in self.enqueued if delay == 0]


class MeddledOffice(SqlOffice):
    """The real one, with the same troubles as the store whose file it shares."""

    meddle: Callable[[], Awaitable[None]]

    async def note(self, deed: Deed, move: tuple[Job, Job] | None = None) -> bool:
        await self.meddle()
        return await super().note(deed, move)


class MeddledStore(SqlStore):
    """The real store, with troubles that a test puts between a call and its transaction."""

    def __init__(self, writer: Writer) -> None:
        super().__init__(writer)
        self.office = office = MeddledOffice(writer)
        office.meddle = self._meddle

    busy_records = 0
    """So many writes find the database locked."""
    before_move: Callable[[], Awaitable[object]] | None = None
    """Somebody who is faster than the next move."""

    async def record(self, before: Job, after: Job) -> bool:
        await self._meddle()
        if self.busy_records:
            self.busy_records -= 1
            raise PassingError(Problem.STORE_BUSY)
        return await super().record(before, after)

    async def claim(self, before: Job, after: Job, slots: Slots, passed_over: Collection[JobId] = ()) -> bool:
        await self._meddle()
        return await super().claim(before, after, slots, passed_over)

    async def tamper(self, statement: str, *values: str) -> None:
        """Change the rows behind everybody's back."""
        await self._writer.write(lambda here: here.connection.execute(statement, values))

    async def _meddle(self) -> None:
        meddle, self.before_move = self.before_move, None
        if meddle is not None:
            await meddle()


class _OnSqlite(MeddledStore, SqliteStore):
    pass


class _OnPostgresql(MeddledStore, PostgresStore):
    pass


class World:
    """One worker with everything around it. Further workers may share its store and its ports."""

    def __init__(self, store: MeddledStore, clock: HandClock) -> None:
        self.store = store
        self.clock = clock
        self.ledger = Ledger()
        self.generator = ScriptedGenerator(self.ledger)
        self.media = ScriptedMedia(self.ledger)
        self.courier = ScriptedCourier(self.ledger)
        self.chronicler = ScriptedChronicler(self.ledger)
        self.engine = Calls()
        self.gate = Gate(clock)
        self.is_stopping = False
        self.chronicle = self.a_chronicle()
        self.advance = self.worker()

    def worker(
        self,
        name: WorkerId = WORKER,
        *,
        alone: bool = True,
        slots: Slots = SLOTS,
        places: int = 8,
        workbenches: int = 2,
        preparations: int = 16,
        patience: Patience = PATIENCE,
        budget: Budget = NO_BUDGET,
        chance: float = 0.0,
    ) -> Advance:
        """Return a worker on this world, with nothing in its memory: also what a restart leaves."""
        once = Once(self.courier, self.clock)
        delivery = Delivery(
            media=self.media,
            courier=self.courier,
            tailor=Tailor(media=self.media, courier=self.courier, store=self.store, clock=self.clock),
            once=once,
            clock=self.clock,
            chance=lambda: chance,
            patience=patience,
            places=places,
            workbenches=workbenches,
        )
        preparation = Preparation(
            media=self.media,
            courier=self.courier,
            store=self.store,
            clock=self.clock,
            chance=lambda: chance,
            places=preparations,
        )
        steps = Steps(
            store=self.store,
            generator=self.generator,
            clock=self.clock,
            chance=lambda: chance,
            gate=self.gate,
            budget=BudgetWatch(self.store, Rates(PLENTY.rates.member, budget=budget), self.clock),
            patience=patience,
            worker=name,
            alone=alone,
            preparation=preparation,
            delivery=delivery,
            telling=Telling(
                courier=self.courier,
                once=once,
                chronicle=self.chronicle,
                clock=self.clock,
                patience=patience,
            ),
            is_stopping=lambda: self.is_stopping,
        )
        return Advance(
            steps=steps,
            store=self.store,
            courier=self.courier,
            engine=self.engine,
            gate=self.gate,
            clock=self.clock,
            chance=lambda: chance,
            slots=slots,
        )

    def a_chronicle(self) -> Chronicle:
        """Return a chronicle with nothing in its memory."""
        return Chronicle(
            office=self.store.office,
            places=PlaceActs(self.store.office, self.clock),
            chronicler=self.chronicler,
            is_flagged=self.house().is_flagged,
        )

    async def a_job(self, state: State = State.PREPARING, **changes: Unpack[JobChanges]) -> Job:
        """Return a job that has come to `state` in this moment of the clock."""
        changes.setdefault("accepted_at", self.clock.now())
        fresh = a_job(**changes)
        job = await self.store.admit(fresh, PLENTY, no_engine)
        for event in events_to(state):
            job = await moved(self.store, job, event)
        return job

    async def job(self, job_id: JobId) -> Job:
        """Return the job as it is stored."""
        job = await self.store.get(job_id)
        assert job is not None
        return job

    async def go(self, job: Job, times: int = 1) -> Job:
        """Advance the job so many times and return it as it is stored then."""
        for _ in range(times):
            await self.advance(job.id)
        return await self.job(job.id)

    async def used(self, job: Job) -> Used:
        return await used(self.store.office, job.owner_id)

    def house(self, allowance: Allowance | None = None) -> HouseRules:
        """Return rules of a house where nothing is forbidden and no price is known."""
        return HouseRules(
            office=self.store.office,
            rates=PLENTY.rates if allowance is None else Rates(allowance),
            clock=self.clock,
            said=Prices(),
            catalogue=dict,
            content=Content(),
        )


@asynccontextmanager
async def a_world(path: Path) -> AsyncGenerator[World]:
    async with _opened(path) as store:
        yield World(store, HandClock())


def _opened(path: Path) -> AbstractAsyncContextManager[MeddledStore]:
    if IS_CHOSEN:
        return _OnPostgresql.open(clean_database(), NOON, connections=3)
    return _OnSqlite.open(path, NOON)
