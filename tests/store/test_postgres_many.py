"""Several processes on one PostgreSQL: two stores share nothing but the database."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack

import pytest

from bot.core import events as ev
from bot.core.errors import MemberError, PassingError
from bot.core.ids import UserId, WorkerId
from bot.core.job import Job, State, apply
from bot.core.ports import Slots, Transaction
from bot.core.quota import Allowance, Bound, Rates, Terms
from bot.postgres import Joinable
from bot.store.postgres import PostgresStore
from tests.builders import NOON, PLENTY, a_job, a_stored_job, no_engine
from tests.postgres import clean_database

MANY = Allowance(1000, 1000, 1000)


@pytest.fixture
async def stores() -> AsyncGenerator[list[PostgresStore]]:
    url = clean_database()
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(PostgresStore.open(url, NOON)) for _ in range(3)]


@pytest.mark.parametrize(
    ("rates", "is_one_member"),
    [
        (Rates(Allowance(daily=15, monthly=999, active=99)), True),
        (Rates(Allowance(daily=999, monthly=999, active=5)), True),
        (Rates(MANY, server=Bound(daily=15)), False),
        (Rates(MANY, bot=Bound(daily=15)), False),
    ],
    ids=["credits", "active", "server", "bot"],
)
async def test_of_thirty_at_once_in_three_processes_those_get_in_for_whom_there_is_room(
    stores: list[PostgresStore], rates: Rates, is_one_member: bool
) -> None:
    jobs = [a_job(cost=3) if is_one_member else _another_members(number) for number in range(30)]

    answers = await asyncio.gather(
        *(_admitted(stores[number % 3], job, Terms(rates)) for number, job in enumerate(jobs))
    )

    assert answers.count(True) == 5


async def _admitted(store: PostgresStore, job: Job, terms: Terms) -> bool:
    """Tell whether there is room; who is told to try again, as on a busy machine, does."""
    while True:
        try:
            await store.admit(job, terms, no_engine)
        except MemberError:
            return False
        except PassingError:
            continue
        return True


def _another_members(number: int) -> Job:
    return a_job(cost=3, owner_id=UserId(1000 + number))


async def test_one_interaction_in_three_processes_is_one_job(stores: list[PostgresStore]) -> None:
    first = a_job()
    same = [first, *(a_job(interaction_id=first.interaction_id) for _ in range(8))]

    answers = await asyncio.gather(
        *(stores[number % 3].admit(job, PLENTY, no_engine) for number, job in enumerate(same))
    )

    assert len({answer.id for answer in answers}) == 1
    assert (await stores[0].counts())[State.PREPARING] == 1


async def test_three_processes_share_the_slots(stores: list[PostgresStore]) -> None:
    queued = [await a_stored_job(stores[0], State.QUEUED) for _ in range(9)]

    async def claims(store: PostgresStore, worker: str) -> None:
        for _ in range(12):
            for job_id in await store.head_of_line(1):
                job = await store.get(job_id)
                assert job is not None
                if job.state is State.QUEUED:
                    await store.claim(
                        job, apply(job, ev.Claimed(WorkerId(worker)), NOON), Slots(in_flight=4, submitting=4)
                    )

    await asyncio.gather(*(claims(store, f"w{number}") for number, store in enumerate(stores)))

    counts = await stores[0].counts()
    assert (counts[State.SUBMITTING], counts[State.QUEUED]) == (4, len(queued) - 4)


async def test_what_the_engine_writes_goes_with_the_admission_or_not_at_all(
    stores: list[PostgresStore],
) -> None:
    first, second = a_job(), a_job()

    def enqueue(transaction: Transaction) -> None:
        assert isinstance(transaction, Joinable)
        transaction.session.execute("INSERT INTO facts VALUES ('deferred', 'yes')")

    def enqueue_and_fail(transaction: Transaction) -> None:
        assert isinstance(transaction, Joinable)
        transaction.session.execute("UPDATE facts SET value = 'twice'")
        raise RuntimeError("the engine failed")

    await stores[0].admit(first, PLENTY, enqueue)
    with pytest.raises(RuntimeError, match="the engine failed"):
        await stores[0].admit(second, PLENTY, enqueue_and_fail)

    assert await stores[1].recall("deferred") == "yes"
    assert await stores[1].get(first.id) == first
    assert await stores[1].get(second.id) is None
