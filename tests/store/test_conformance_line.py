"""What every store must do with quotas, slots and the line."""

import asyncio
import itertools
from datetime import UTC, datetime, timedelta

import pytest

from bot.core import events as ev
from bot.core.errors import MemberError, Problem, Reason
from bot.core.ids import JobId, UserId, WorkerId
from bot.core.job import HOLDS, Job, State, apply
from bot.core.office import Office
from bot.core.ports import Slots, Store
from bot.core.quota import Hold, Terms
from tests.builders import NOON, PLENTY, Used, a_job, a_stored_job, events_to, moved, no_engine, terms, used

ROOMY = Slots(in_flight=100, submitting=100)
ANN, BEN, CID = UserId(1), UserId(2), UserId(3)

_ticks = itertools.count()


@pytest.mark.parametrize(
    "allowance",
    [
        terms(daily=5 * 3 + 2, monthly=1000, active=100),
        terms(daily=1000, monthly=5 * 3 + 2, active=100),
        terms(daily=1000, monthly=1000, active=5),
    ],
)
async def test_twenty_at_once_with_room_for_five_admit_exactly_five(
    store: Store, office: Office, allowance: Terms
) -> None:
    jobs = [a_job(cost=3) for _ in range(20)]

    outcomes = await asyncio.gather(
        *(store.admit(job, allowance, no_engine) for job in jobs), return_exceptions=True
    )

    assert sum(isinstance(outcome, Job) for outcome in outcomes) == 5
    assert sum(isinstance(outcome, MemberError) for outcome in outcomes) == 15
    assert await used(office) == Used(daily=15, monthly=15, active=5)


async def test_an_admission_that_is_cancelled_at_any_step_is_whole_or_not_there(
    store: Store, office: Office
) -> None:
    jobs = [a_job(cost=3) for _ in range(40)]
    for number, job in enumerate(jobs):
        admission = asyncio.create_task(store.admit(job, PLENTY, no_engine))
        for _ in range(number % 8):
            await asyncio.sleep(0)
        admission.cancel()
        await asyncio.gather(admission, return_exceptions=True)

    found = [job for job in jobs if await store.get(job.id)]
    expected = Used(daily=3 * len(found), monthly=3 * len(found), active=len(found))
    assert await used(office) == expected
    assert len(found) < len(jobs)


@pytest.mark.parametrize("state", list(State))
async def test_what_counts_follows_from_the_state(store: Store, office: Office, state: State) -> None:
    await a_stored_job(store, state, cost=7)

    usage = await used(office)

    assert usage.daily == usage.monthly == (0 if HOLDS[state] is Hold.RETURNED else 7)
    assert usage.active == (1 if HOLDS[state] is Hold.RESERVED else 0)


async def test_a_job_counts_in_the_day_and_month_of_its_acceptance(store: Store, office: Office) -> None:
    midnight = datetime(2025, 7, 1, tzinfo=UTC)
    before = await a_stored_job(store, cost=2, accepted_at=midnight - timedelta(microseconds=1))
    await a_stored_job(store, cost=3, accepted_at=midnight)
    await a_stored_job(store, cost=4, accepted_at=midnight + timedelta(days=3))

    assert await used(office, before.owner_id, midnight - timedelta(hours=1)) == Used(2, 2, 3)
    assert await used(office, before.owner_id, midnight + timedelta(hours=1)) == Used(3, 7, 3)
    assert await used(office, before.owner_id, midnight + timedelta(days=3)) == Used(4, 7, 3)


async def test_a_quota_that_renews_has_room_again(store: Store) -> None:
    allowance = terms(daily=5, monthly=100, active=10)
    await store.admit(a_job(cost=5), allowance, no_engine)

    with pytest.raises(MemberError) as refusal:
        await store.admit(a_job(cost=1, accepted_at=NOON + timedelta(hours=11)), allowance, no_engine)
    await store.admit(a_job(cost=5, accepted_at=NOON + timedelta(hours=12)), allowance, no_engine)

    assert refusal.value.reason.problem is Problem.QUOTA_DAILY


async def test_one_members_use_is_not_anothers(store: Store, office: Office) -> None:
    await a_stored_job(store, owner_id=ANN)

    assert await used(office, BEN) == Used(0, 0, 0)


async def test_members_alternate_in_the_line(store: Store) -> None:
    ann = [await waiting(store, State.QUEUED, owner_id=ANN) for _ in range(3)]
    ben = [await waiting(store, State.QUEUED, owner_id=BEN) for _ in range(2)]
    cid = [await waiting(store, State.QUEUED, owner_id=CID)]

    assert await order(store) == names(ann[0], ben[0], cid[0], ann[1], ben[1], ann[2])


async def test_a_newcomer_goes_before_anybodys_second(store: Store) -> None:
    ann = [await waiting(store, State.QUEUED, owner_id=ANN) for _ in range(4)]
    assert await claimed(store, ann[0])
    assert await claimed(store, ann[1])

    ben = [await waiting(store, State.QUEUED, owner_id=BEN) for _ in range(2)]

    assert await order(store) == names(ben[0], ann[2], ben[1], ann[3])


async def test_nobody_saves_up_turns_by_staying_away(store: Store) -> None:
    for _ in range(5):
        assert await claimed(store, await waiting(store, State.QUEUED, owner_id=ANN))
    ann = [await waiting(store, State.QUEUED, owner_id=ANN) for _ in range(2)]
    ben = [await waiting(store, State.QUEUED, owner_id=BEN) for _ in range(3)]

    assert await order(store) == names(ben[0], ann[0], ben[1], ann[1], ben[2])


async def test_an_idle_line_forgets_who_was_there_before(store: Store) -> None:
    for _ in range(3):
        await waiting(store, State.DELIVERED, owner_id=ANN)

    ann = await waiting(store, State.QUEUED, owner_id=ANN)
    ben = await waiting(store, State.QUEUED, owner_id=BEN)

    assert await order(store) == names(ann, ben)


async def test_a_job_that_was_not_sent_keeps_its_place(store: Store) -> None:
    first = await waiting(store, State.QUEUED, owner_id=ANN)
    second = await waiting(store, State.QUEUED, owner_id=BEN)
    submitting = claim_of(first)
    assert await store.claim(first, submitting, ROOMY)

    await moved(store, submitting, ev.NotSent(Reason(Problem.GENERATOR_UNREACHABLE)))

    assert await order(store) == names(first, second)


async def test_the_position_counts_those_ahead(store: Store) -> None:
    jobs = [await waiting(store, State.QUEUED, owner_id=owner) for owner in (ANN, BEN, ANN)]

    assert [await store.position(job) for job in jobs] == [1, 2, 3]

    await store.wish_cancel(jobs[0].id)
    assert [await store.position(job) for job in jobs[1:]] == [1, 2]


async def test_only_the_head_of_the_line_is_claimed(store: Store) -> None:
    first = await waiting(store, State.QUEUED, owner_id=ANN)
    second = await waiting(store, State.QUEUED, owner_id=BEN)

    assert not await claimed(store, second)
    assert await claimed(store, first)
    assert await claimed(store, second)


async def test_a_job_that_is_wished_away_is_neither_claimed_nor_in_the_way(store: Store) -> None:
    first = await waiting(store, State.QUEUED, owner_id=ANN)
    second = await waiting(store, State.QUEUED, owner_id=BEN)
    await store.wish_cancel(first.id)

    assert not await claimed(store, first)
    assert await claimed(store, second)


async def test_a_job_that_is_passed_over_is_in_nobodys_way(store: Store) -> None:
    first = await waiting(store, State.QUEUED, owner_id=ANN)
    second = await waiting(store, State.QUEUED, owner_id=BEN)

    assert await store.head_of_line(2, {first.id}) == [second.id]
    after = apply(second, ev.Claimed(WorkerId("w")), second.accepted_at)
    assert not await store.claim(second, after, ROOMY)
    assert await store.claim(second, after, ROOMY, {first.id})


async def test_a_job_still_being_prepared_does_not_hold_up_the_line(store: Store) -> None:
    await waiting(store, State.PREPARING, owner_id=ANN)
    second = await waiting(store, State.QUEUED, owner_id=BEN)

    assert await order(store) == names(second)
    assert await claimed(store, second)


async def test_no_more_are_in_flight_than_there_are_slots(store: Store) -> None:
    slots = Slots(in_flight=2, submitting=2)
    running = await waiting(store, State.RUNNING)
    jobs = [await waiting(store, State.QUEUED) for _ in range(2)]

    assert await claimed(store, jobs[0], slots)
    assert not await claimed(store, jobs[1], slots)

    await moved(store, running, ev.Finished(()))
    assert await claimed(store, jobs[1], slots)


async def test_no_more_paid_calls_are_under_way_than_allowed(store: Store) -> None:
    slots = Slots(in_flight=10, submitting=1)
    jobs = [await waiting(store, State.QUEUED) for _ in range(2)]
    submitting = claim_of(jobs[0])

    assert await store.claim(jobs[0], submitting, slots)
    assert not await claimed(store, jobs[1], slots)

    await moved(store, submitting, events_to(State.RUNNING)[-1])
    assert await claimed(store, jobs[1], slots)


async def test_claims_at_once_never_exceed_the_slots(store: Store) -> None:
    slots = Slots(in_flight=5, submitting=3)
    jobs = [await waiting(store, State.QUEUED, owner_id=UserId(n)) for n in range(20)]

    outcomes = await asyncio.gather(*(claimed(store, job, slots) for job in jobs for _ in range(2)))

    assert sum(outcomes) == 3
    assert (await store.counts())[State.SUBMITTING] == 3


async def test_a_claim_of_an_outdated_version_changes_nothing(store: Store) -> None:
    job = await waiting(store, State.QUEUED)
    await moved(store, job, ev.Waited(1))

    assert not await claimed(store, job)
    assert (await store.counts())[State.QUEUED] == 1


async def test_the_whole_line_goes_in_turn_and_once(store: Store) -> None:
    jobs = await asyncio.gather(*(waiting(store, State.QUEUED, owner_id=UserId(n % 7)) for n in range(60)))
    went: list[UserId] = []

    while head := await store.head_of_line(1):
        job = await store.get(head[0])
        assert job is not None
        assert await claimed(store, job)
        went.append(job.owner_id)

    assert len(went) == len(jobs)
    # Among the first seven is everybody, and among the second seven again.
    assert {frozenset(went[start : start + 7]) for start in range(0, 56, 7)} == {frozenset(range(7))}


async def waiting(store: Store, state: State, owner_id: UserId = ANN) -> Job:
    """Accept one after another, as a clock would have it."""
    accepted_at = NOON + timedelta(milliseconds=next(_ticks))
    return await a_stored_job(store, state, owner_id=owner_id, accepted_at=accepted_at)


def claim_of(job: Job) -> Job:
    return apply(job, ev.Claimed(WorkerId("worker-2")), job.accepted_at)


async def claimed(store: Store, job: Job, slots: Slots = ROOMY) -> bool:
    return await store.claim(job, claim_of(job), slots)


async def order(store: Store) -> list[JobId]:
    return list(await store.head_of_line(100))


def names(*jobs: Job) -> list[JobId]:
    return [job.id for job in jobs]
