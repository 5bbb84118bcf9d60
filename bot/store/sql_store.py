"""The store whichever database it is on: implements `bot.core.ports.Store` by plain functions.

Each method sends one function to where the database is spoken to. The SQL is in the modules beside this one.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from bot.core.draft import Draft
from bot.core.errors import StoreUnusable
from bot.core.ids import DraftId, JobId, UserId
from bot.core.job import Job, State
from bot.core.mending import Framing
from bot.core.models import Request
from bot.core.office import Office
from bot.core.ports import Slots
from bot.core.ports import Transaction as AnyTransaction
from bot.core.quota import Account, Rates, Terms
from bot.store import accounts, drafts, jobs, line
from bot.store.connection import Transaction, Writer
from bot.store.lineage import lineage
from bot.store.office import SqlOffice


class SqlStore:
    """The memory of the bot. Opened by `open` of one of its kinds, which is the only way to have one."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self.office: Office = SqlOffice(writer)
        """The same database, for those who run the place."""

    async def broken(self) -> StoreUnusable:
        """Wait until the store cannot be used any more, and return why: the process has to stop then."""
        return await self._writer.broken()

    # --- moves -----------------------------------------------------------------------------------------

    async def admit(self, job: Job, terms: Terms, enqueue: Callable[[AnyTransaction], None]) -> Job:
        """As the port says; `enqueue` is called in the database's thread and may only use its argument."""

        def work(transaction: Transaction) -> Job:
            transaction.lock(*accounts.names_to_hold(job, terms))
            stored, is_new = accounts.admit(transaction.connection, job, terms)
            if is_new:
                enqueue(transaction)
            return stored

        return await self._writer.write(work)

    async def record(self, before: Job, after: Job) -> bool:
        return await self._writer.write(lambda here: jobs.record(here.connection, before, after))

    async def claim(self, before: Job, after: Job, slots: Slots, passed_over: Collection[JobId] = ()) -> bool:
        def work(here: Transaction) -> bool:
            here.lock("line")
            return jobs.claim(here.connection, before, after, slots, passed_over)

        return await self._writer.write(work)

    async def wish_cancel(self, job_id: JobId) -> Job | None:
        return await self._writer.write(lambda here: jobs.wish_cancel(here.connection, job_id))

    async def choose_framing(self, job_id: JobId, framing: Framing) -> Job | None:
        return await self._writer.write(lambda here: jobs.choose_framing(here.connection, job_id, framing))

    async def note_shown(self, job_id: JobId, version: int) -> None:
        await self._writer.write(lambda here: jobs.note_shown(here.connection, job_id, version))

    async def keep_draft(self, draft: Draft) -> None:
        await self._writer.write(lambda here: drafts.keep(here.connection, draft))

    async def remember_first(self, key: str, value: str) -> bool:
        return await self._writer.write(lambda here: jobs.remember_first(here.connection, key, value))

    async def remember(self, key: str, value: str) -> None:
        await self._writer.write(lambda here: jobs.remember(here.connection, key, value))

    # --- looks -----------------------------------------------------------------------------------------

    async def get(self, job_id: JobId) -> Job | None:
        return await self._writer.read(lambda connection: jobs.get(connection, job_id))

    async def head_of_line(self, count: int, passed_over: Collection[JobId] = ()) -> Sequence[JobId]:
        return await self._writer.read(lambda connection: line.head_of_line(connection, count, passed_over))

    async def position(self, job: Job, passed_over: Collection[JobId] = ()) -> int:
        return await self._writer.read(lambda connection: line.position(connection, job.id, passed_over))

    async def spending(self, rates: Rates, now: datetime) -> Account:
        return await self._writer.read(lambda connection: accounts.spending(connection, rates, now))

    async def recent(self, owner_id: UserId, count: int) -> Sequence[Job]:
        return await self._writer.read(lambda connection: jobs.recent(connection, owner_id, count))

    async def lineage(self, job_id: JobId, count: int) -> Sequence[Job]:
        return await self._writer.read(lambda connection: lineage(connection, job_id, count))

    async def draft(self, draft_id: DraftId) -> Draft | None:
        return await self._writer.read(lambda connection: drafts.get(connection, draft_id))

    async def unfinished(self) -> Sequence[tuple[JobId, State]]:
        return await self._writer.read(jobs.unfinished)

    async def in_state(self, state: State, count: int) -> Sequence[Job]:
        return await self._writer.read(lambda connection: jobs.in_state(connection, state, count))

    async def counts(self) -> Mapping[State, int]:
        return await self._writer.read(jobs.counts)

    async def durations(self, request: Request) -> Sequence[float]:
        return await self._writer.read(lambda connection: jobs.durations(connection, request))

    async def recall(self, key: str) -> str | None:
        return await self._writer.read(lambda connection: jobs.recall(connection, key))
