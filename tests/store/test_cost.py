"""What questions cost as the table grows: an index each, no sort, and no write for a look."""

import asyncio
import sqlite3
from collections.abc import Generator
from pathlib import Path

import pytest

from bot.core import events as ev
from bot.core.ids import UserId, WorkerId
from bot.core.job import State, apply
from bot.core.ports import Slots
from bot.store import accounts, jobs, line, lineage
from bot.store.database import connect
from bot.store.migrate import MIGRATIONS, apply_pending
from bot.store.numbered import migrations_in
from bot.store.sqlite import SqliteStore
from tests.builders import NOON, PLENTY, a_descent, a_job, a_stored_job
from tests.store.steps import Steps

ROOMY = Slots(in_flight=10**6, submitting=10**6)


@pytest.fixture
def connection(tmp_path: Path) -> Generator[sqlite3.Connection]:
    known = migrations_in(MIGRATIONS)
    connection = connect(tmp_path / "zoetrope.db", known)
    apply_pending(connection, known, NOON)
    yield connection
    connection.close()


def queue(connection: sqlite3.Connection, count: int) -> None:
    """Fill the line in one transaction."""
    connection.execute("BEGIN")
    for number in range(count):
        job, _ = accounts.admit(connection, a_job(owner_id=UserId(number % 500)), PLENTY)
        assert jobs.record(connection, job, apply(job, ev.Prepared(()), NOON))
    connection.execute("COMMIT")


def test_claiming_and_admitting_cost_the_same_with_two_thousand_in_the_line(
    connection: sqlite3.Connection,
) -> None:
    queue(connection, 2_000)

    with Steps(connection) as steps:
        (head,) = line.head_of_line(connection, 1, ())
        job = jobs.get(connection, head)
        assert job is not None
        after = apply(job, ev.Claimed(WorkerId("worker-1")), NOON)
        assert jobs.claim(connection, job, after, ROOMY, ())
        accounts.admit(connection, a_job(owner_id=UserId(10**6)), PLENTY)

    assert steps.taken < 3000


def test_a_position_is_found_in_a_long_line(connection: sqlite3.Connection) -> None:
    queue(connection, 2_000)
    (*_, last) = line.head_of_line(connection, 2_000, ())

    assert line.position(connection, last, ()) == 2_000


@pytest.mark.parametrize(
    "query",
    [
        "SELECT count(*) FROM jobs WHERE state IN ('submitting', 'running')",
        "SELECT state, count(*) FROM jobs GROUP BY state",
        "SELECT max(turn) FROM jobs WHERE owner_id = 1 AND hold = 'reserved'",
        "SELECT count(*) FROM jobs WHERE owner_id = 1 AND hold = 'reserved'",
    ],
)
def test_what_is_counted_is_counted_in_an_index(connection: sqlite3.Connection, query: str) -> None:
    plan = plan_of(connection, query)

    assert "COVERING INDEX" in plan
    assert "TEMP B-TREE" not in plan


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("SELECT * FROM jobs WHERE parent_id = 'a' ORDER BY accepted_at, rowid LIMIT 5", "jobs_children"),
        ("DELETE FROM drafts WHERE made_at < 1", "drafts_made"),
    ],
)
def test_what_is_found_is_found_in_its_index_and_in_order(
    connection: sqlite3.Connection, query: str, index: str
) -> None:
    plan = plan_of(connection, query)

    assert f"USING INDEX {index}" in plan or f"USING COVERING INDEX {index}" in plan
    assert "TEMP B-TREE" not in plan


def test_a_chain_costs_what_is_asked_of_it_among_two_thousand(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN")
    job = a_job(State.DELIVERED)
    for number in range(2_000):
        # One long chain, every tenth of which has a child that nobody went on from.
        child = a_job(owner_id=UserId(number), descent=a_descent(job))
        accounts.admit(connection, child, PLENTY)
        job = job if number % 10 == 0 else child
    connection.execute("COMMIT")

    with Steps(connection) as steps:
        assert len(lineage.lineage(connection, job.id, 10)) == 11

    assert steps.taken < 3000


def plan_of(connection: sqlite3.Connection, query: str) -> str:
    return " | ".join(row["detail"] for row in connection.execute(f"EXPLAIN QUERY PLAN {query}").fetchall())


async def test_looking_at_ten_thousand_jobs_writes_nothing(
    connection: sqlite3.Connection, tmp_path: Path
) -> None:
    queue(connection, 10_000)
    written = line.head_of_line(connection, 10_000, ())
    path = tmp_path / "zoetrope.db"
    async with SqliteStore.open(path, NOON) as store:
        await a_stored_job(store, State.QUEUED)
        log = path.with_name("zoetrope.db-wal")
        before = (log.stat().st_size, log.stat().st_mtime_ns, path.stat().st_mtime_ns)

        looks = await asyncio.gather(*(store.get(job_id) for job_id in written))
        assert len(await store.unfinished()) == 10_001

        assert [job and job.id for job in looks] == [*written]
        assert (log.stat().st_size, log.stat().st_mtime_ns, path.stat().st_mtime_ns) == before
        await a_stored_job(store, State.QUEUED)
        assert log.stat().st_mtime_ns != before[1]
