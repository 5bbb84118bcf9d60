"""Files of earlier versions: every job in them is read as it was, and goes on under today's law."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core import events as ev
from bot.core.errors import Problem, Reason
from bot.core.ids import GuildId, RequestId, UserId
from bot.core.job import State
from bot.core.mending import Framing
from bot.core.quota import Hold
from bot.store.sqlite import SqliteStore, migrate
from tests.builders import NOON, PLACE, Used, a_stored_job, moved, used
from tests.store.accounted import discrepancies
from tests.store.old import an_old_file

STEPS: dict[State, ev.Event] = {
    State.PREPARING: ev.Asked(Reason(Problem.PICTURE_ASPECT)),
    State.QUEUED: ev.Waited(1),
    State.SUBMITTING: ev.Accepted(RequestId("late")),
    State.RUNNING: ev.Progressed(ev.Phase.IN_PROGRESS),
    State.READY: ev.Rerouted(ev.Way.FITTED, 10_485_760, 90_000_000),
    State.DELIVERED: ev.Deleted(),
    State.UNKNOWN: ev.Told(),
    State.FAILED: ev.Told(),
    State.CANCELLED: ev.Told(),
}
MOVEMENTS: dict[Hold, str] = {
    Hold.RESERVED: "reserved",
    Hold.CHARGED: "reserved, charged",
    Hold.RETURNED: "reserved, given back",
}


@pytest.mark.parametrize("schema", [1, 2])
async def test_a_job_of_every_state_is_read_with_what_was_always_true_of_it(
    tmp_path: Path, schema: int
) -> None:
    path = tmp_path / "zoetrope.db"
    jobs = an_old_file(path, list(State), schema)

    async with SqliteStore.open(path, NOON) as store:
        assert [await store.get(job.id) for job in jobs] == jobs
        assert sorted(await store.unfinished()) == sorted((job.id, job.state) for job in jobs)
        assert [await store.lineage(job.id, 5) for job in jobs] == [[job] for job in jobs]


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("schema", [1, 2])
async def test_a_job_of_before_goes_on(tmp_path: Path, state: State, schema: int) -> None:
    path = tmp_path / "zoetrope.db"
    (job,) = an_old_file(path, [state], schema)

    async with SqliteStore.open(path, NOON) as store:
        after = await moved(store, job, STEPS[state])
        assert await store.get(job.id) == after
    assert discrepancies(path) == []


async def test_a_question_about_a_job_of_before_can_be_answered(tmp_path: Path) -> None:
    path = tmp_path / "zoetrope.db"
    (job,) = an_old_file(path, [State.PREPARING])

    async with SqliteStore.open(path, NOON) as store:
        await moved(store, job, STEPS[State.PREPARING])
        answered = await store.choose_framing(job.id, Framing.BARS)

    assert answered is not None
    assert answered.framing is Framing.BARS


@pytest.mark.parametrize("schema", [1, 2])
@pytest.mark.parametrize("place", [PLACE, None])
def test_the_ledger_is_what_the_jobs_of_before_imply(
    tmp_path: Path, schema: int, place: GuildId | None
) -> None:
    path = tmp_path / "zoetrope.db"
    jobs = an_old_file(path, list(State), schema, guild_id=place)

    migrate(path, NOON)

    assert discrepancies(path) == []
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute(
            "SELECT job_id, group_concat(movement, ', ') FROM ledger WHERE holder = 'member' GROUP BY job_id"
        ).fetchall()
        accounts = connection.execute("SELECT count(*) FROM balances").fetchone()
    assert dict(found) == {job.id: MOVEMENTS[job.hold] for job in jobs}
    assert accounts == (4 if place is None else 6,)


async def test_what_was_used_before_still_counts_by_the_days_of_utc(tmp_path: Path) -> None:
    path = tmp_path / "zoetrope.db"
    an_old_file(path, [State.RUNNING, State.DELIVERED, State.FAILED], cost=5)

    async with SqliteStore.open(path, NOON) as store:
        assert await used(store.office) == Used(daily=10, monthly=10, active=1)
        assert await used(store.office, now=NOON + timedelta(hours=12)) == Used(0, 10, 1)


async def test_the_line_of_before_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "zoetrope.db"
    jobs = an_old_file(path, [State.QUEUED] * 3, owner_id=UserId(5))

    async with SqliteStore.open(path, NOON) as store:
        soon = NOON + timedelta(seconds=1)
        later = await a_stored_job(store, State.QUEUED, owner_id=UserId(5), accepted_at=soon)
        new = await a_stored_job(store, State.QUEUED, owner_id=UserId(6), accepted_at=soon)

        expected = [jobs[0].id, new.id, jobs[1].id, jobs[2].id, later.id]
        assert await store.head_of_line(9) == expected


def test_a_full_file_is_sound_after_its_migration(tmp_path: Path) -> None:
    path = tmp_path / "zoetrope.db"
    an_old_file(path, [*State] * 20)

    assert migrate(path, NOON)[0] == 1

    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("SELECT count(*) FROM jobs").fetchone() == (20 * len(State),)
