"""Files of the first version: every job in them is read as it was, and goes on under today's law."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.core import events as ev
from bot.core.errors import Problem, Reason
from bot.core.ids import RequestId
from bot.core.job import State
from bot.core.mending import Framing
from bot.store.sqlite import SqliteStore, migrate
from tests.builders import NOON, moved
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


async def test_a_job_of_every_state_is_read_with_what_was_always_true_of_it(tmp_path: Path) -> None:
    path = tmp_path / "zoetrope.db"
    jobs = an_old_file(path, list(State))

    async with SqliteStore.open(path, NOON) as store:
        assert [await store.get(job.id) for job in jobs] == jobs
        assert sorted(await store.unfinished()) == sorted((job.id, job.state) for job in jobs)
        assert [await store.lineage(job.id, 5) for job in jobs] == [[job] for job in jobs]


@pytest.mark.parametrize("state", list(State))
async def test_a_job_of_before_goes_on(tmp_path: Path, state: State) -> None:
    path = tmp_path / "zoetrope.db"
    (job,) = an_old_file(path, [state])

    async with SqliteStore.open(path, NOON) as store:
        after = await moved(store, job, STEPS[state])
        assert await store.get(job.id) == after


async def test_a_question_about_a_job_of_before_can_be_answered(tmp_path: Path) -> None:
    path = tmp_path / "zoetrope.db"
    (job,) = an_old_file(path, [State.PREPARING])

    async with SqliteStore.open(path, NOON) as store:
        await moved(store, job, STEPS[State.PREPARING])
        answered = await store.choose_framing(job.id, Framing.BARS)

    assert answered is not None
    assert answered.framing is Framing.BARS


def test_a_full_file_is_sound_after_its_migration(tmp_path: Path) -> None:
    path = tmp_path / "zoetrope.db"
    an_old_file(path, [*State] * 20)

    assert migrate(path, NOON)[0] == 1

    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("SELECT count(*) FROM jobs").fetchone() == (20 * len(State),)
