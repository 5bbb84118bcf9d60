"""The store on SQLite: one file, one process, one connection. Implements `bot.core.ports.Store`.

Each method sends one plain function to the database's thread. The SQL is in the modules beside this one.
"""

import logging
import sqlite3
from collections.abc import AsyncGenerator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from datetime import datetime
from pathlib import Path
from typing import Self

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
from bot.store.batch import Transaction
from bot.store.database import connect, inspect, located
from bot.store.lineage import lineage
from bot.store.lock import only_process
from bot.store.migrate import MIGRATIONS, apply_pending, migrations_in
from bot.store.office import SqliteOffice
from bot.store.thread import database_thread
from bot.store.writer import Writer

log = logging.getLogger(__name__)


def pending(path: Path) -> int:
    """Return how many migrations the file lacks; all of them where there is no file. Changes nothing."""
    known = migrations_in(MIGRATIONS)
    return len(known) - inspect(located(path), known)


def migrate(path: Path, now: datetime) -> tuple[int, int]:
    """Bring the file's schema up to date, or make a new file; return its number before and after.

    Raises StoreUnusable, with a sentence for the operator.
    """
    path = located(path)
    known = migrations_in(MIGRATIONS)
    with only_process(path), closing(connect(path, known)) as connection:
        return _migrated(connection, path, now)


def _migrated(connection: sqlite3.Connection, path: Path, now: datetime) -> tuple[int, int]:
    try:
        return apply_pending(connection, migrations_in(MIGRATIONS), now)
    except sqlite3.Error as error:
        raise StoreUnusable(f"{path}: its schema could not be brought up to date ({error})") from error


class SqliteStore:
    """The memory of the bot. Opened by `open`, which is the only way to have one."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self.office: Office = SqliteOffice(writer)
        """The same file, for those who run the place."""

    @classmethod
    @asynccontextmanager
    async def open(cls, path: Path, now: datetime) -> AsyncGenerator[Self]:
        """Hold the file for the length of the context, new or brought up to date at `now`.

        Raises StoreUnusable, with a sentence for the operator. What was begun is finished on leaving.
        """
        path = located(path)
        known = migrations_in(MIGRATIONS)
        with only_process(path):
            async with database_thread(lambda: connect(path, known)) as thread:
                await thread.run(lambda connection: _migrated(connection, path, now))
                log.debug("opened %s with SQLite %s", path, sqlite3.sqlite_version, extra={"action": "open"})
                async with Writer(thread) as writer:
                    yield cls(writer)

    async def broken(self) -> StoreUnusable:
        """Wait until the store cannot be used any more, and return why: the process has to stop then."""
        return await self._writer.broken()

    # --- moves -----------------------------------------------------------------------------------------

    async def admit(self, job: Job, terms: Terms, enqueue: Callable[[AnyTransaction], None]) -> Job:
        """As the port says; `enqueue` is called in the database's thread and may only use its argument."""

        def work(transaction: Transaction) -> Job:
            stored, is_new = accounts.admit(transaction.connection, job, terms)
            if is_new:
                enqueue(transaction)
            return stored

        return await self._writer.write(work)

    async def record(self, before: Job, after: Job) -> bool:
        return await self._writer.write(lambda here: jobs.record(here.connection, before, after))

    async def claim(self, before: Job, after: Job, slots: Slots, passed_over: Collection[JobId] = ()) -> bool:
        return await self._writer.write(
            lambda here: jobs.claim(here.connection, before, after, slots, passed_over)
        )

    async def wish_cancel(self, job_id: JobId) -> Job | None:
        return await self._writer.write(lambda here: jobs.wish_cancel(here.connection, job_id))

    async def choose_framing(self, job_id: JobId, framing: Framing) -> Job | None:
        return await self._writer.write(lambda here: jobs.choose_framing(here.connection, job_id, framing))

    async def note_shown(self, job_id: JobId, version: int) -> None:
        await self._writer.write(lambda here: jobs.note_shown(here.connection, job_id, version))

    async def keep_draft(self, draft: Draft) -> None:
        await self._writer.write(lambda here: drafts.keep(here.connection, draft))

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

    async def typical_seconds(self, request: Request) -> float | None:
        return await self._writer.read(lambda connection: jobs.typical_seconds(connection, request))

    async def recall(self, key: str) -> str | None:
        return await self._writer.read(lambda connection: jobs.recall(connection, key))
