"""Rows of other times: what was accepted once is read for ever, and no prompt is in an error."""

import sqlite3
from pathlib import Path

import pytest

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
    await rewritten(path, "seedance-fast", "seedance-gone")
    async with SqliteStore.open(path, NOON) as store:
        with pytest.raises(LookupError) as caught:
            await store.in_state(State.QUEUED, 1)
    # The chain of an exception is logged with it.
    assert SECRET not in str(caught.value) + str(caught.value.__context__)
