"""The engine of many processes, on a real PostgreSQL: who follows what, and who hears of it."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

import psycopg

from bot.clock import DatabaseClock
from bot.core.ids import JobId
from bot.engine.preparing import prepare_queue
from bot.engine.procrastinate import ProcrastinateEngine, Terms
from bot.store.postgresql.address import connecting
from tests.engine.timing import until
from tests.postgres import empty_database

A, B = JobId("a"), JobId("b")
WITHIN = 20.0


class Seen:
    """An engine, and what it was asked to advance."""

    def __init__(self, url: str, *, works: bool, bound: float) -> None:
        self.begun: list[JobId] = []
        self.answers: dict[JobId, list[float | None]] = {}
        self.holds: list[float] = []
        self.shares: list[int] = []
        self.engine = ProcrastinateEngine(
            connection=connecting(url),
            advance=self._advance,
            clock=DatabaseClock(),
            chance=lambda: 0.0,
            terms=Terms(bound, 100),
            works=works,
            hold_off=self.holds.append,
            divide=self.shares.append,
        )
        self.running = asyncio.create_task(self.engine.run())

    async def _advance(self, job_id: JobId) -> float | None:
        self.begun.append(job_id)
        answers = self.answers.get(job_id)
        return answers.pop(0) if answers else None

    async def leave(self) -> None:
        self.engine.stop()
        await asyncio.wait_for(self.running, WITHIN)

    async def vanish(self) -> None:
        self.running.cancel()
        await asyncio.wait([self.running])


@asynccontextmanager
async def engines(name: str, *works: bool, bound: float = 2.0) -> AsyncGenerator[tuple[str, Sequence[Seen]]]:
    url = empty_database(name)
    await asyncio.to_thread(prepare_queue, connecting(url))
    found = [Seen(url, works=one, bound=bound) for one in works]
    try:
        yield url, found
    finally:
        for one in found:
            if not one.running.done():
                await one.leave()


def queued(url: str) -> list[str]:
    with psycopg.connect(url) as session:
        return [str(status) for (status,) in session.execute("SELECT status FROM procrastinate_jobs")]


async def test_what_one_process_hands_in_another_follows_to_its_end_and_leaves_no_row() -> None:
    async with engines("engine_hand_in", False, True) as (url, (gateway, worker)):
        worker.answers[A] = [0.0, 0.0]
        gateway.engine.enqueue(A, 0.0)
        await until(lambda: worker.begun == [A, A, A], WITHIN)
        await until(lambda: queued(url) == [], WITHIN)
        assert gateway.begun == []


async def test_whoever_follows_a_job_hears_that_it_is_to_be_looked_at_now() -> None:
    async with engines("engine_wake", False, True) as (_, (gateway, worker)):
        worker.answers[A] = [600.0]
        gateway.engine.enqueue(A, 0.0)
        await until(lambda: worker.begun == [A], WITHIN)
        await until(lambda: worker.engine.share() == 1, WITHIN)
        gateway.engine.enqueue(A, 0.0)
        await until(lambda: worker.begun == [A, A], WITHIN)


async def test_what_a_worker_that_leaves_has_followed_goes_on_elsewhere() -> None:
    async with engines("engine_leave", False, True) as (url, (gateway, first)):
        first.answers[A] = [600.0]
        gateway.engine.enqueue(A, 0.0)
        await until(lambda: first.begun == [A], WITHIN)
        await first.leave()
        assert queued(url) == ["todo"]
        second = Seen(url, works=True, bound=2.0)
        await until(lambda: second.begun == [A], WITHIN)
        await second.leave()


async def test_a_pause_that_one_was_asked_for_is_heard_by_all() -> None:
    async with engines("engine_hold", True, True) as (_, (first, second)):
        await until(lambda: max(second.shares, default=0) == 2, WITHIN)
        first.engine.tell_to_hold(7.0)
        await until(lambda: second.holds == [7.0], WITHIN)


async def test_a_second_worker_has_the_first_keep_to_half_of_the_calls() -> None:
    async with engines("engine_share", True, True) as (_, (first, second)):
        await until(lambda: 2 in first.shares and 2 in second.shares, WITHIN)


async def test_a_job_that_nobody_follows_is_found() -> None:
    async with engines("engine_sweep", True) as (url, (worker,)):
        with psycopg.connect(url) as session:
            # As much of the store's table as is looked at.
            session.execute("CREATE TABLE jobs (id TEXT, state TEXT, ended_at BIGINT, told_at BIGINT)")
            session.execute("INSERT INTO jobs VALUES ('a', 'running', NULL, NULL), ('b', 'delivered', 1, 1)")
        await until(lambda: A in worker.begun, WITHIN)
        assert B not in worker.begun


async def test_what_a_silent_worker_follows_goes_to_another() -> None:
    async with engines("engine_silent", False, True) as (url, (gateway, worker)):
        with psycopg.connect(url, autocommit=True) as session:
            session.execute(
                "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')"
            )
            session.execute(
                "INSERT INTO procrastinate_jobs"
                " (queue_name, task_name, lock, queueing_lock, args, status, worker_id)"
                " SELECT 'zoetrope', 'zoetrope.follow', 'job:a', 'job:a', '{\"job_id\": \"a\"}', 'doing', id"
                " FROM procrastinate_workers WHERE last_heartbeat < now() - interval '1 minute'"
            )
        worker.answers[A] = [600.0]
        await until(lambda: worker.begun == [A], WITHIN)
        assert queued(url) == ["doing"]
        assert gateway.begun == []
