"""D7 and M5: a database that restarts, or is cut off at the worst moment. Nothing is lost or done twice.

The connection is cut by a proxy between the store and the server; what the server has then is read past it.
"""

import asyncio
import signal
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress

import psycopg
import pytest

from bot.core import events as ev
from bot.core.errors import PassingError, Problem
from bot.core.ids import JobId, RequestId, WorkerId
from bot.core.job import Job, State, apply
from bot.core.ports import Slots, Transaction
from bot.store.postgres import PostgresStore
from bot.store.postgresql import writer
from bot.store.postgresql.dialect import PostgresConnection, prepare
from proof.scale.proxy import Loss, Proxy, proxy
from tests.builders import NOON, PLENTY, a_job, a_stored_job, no_engine
from tests.postgres import clean_database, running
from tests.store.accounted import sums_that_differ

PATIENCE = 3.0
"""Seconds until Discord gives a command up."""
SLOTS = Slots(8, 2)


@pytest.fixture
def url() -> str:
    return clean_database()


@pytest.fixture
async def way(url: str) -> AsyncGenerator[Proxy]:
    async with proxy(url) as way:
        yield way


@pytest.fixture
async def store(way: Proxy) -> AsyncGenerator[PostgresStore]:
    async with PostgresStore.open(way.url, NOON) as store:
        yield store


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have what was not made be made anew, however long a busy machine takes to find that out."""
    monkeypatch.setattr(writer, "PATIENCE", 60.0)


def entered(url: str, movement: str) -> int:
    """Return how often something was entered for a member, and hold all balances to their sums."""
    with psycopg.connect(url) as session:
        prepare(session)
        assert [*sums_that_differ(PostgresConnection(session))] == []
        query = "SELECT count(*) FROM ledger WHERE holder = 'member' AND movement = %s"
        (count,) = session.execute(query, (movement,)).fetchone() or (0,)
    return count


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("loss", [*Loss])
async def test_an_admission_whose_commit_is_lost_is_made_once(
    store: PostgresStore, way: Proxy, url: str, loss: Loss
) -> None:
    heard: list[str] = []
    job = a_job()
    way.losses = [loss]
    begun = time.monotonic()

    stored = await store.admit(
        job, PLENTY, lambda transaction: transaction.after_commit(lambda: heard.append(job.id))
    )

    # Were it not for the mark, a server would wait for ten seconds.
    assert time.monotonic() - begun < 8
    assert not way.losses
    assert stored == job
    assert entered(url, "reserved") == 1
    await asyncio.sleep(0)
    assert heard == [job.id]


@pytest.mark.usefixtures("patient")
async def test_an_admission_whose_number_a_crashed_server_gave_to_another_is_not_taken_for_made(
    store: PostgresStore, way: Proxy, url: str
) -> None:
    job = a_job()
    way.losses, way.cut_after_loss = [Loss.UNNOTICED], True
    admission = asyncio.create_task(store.admit(job, PLENTY, no_engine))
    await _until(lambda: way.is_cut)

    await asyncio.to_thread(running().restart, signal.SIGQUIT)
    with psycopg.connect(url, autocommit=True) as another:
        # More than one admission takes, so that its number is among them.
        for _ in range(20):
            another.execute("SELECT pg_current_xact_id()")
    way.mend()

    assert await admission == job
    assert await store.get(job.id) == job
    assert entered(url, "reserved") == 1


@pytest.mark.parametrize("loss", [Loss.UNSENT, Loss.UNANSWERED])
async def test_a_move_whose_commit_is_cut_off_is_not_taken_for_anothers(
    store: PostgresStore, way: Proxy, url: str, loss: Loss
) -> None:
    job = await a_stored_job(store)
    way.losses = [loss]

    assert await store.record(job, cancelled := apply(job, ev.Cancelled(), NOON))
    assert not way.losses
    assert await store.get(job.id) == cancelled
    assert entered(url, "given back") == 1


async def test_a_claim_whose_answer_comes_only_after_the_database_is_back_was_made(
    store: PostgresStore, way: Proxy
) -> None:
    job = await a_stored_job(store, State.QUEUED)
    way.losses, way.cut_after_loss = [Loss.UNANSWERED], True

    claimed = apply(job, ev.Claimed(WorkerId("w")), NOON)
    claim = asyncio.create_task(store.claim(job, claimed, SLOTS))
    await _until(lambda: way.is_cut)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.shield(claim), 0.5)
    way.mend()

    assert await claim
    assert await store.get(job.id) == claimed


async def test_while_the_database_is_away_everybody_is_told_so_in_time(
    store: PostgresStore, way: Proxy
) -> None:
    job = await a_stored_job(store)
    way.cut()
    begun = time.monotonic()

    answers = await asked_of_all(store, job)

    assert time.monotonic() - begun < PATIENCE
    assert [type(answer) for answer in answers] == [PassingError] * len(answers)
    way.mend()
    assert await _patiently(store, job.id) == job
    assert await store.counts() == {**dict.fromkeys(State, 0), State.PREPARING: 1}


async def test_while_nothing_comes_through_nobody_waits_for_ever_and_what_comes_late_does_nothing(
    store: PostgresStore, way: Proxy
) -> None:
    job = await a_stored_job(store)
    way.hold_back()

    async with asyncio.timeout(20):
        answers = await asked_of_all(store, job)

    assert [type(answer) for answer in answers] == [PassingError] * len(answers)
    way.mend()
    assert await _patiently(store, job.id) == job
    assert await store.counts() == {**dict.fromkeys(State, 0), State.PREPARING: 1}


async def test_who_is_cut_off_claims_nothing_and_records_what_was_bought_once_the_way_is_mended(
    store: PostgresStore, way: Proxy, url: str
) -> None:
    bought = await a_stored_job(store, State.SUBMITTING)
    waiting = await a_stored_job(store, State.QUEUED)
    way.cut()

    with pytest.raises(PassingError):
        await store.claim(waiting, apply(waiting, ev.Claimed(WorkerId("w")), NOON), SLOTS)
    running_now = apply(bought, ev.Accepted(RequestId("r")), NOON)
    with pytest.raises(PassingError):
        await store.record(bought, running_now)
    way.mend()

    assert await _patiently(store, waiting.id) == waiting
    assert await store.record(bought, running_now)
    assert entered(url, "reserved") == 2


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGQUIT], ids=["stopped", "crashed"])
async def test_a_server_that_restarts_under_load_loses_nothing_that_was_answered(
    url: str, sign: signal.Signals
) -> None:
    heard: list[str] = []
    stop = asyncio.Event()
    answered: list[str] = []
    refused: list[Problem] = []

    async def admit_some(store: PostgresStore) -> None:
        while not stop.is_set():
            job = a_job()

            def enqueue(transaction: Transaction, job_id: str = job.id) -> None:
                transaction.after_commit(lambda: heard.append(job_id))

            try:
                answered.append((await store.admit(job, PLENTY, enqueue)).id)
            except PassingError as error:
                refused.append(error.reason.problem)

    async with PostgresStore.open(url, NOON) as store:
        working = [asyncio.create_task(admit_some(store)) for _ in range(6)]
        await _until(lambda: len(answered) > 20)
        await asyncio.to_thread(running().restart, sign)
        before = len(answered)
        await _until(lambda: len(answered) > before + 20)
        stop.set()
        await asyncio.gather(*working)
        broken = asyncio.create_task(store.broken())
        await asyncio.sleep(0)
        assert not broken.done()
        broken.cancel()
        there = {job.id for job in await store.in_state(State.PREPARING, 10_000)}

    assert there == set(answered) == set(heard)
    assert len(heard) == len(answered) == entered(url, "reserved")
    assert set(refused) <= {Problem.STORE_BUSY}


async def asked_of_all(store: PostgresStore, job: Job) -> list[object]:
    """Ask a store that cannot be reached for everything at once, and return what came of it."""
    return await asyncio.gather(
        store.get(job.id),
        store.record(job, apply(job, ev.Cancelled(), NOON)),
        *(store.admit(a_job(), PLENTY, no_engine) for _ in range(40)),
        store.office.expire(NOON),
        return_exceptions=True,
    )


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 (what it waits for is no event)
            await asyncio.sleep(0.01)


async def _patiently(store: PostgresStore, job_id: JobId) -> Job | None:
    """Ask until the store is back at its database."""
    async with asyncio.timeout(20):
        while True:
            with suppress(PassingError):
                return await store.get(job_id)
