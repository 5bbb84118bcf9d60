"""How the engine begins and ends: recovery, stop, errors, and how a transaction enqueues."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.core.errors import MemberError, StoreUnusable
from bot.core.ids import JobId
from bot.core.job import State
from bot.core.ports import Transaction
from bot.engine.local import Advance, LocalEngine, Unfinished
from bot.store.sqlite import SqliteStore
from tests.builders import NOON, PLENTY, a_job, a_stored_job, terms
from tests.engine.timing import jobs, settle, staged, until
from tests.runcomfy.hand_clock import HandClock

A, B = JobId("a"), JobId("b")


async def nothing_left() -> Sequence[tuple[JobId, State]]:
    return ()


def an_engine(advance: Advance, unfinished: Unfinished = nothing_left) -> LocalEngine:
    return LocalEngine(
        advance=advance,
        unfinished=unfinished,
        clock=HandClock(),
        chance=lambda: 0.5,
        looks_per_second=10,
    )


# --- recovery ----------------------------------------------------------------------------------------


async def test_looks_at_running_jobs_are_spread_over_the_time_that_their_number_needs() -> None:
    chances = iter(number / 40 for number in range(40))
    running = [(job_id, State.RUNNING) for job_id in jobs(40)]
    async with staged(running, looks_per_second=10, chance=lambda: next(chances)) as stage:
        # Forty looks at ten a second take four seconds: one each tenth.
        assert stage.begun == jobs(1)
        for second in range(1, 4):
            await stage.wind(1.0001)
            assert len(stage.begun) == 10 * second + 1
        await stage.wind(1)
        assert stage.begun == jobs(40)


@pytest.mark.parametrize("state", [state for state in State if state is not State.RUNNING])
async def test_what_does_not_run_at_runcomfy_is_taken_up_at_once(state: State) -> None:
    found = [(A, state), *((job_id, State.RUNNING) for job_id in jobs(20))]
    async with staged(found, chance=lambda: 0.999) as stage:
        assert stage.begun == [A]
        await stage.wind(2)
        assert len(stage.begun) == 21


async def test_what_the_store_has_left_open_is_taken_up(tmp_path: Path) -> None:
    async with SqliteStore.open(tmp_path / "a.db", NOON) as store:
        stored = {state: await a_stored_job(store, state) for state in State}
        found = await store.unfinished()
    async with staged(found) as stage:
        await stage.wind(60)
        # Also the ended ones, whose owners have not been told yet.
        assert set(stage.begun) == {job.id for job in stored.values()}
        assert len(stage.begun) == len(State)


async def test_a_job_enqueued_before_the_start_is_advanced_once_with_the_recovered_ones() -> None:
    begun: list[JobId] = []

    async def advance(job_id: JobId) -> None:
        begun.append(job_id)

    async def unfinished() -> Sequence[tuple[JobId, State]]:
        return [(A, State.QUEUED), (B, State.QUEUED)]

    engine = an_engine(advance, unfinished)
    engine.enqueue(A, 0.0)
    running = asyncio.create_task(engine.run())
    await until(lambda: len(begun) == 2)
    engine.stop()
    await asyncio.wait_for(running, 5)
    assert begun == [A, B]


# --- stop --------------------------------------------------------------------------------------------


async def test_a_stop_begins_nothing_new_and_waits_for_what_is_under_way() -> None:
    async with staged(pollers=2) as stage:
        stage.close()
        for job_id in jobs(5):
            stage.engine.enqueue(job_id, 0.0)
        await settle()
        stage.engine.stop()
        stage.engine.enqueue(A, 0.0)
        await settle()
        assert (stage.begun, stage.ended) == (jobs(2), [])
        stage.open.set()
        await settle()
        assert stage.begun == jobs(2)
        assert sorted(stage.ended) == jobs(2)


async def test_run_returns_only_when_the_last_advance_has_ended() -> None:
    may_end = asyncio.Event()

    async def advance(_: JobId) -> None:
        await may_end.wait()

    engine = an_engine(advance)
    engine.enqueue(A, 0.0)
    running = asyncio.create_task(engine.run())
    await settle()
    engine.stop()
    await settle()
    assert not running.done()
    may_end.set()
    await asyncio.wait_for(running, 5)


@pytest.mark.parametrize("delay", [None, 1000.0], ids=["nothing due", "something due later"])
async def test_a_stop_ends_a_doze_at_once(delay: float | None) -> None:
    async def advance(_: JobId) -> None:
        raise AssertionError

    engine = an_engine(advance)
    if delay is not None:
        engine.enqueue(A, delay)
    running = asyncio.create_task(engine.run())
    await settle()
    engine.stop()
    await asyncio.wait_for(running, 5)


# --- errors ------------------------------------------------------------------------------------------


async def test_an_advance_that_raises_ends_the_run_with_its_error_and_the_other_advances() -> None:
    cancelled: list[JobId] = []

    async def advance(job_id: JobId) -> None:
        if job_id == A:
            raise StoreUnusable("the disk is gone")
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.append(job_id)
            raise

    engine = an_engine(advance)
    engine.enqueue(B, 0.0)
    engine.enqueue(A, 0.0)
    with pytest.RaisesGroup(StoreUnusable, allow_unwrapped=True, flatten_subgroups=True):
        await asyncio.wait_for(engine.run(), 5)
    assert cancelled == [B]


async def test_a_store_that_fails_at_the_start_ends_the_run_with_its_error() -> None:
    async def unfinished() -> Sequence[tuple[JobId, State]]:
        raise StoreUnusable("the disk is gone")

    async def advance(_: JobId) -> None:
        raise AssertionError

    with pytest.raises(StoreUnusable, match="the disk is gone"):
        await asyncio.wait_for(an_engine(advance, unfinished).run(), 5)


# --- transactions ------------------------------------------------------------------------------------


async def test_a_job_is_enqueued_once_its_transaction_is_durable(tmp_path: Path) -> None:
    async with SqliteStore.open(tmp_path / "a.db", NOON) as store, staged() as stage:
        job = a_job()
        inside: list[int] = []

        def enqueue(transaction: Transaction) -> None:
            stage.engine.enqueue(job.id, 0.0, transaction)
            inside.append(stage.engine.waiting)

        await store.admit(job, PLENTY, enqueue)
        await until(lambda: stage.begun == [job.id])
        assert inside == [0]


async def test_a_refused_or_rolled_back_or_repeated_transaction_enqueues_nothing(tmp_path: Path) -> None:
    async with SqliteStore.open(tmp_path / "a.db", NOON) as store, staged() as stage:
        refused, failing, repeated = a_job(), a_job(), await a_stored_job(store)

        def enqueue(transaction: Transaction) -> None:
            stage.engine.enqueue(refused.id, 0.0, transaction)

        def enqueue_and_fail(transaction: Transaction) -> None:
            stage.engine.enqueue(failing.id, 0.0, transaction)
            raise RuntimeError

        with pytest.raises(MemberError):
            await store.admit(refused, terms(0, 0, 0), enqueue)
        with pytest.raises(RuntimeError):
            await store.admit(failing, PLENTY, enqueue_and_fail)
        await store.admit(a_job(interaction_id=repeated.interaction_id), PLENTY, enqueue)
        await settle()
        assert (stage.begun, stage.engine.waiting) == ([], 0)
