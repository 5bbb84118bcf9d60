"""What every store must do with weights: who counts more has shorter steps in the line, and nothing else."""

import itertools
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core import events as ev
from bot.core.ids import JobId, UserId, WorkerId
from bot.core.job import Job, State, apply
from bot.core.ports import Slots, Store
from tests.builders import NOON, PLENTY, a_job, events_to, moved, no_engine

ROOMY = Slots(in_flight=100, submitting=100)
ANN, BEN = UserId(1), UserId(2)

_ticks = itertools.count()


async def test_twice_the_weight_gets_about_two_turns_for_one(store: Store) -> None:
    ann = [await weighed(store, ANN, 2) for _ in range(20)]
    ben = [await weighed(store, BEN, 1) for _ in range(10)]

    went = await store.head_of_line(100)

    for taken in range(3, 31, 3):
        of_ben = len(set(went[:taken]) & set(names(*ben)))
        assert abs(of_ben - taken / 3) <= 1
    assert [job_id for job_id in went if job_id in names(*ann)] == names(*ann)


@pytest.mark.parametrize("weight", [0.1, 1, 2, 100])
async def test_a_newcomers_first_goes_before_the_second_of_anybody_of_any_weight(
    store: Store, weight: float
) -> None:
    heavy = [await weighed(store, ANN, weight) for _ in range(10)]
    for job in heavy[:4]:
        assert await claimed(store, job)

    new = await weighed(store, BEN, 0.1)

    assert (await store.head_of_line(2)) in (names(new, heavy[4]), names(heavy[4], new))
    assert await store.position(new) <= 2


async def test_of_the_same_weight_nobody_waits_for_anothers_tenth(store: Store) -> None:
    ann = [await weighed(store, ANN, 3) for _ in range(10)]
    ben = [await weighed(store, BEN, 3) for _ in range(10)]

    assert await store.head_of_line(100) == [
        job_id for pair in zip(names(*ann), names(*ben), strict=True) for job_id in pair
    ]


async def weighed(store: Store, owner_id: UserId, weight: float) -> Job:
    """Accept a job of somebody of this weight, and have it wait."""
    accepted_at = NOON + timedelta(milliseconds=next(_ticks))
    job = a_job(owner_id=owner_id, accepted_at=accepted_at)
    job = await store.admit(job, replace(PLENTY, weight=weight), no_engine)
    for event in events_to(State.QUEUED):
        job = await moved(store, job, event)
    return job


async def claimed(store: Store, job: Job) -> bool:
    return await store.claim(job, apply(job, ev.Claimed(WorkerId("worker-2")), job.accepted_at), ROOMY)


def names(*jobs: Job) -> list[JobId]:
    return [job.id for job in jobs]
