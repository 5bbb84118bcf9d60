"""Accepted jobs per second, and how long each waits, with 50 callers at once: our store and a usual one.

The baseline is what a bot usually does with aiosqlite: the very same statements between BEGIN IMMEDIATE and
COMMIT, each awaited, under a lock. Same file system, same tables, same PRAGMAs, in the same run; rounds
alternate, and the ratio is taken within each round, because absolute numbers only describe the machine.
"""

import asyncio
import itertools
import json
import sqlite3
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

import aiosqlite

from bench.load import percentile
from bench.programs import ROOT
from bench.report import Part, Row, ratio_at_least, ratio_at_most
from bot.core.ids import ChannelId, GuildId, InteractionId, JobId, UserId, new_job_id
from bot.core.job import Job
from bot.core.models import SeedancePro
from bot.core.ports import Transaction
from bot.core.quota import Allowance, Rates, Terms
from bot.store import accounts
from bot.store.sqlite import SqliteStore, migrate

CALLERS: Final = 50
MEMBERS: Final = 500
# Each side gets about a second a round.
OUR_JOBS: Final = 5000
BASELINE_JOBS: Final = 500

NOW: Final = datetime(2025, 6, 15, 12, tzinfo=UTC)
PLENTY: Final = Terms(Rates(Allowance(daily=1_000_000, monthly=1_000_000, active=1_000_000)))

RATE_AIM: Final = ratio_at_least(10)
WAIT_AIM: Final = ratio_at_most(0.25)

Accept = Callable[[Job], Awaitable[None]]


class Side(NamedTuple):
    """Jobs accepted per second, and the milliseconds in which 99 of 100 were."""

    per_second: float
    p99: float


@dataclass(frozen=True, slots=True)
class Round:
    """What each side came to."""

    ours: Side
    baseline: Side


async def measure(rounds: int, our_jobs: int = OUR_JOBS, baseline_jobs: int = BASELINE_JOBS) -> Part:
    """Have 50 callers' jobs accepted, by the store and by a usual one; and again on a slow disk."""
    found = await run(rounds, our_jobs, baseline_jobs)
    slow = await _on_a_slow_disk(rounds, our_jobs * 3 // 5, baseline_jobs * 3 // 10)
    rows = *_rows(found, f"{CALLERS} callers"), *_rows(slow, f"{CALLERS} callers, slow disk")
    return Part(rows, series={"acceptance": {**_series(found, "disk"), **_series(slow, "slow disk")}})


def _series(found: Sequence[Round], disk: str) -> dict[str, list[float]]:
    """Return the rates of both, by rounds."""
    return {
        f"ours, {disk}": [each.ours.per_second for each in found],
        f"plain, {disk}": [each.baseline.per_second for each in found],
    }


def _rows(found: Sequence[Round], who: str) -> Iterator[Row]:
    ours, baseline = [each.ours for each in found], [each.baseline for each in found]
    yield Row(
        f"accepted, {who}",
        tuple(each.per_second for each in ours),
        tuple(each.per_second for each in baseline),
        "{:,.0f}/s",
        "plain",
        RATE_AIM,
    )
    yield Row(
        f"accepted p99, {who}",
        tuple(each.p99 for each in ours),
        tuple(each.p99 for each in baseline),
        "{:.1f} ms",
        "plain",
        WAIT_AIM,
    )


async def _on_a_slow_disk(rounds: int, our_jobs: int, baseline_jobs: int) -> list[Round]:
    """Measure in a process of its own, because whoever slows down its syncs stays in the way of all files."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bench.accept_slowly",
        *(str(number) for number in (rounds, our_jobs, baseline_jobs)),
        cwd=ROOT,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        said, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return [Round(Side(*ours), Side(*baseline)) for ours, baseline in json.loads(said)]


async def run(rounds: int, our_jobs: int, baseline_jobs: int) -> list[Round]:
    """Measure both sides in turn, each round on fresh files."""
    numbers = itertools.count(1)
    done: list[Round] = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as directory:
            usual = _jobs(numbers, baseline_jobs)
            async with _baseline(Path(directory) / "baseline.db", usual) as accept:
                baseline = await _side(accept, usual)
            async with _ours(Path(directory) / "ours.db") as accept:
                ours = await _side(accept, _jobs(numbers, our_jobs))
        done.append(Round(ours, baseline))
    return done


async def _side(accept: Accept, jobs: list[Job]) -> Side:
    waiting, waits = iter(jobs), list[float]()

    async def caller() -> None:
        for job in waiting:
            begun = time.perf_counter()
            await accept(job)
            waits.append(time.perf_counter() - begun)

    start = time.perf_counter()
    async with asyncio.TaskGroup() as callers:
        for _ in range(CALLERS):
            callers.create_task(caller())
    return Side(len(jobs) / (time.perf_counter() - start), 1000 * percentile(waits, 0.99))


def _jobs(numbers: Iterator[int], count: int) -> list[Job]:
    return [
        Job(
            id=new_job_id(),
            interaction_id=InteractionId(number),
            owner_id=UserId(number % MEMBERS),
            guild_id=GuildId(1),
            channel_id=ChannelId(2),
            locale="en-GB",
            request=SeedancePro(prompt="a paper boat drifts over a pond " * 25),
            cost=5,
            # As in life, no two in the same moment.
            accepted_at=NOW + timedelta(microseconds=number),
            upload_limit=10_485_760,
        )
        for number in itertools.islice(numbers, count)
    ]


@asynccontextmanager
async def _ours(path: Path) -> AsyncGenerator[Accept]:
    def enqueue(transaction: Transaction) -> None:
        transaction.after_commit(lambda: None)

    async with SqliteStore.open(path, NOW) as store:

        async def accept(job: Job) -> None:
            await store.admit(job, PLENTY, enqueue)

        yield accept


Statements = list[tuple[str, Any]]  # Any: whatever sqlite3 takes as parameters


class _Recorder(sqlite3.Connection):
    """A connection that notes what it is asked."""

    def __init__(self, *arguments: Any, **options: Any) -> None:  # as sqlite3 calls it
        super().__init__(*arguments, **options)
        self.row_factory = sqlite3.Row
        self.said: Statements = []

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:  # as sqlite3 declares it
        self.said.append((sql, parameters))
        return super().execute(sql, parameters)


@asynccontextmanager
async def _baseline(path: Path, jobs: Sequence[Job]) -> AsyncGenerator[Accept]:
    # Written down before, so that the baseline is not even charged for deciding.
    statements = _said(path.with_name("scratch.db"), jobs)
    migrate(path, NOW)
    lock = asyncio.Lock()
    async with aiosqlite.connect(path, isolation_level=None) as connection:
        await connection.execute("PRAGMA journal_mode = WAL")
        await connection.execute("PRAGMA synchronous = FULL")
        await connection.execute("PRAGMA foreign_keys = ON")

        async def accept(job: Job) -> None:
            async with lock:
                await _statement_by_statement(connection, statements[job.id])

        yield accept


def _said(scratch: Path, jobs: Sequence[Job]) -> Mapping[JobId, Statements]:
    """Return the statements by which the store admits each of the jobs."""
    migrate(scratch, NOW)
    said: dict[JobId, Statements] = {}
    with closing(sqlite3.connect(scratch, factory=_Recorder, isolation_level=None)) as recorder:
        recorder.execute("BEGIN")
        for job in jobs:
            recorder.said = []
            accounts.admit(recorder, job, PLENTY)
            said[job.id] = [*recorder.said]
        recorder.execute("ROLLBACK")
    return said


async def _statement_by_statement(connection: aiosqlite.Connection, statements: Statements) -> None:
    await connection.execute("BEGIN IMMEDIATE")
    for sql, parameters in statements:
        await connection.execute_fetchall(sql, parameters)
    await connection.execute("COMMIT")
