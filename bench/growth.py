"""How cost grows: the same questions to files of ten open jobs, of a hundred, on to a hundred thousand.

Rounds go through all sizes, and growth is taken within each. Processor time, because that is what a size can
change; nothing of what is asked stays.
"""

import asyncio
import sqlite3
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from itertools import count, islice, product
from pathlib import Path
from statistics import median
from typing import Final

from bench.media.sheet import Sheet
from bench.open_jobs import PLENTY, QUEUED, RUNNING, a_job, fill
from bench.report import Part, Row
from bot.clock import SystemClock
from bot.core import events as ev
from bot.core.ids import GuildId, JobId, UserId, WorkerId
from bot.core.job import Job, State, apply
from bot.core.ledger import Purse
from bot.core.models import Kind
from bot.core.ports import Slots
from bot.engine.local import LocalEngine
from bot.store import accounts, jobs, line
from bot.store.database import connect
from bot.store.migrate import MIGRATIONS
from bot.store.numbered import migrations_in

SIZES: Final = (10, 100, 1_000, 10_000, 100_000)
TIMES: Final = 100
_FEW: Final = 5
"""How often what takes long is asked."""
NOW: Final = datetime(2025, 6, 15, 12, tzinfo=UTC)

_MEMBER: Final = UserId(1)
"""Who has one of them."""
_SLOTS: Final = Slots(1000, 1000)
_CLAIM: Final = ev.Claimed(WorkerId("this life"), 90.0)
_MADE: Final = (ev.Output("https://playgrounds.runcomfy.net/video.mp4", Kind.VIDEO),)
# No interaction comes twice.
_NUMBERS: Final = count(10**9)
_NOTE: Final = "Medians; in brackets, how many times as much as with the fewest."


class Files:
    """Two files with so many open jobs: all in the line, and all at RunComfy."""

    def __init__(self, folder: Path, jobs_in_each: int, stack: ExitStack) -> None:
        self.jobs = jobs_in_each
        self.line = self._opened(folder / f"{jobs_in_each}-line.db", QUEUED, stack)
        self.running = self._opened(folder / f"{jobs_in_each}-running.db", RUNNING, stack)

    def _opened(self, path: Path, events: Sequence[ev.Event], stack: ExitStack) -> sqlite3.Connection:
        fill(path, self.jobs, events, NOW)
        return stack.enter_context(closing(connect(path, migrations_in(MIGRATIONS))))


Measured = Callable[[Files], float]


def an_acceptance(files: Files) -> float:
    """Return the microseconds of one, its reservation included."""
    numbers = islice(_NUMBERS, TIMES)
    fresh = [a_job(NOW + timedelta(microseconds=number), number) for number in numbers]
    return _each(files.line, lambda turn: accounts.admit(files.line, fresh[turn], PLENTY))


def the_quota(files: Files) -> float:
    """Return the microseconds of all that decides about a member's next job."""
    purse = Purse(_MEMBER, GuildId(1))
    return _each(files.line, lambda _: accounts.usage(files.line, purse, (), PLENTY.rates, NOW))


def a_look(files: Files) -> float:
    """Return the microseconds of reading a job's row: a look that finds nothing new does no more here."""
    ids = [job_id for job_id, _ in jobs.unfinished(files.running)]
    return _each(files.running, lambda turn: jobs.get(files.running, ids[turn * 7919 % len(ids)]))


def a_move(files: Files) -> float:
    """Return the microseconds of writing down what has become of a job."""

    def move(job: Job) -> None:
        assert jobs.record(files.running, job, apply(job, ev.Finished(_MADE), NOW))

    found = jobs.in_state(files.running, State.RUNNING, TIMES)
    return _each(files.running, lambda turn: move(found[turn]), min(TIMES, len(found)))


def a_claim(files: Files) -> float:
    """Return the microseconds of finding the head of the line, reading it, and taking it out."""

    def claim() -> None:
        job = jobs.get(files.line, line.head_of_line(files.line, 1, ())[0])
        assert job is not None
        assert jobs.claim(files.line, job, apply(job, _CLAIM, NOW), _SLOTS, ())

    return _each(files.line, lambda _: claim(), min(TIMES, files.jobs))


def a_position(files: Files) -> float:
    """Return the microseconds of counting who goes before the last in the line."""
    query = "SELECT id FROM jobs WHERE state = 'queued' ORDER BY turn DESC, accepted_at DESC, id DESC LIMIT 1"
    (last,) = files.line.execute(query).fetchone()
    return _each(files.line, lambda _: line.position(files.line, JobId(last), ()), _FEW, _FEW)


def the_start(files: Files) -> float:
    """Return the microseconds a job of reading at a start which are open."""
    return _each(files.running, lambda _: jobs.unfinished(files.running), _FEW, _FEW) / files.jobs


def the_engine(files: Files) -> float:
    """Return the bytes a job that the engine holds."""
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        held = _engine_with(files)
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held.waiting == files.jobs
    return (after - before) / files.jobs


def _engine_with(files: Files) -> LocalEngine:
    async def nothing(*_: object) -> None:
        """Never called: it does not run."""

    async def unfinished() -> Sequence[tuple[JobId, State]]:
        return jobs.unfinished(files.running)

    engine = LocalEngine(
        advance=nothing, unfinished=unfinished, clock=SystemClock(), chance=lambda: 0.5, looks_per_second=10
    )
    for job_id, _ in jobs.unfinished(files.running):
        engine.enqueue(job_id, 60.0)
    return engine


def _each(
    connection: sqlite3.Connection, act: Callable[[int], object], times: int = TIMES, at_least: int = TIMES
) -> float:
    """Return the microseconds of processor time of one act.

    In transactions of so many, until there were enough; nothing of them stays.
    """
    taken, transactions = 0.0, -(-at_least // times)
    for _ in range(transactions):
        connection.execute("BEGIN IMMEDIATE")
        start = time.thread_time()
        for turn in range(times):
            act(turn)
        taken += time.thread_time() - start
        connection.execute("ROLLBACK")
    return taken / (transactions * times) * 1e6


_US: Final = "{:,.1f} us"
FIGURES: Final[Mapping[str, tuple[Measured, str]]] = {
    "an acceptance": (an_acceptance, _US),
    "the quota": (the_quota, _US),
    "a look": (a_look, _US),
    "a move": (a_move, _US),
    "a claim": (a_claim, _US),
    "the last one's place in the line": (a_position, _US),
    "the start's read, a job": (the_start, _US),
    "the engine's memory, a job": (the_engine, "{:,.0f} B"),
}


async def measure(rounds: int, sizes: Sequence[int] = SIZES) -> Part:
    """Ask all files in turn."""
    return await asyncio.to_thread(_measure, rounds, sizes)


def _measure(rounds: int, sizes: Sequence[int]) -> Part:
    found = {what: {size: list[float]() for size in sizes} for what in FIGURES}
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        files = [Files(Path(folder), size, stack) for size in sizes]
        for _ in range(rounds):
            for each, (what, (measured, _form)) in product(files, FIGURES.items()):
                found[what][each.jobs].append(measured(each))
    rows = tuple(_row(what, by_size) for what, by_size in found.items())
    return Part(rows, sheets=(_sheet(found, sizes),), series={"growth": _series(found, sizes)})


_Found = Mapping[str, Mapping[int, Sequence[float]]]


def _row(what: str, by_size: Mapping[int, Sequence[float]]) -> Row:
    least, most = min(by_size), max(by_size)
    ours, baseline = tuple(by_size[most]), tuple(by_size[least])
    return Row(f"{what}: {most:,} open", ours, baseline, FIGURES[what][1], f"{least} open")


def _sheet(found: _Found, sizes: Sequence[int]) -> Sheet:
    rows: list[tuple[str, ...]] = []
    for what, by_size in found.items():
        middle = [median(by_size[size]) for size in sizes]
        cells = [
            f"{FIGURES[what][1].format(figure)} ({figure / max(middle[0], 1e-9):.3g})" for figure in middle
        ]
        rows.append((what, *cells))
    return Sheet("How cost grows", ("open jobs", *(f"{size:,}" for size in sizes)), tuple(rows), (_NOTE,))


def _series(found: _Found, sizes: Sequence[int]) -> dict[str, list[float]]:
    middles = {what: [median(by_size[size]) for size in sizes] for what, by_size in found.items()}
    return {"open jobs": [float(size) for size in sizes], **middles}
