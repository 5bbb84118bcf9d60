"""Rows of other times: what was accepted once is read for ever, and no prompt is in an error."""

import sqlite3
from pathlib import Path

import pytest

from bot.core.descent import Descent, How
from bot.core.ids import JobId, MessageId
from bot.core.job import State
from bot.core.models import SeedanceFast
from bot.store.sqlite import SqliteStore
from tests.builders import NOON, a_stored_job

SECRET = "a lighthouse that nobody must read of"


async def rewritten(path: Path, old: str, new: str) -> str:
    """Store a job, change its request behind the store's back, and return its id."""
    async with SqliteStore.open(path, NOON) as store:
        job = await a_stored_job(store, State.QUEUED, request=SeedanceFast(prompt=SECRET))
    connection = sqlite3.connect(path)
    with connection:
        changed = connection.execute("UPDATE jobs SET request = replace(request, ?, ?)", (old, new)).rowcount
    connection.close()
    assert changed == 1
    return job.id


async def test_a_request_that_todays_model_would_refuse_is_read_as_it_was_accepted(tmp_path: Path) -> None:
    path = tmp_path / "z.db"
    await rewritten(path, '"duration":5', '"duration":60')
    async with SqliteStore.open(path, NOON) as store:
        (job,) = await store.in_state(State.QUEUED, 1)
    assert isinstance(job.request, SeedanceFast)
    assert (job.request.duration, job.request.prompt) == (60, SECRET)


async def test_a_request_for_a_model_that_is_gone_says_so_without_its_prompt(tmp_path: Path) -> None:
    path = tmp_path / "z.db"
    job_id = await rewritten(path, "seedance-fast", "seedance-gone")
    async with SqliteStore.open(path, NOON) as store:
        with pytest.raises(LookupError) as caught:
            await store.get(JobId(job_id))
    # The chain of an exception is logged with it.
    assert SECRET not in str(caught.value) + str(caught.value.__context__)


async def test_a_row_that_cannot_be_read_is_left_out_and_takes_no_other_along(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "z.db"
    spoilt = await rewritten(path, "seedance-fast", "seedance-gone")
    async with SqliteStore.open(path, NOON) as store:
        sound = await a_stored_job(store, State.QUEUED)
        descent = Descent(JobId(spoilt), How.AGAIN, sound.channel_id, MessageId(1))
        child = await a_stored_job(store, State.QUEUED, descent=descent)
        assert {job.id for job in await store.recent(sound.owner_id, 9)} == {sound.id, child.id}
        assert {job.id for job in await store.in_state(State.QUEUED, 9)} == {sound.id, child.id}
        assert [job.id for job in await store.lineage(child.id, 9)] == [child.id]
    assert caplog.text.count(f"job {spoilt} cannot be read: LookupError") == 3
    assert SECRET not in caplog.text
