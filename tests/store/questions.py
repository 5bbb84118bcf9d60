"""Every question that a store can be asked, and the model beside it."""

import asyncio
from datetime import datetime, timedelta
from typing import Final

from bot.core.ids import UserId, new_job_id
from bot.core.job import State
from tests.builders import used
from tests.store.deeds import TERMS
from tests.store.homes import Memory
from tests.store.model import Model

FEW: Final = 2
MANY: Final = 1000


async def ask_everything(store: Memory, model: Model, now: datetime) -> None:
    """Compare every answer of the store with the model's."""
    await asyncio.gather(
        _about_states(store, model),
        _about_the_line(store, model),
        *(_about_a_member(store, model, owner_id, now) for owner_id in TERMS),
        _about_chains_and_times(store, model),
    )


async def _about_states(store: Memory, model: Model) -> None:
    counts = await store.counts()
    assert counts == model.counts()
    assert sorted(await store.unfinished()) == model.unfinished()
    for state in State:
        expected = model.in_state(state)
        assert len(expected) == counts[state]
        assert await store.in_state(state, FEW) == expected[:FEW]
        if len(expected) > FEW:
            assert await store.in_state(state, MANY) == expected


async def _about_the_line(store: Memory, model: Model) -> None:
    line = model.line()
    assert await store.head_of_line(MANY) == line
    assert await store.head_of_line(1, line[:1]) == line[1:2]
    for place, job_id in enumerate(line, 1):
        job = model.jobs[job_id]
        assert await store.position(job) == place
        assert await store.position(job, line[:1]) == max(1, place - 1)


async def _about_a_member(store: Memory, model: Model, owner_id: UserId, now: datetime) -> None:
    recent = model.recent(owner_id)
    assert await store.recent(owner_id, MANY) == recent
    assert await store.recent(owner_id, FEW) == recent[:FEW]
    days = {job.accepted_at.date(): job.accepted_at for job in recent}
    for time in [now, now + timedelta(days=40), *days.values()]:
        assert await used(store.office, owner_id, time) == model.usage(owner_id, time)


async def _about_chains_and_times(store: Memory, model: Model) -> None:
    assert await store.lineage(new_job_id(), FEW) == []
    for job in list(model.jobs.values())[-FEW:]:
        assert await store.lineage(job.id, FEW) == model.lineage(job.id, FEW)
    for request in {job.request.command: job.request for job in model.jobs.values()}.values():
        assert sorted(await store.durations(request)) == sorted(model.durations(request))
