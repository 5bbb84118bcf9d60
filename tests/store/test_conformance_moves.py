"""What every store must do with a job's life; `store` says on which databases."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.core import events as ev
from bot.core.errors import MemberError, Problem, Reason
from bot.core.ids import InteractionId, RequestId, UserId, new_job_id
from bot.core.job import ENDED, Job, State, Wish, apply
from bot.core.models import SeedanceFast, SeedanceLite, SeedancePro, SeedreamEdit
from bot.core.office import Office
from bot.core.ports import Store, Transaction
from tests.builders import NOON, PLENTY, a_job, a_stored_job, moved, no_engine, terms, used


@pytest.mark.parametrize("state", list(State))
async def test_a_job_is_read_as_it_was_written(store: Store, state: State) -> None:
    written = await a_stored_job(store, state, accepted_at=NOON + timedelta(microseconds=123_457))

    assert await store.get(written.id) == written


@pytest.mark.parametrize(
    "request_",
    [
        SeedancePro(prompt='ünïcode 🚣 and "quotes"; DROP TABLE jobs;--', audio=False),
        SeedanceLite(prompt="two pictures", resolution="720p", duration=10),
        SeedanceFast(prompt="words only", seed=7),
        SeedreamEdit(prompt="an edit", resolution="4K"),
    ],
)
async def test_every_kind_of_request_survives(
    store: Store, request_: SeedancePro | SeedanceLite | SeedanceFast | SeedreamEdit
) -> None:
    job = await a_stored_job(store, request=request_, guild_id=None, sources=(), token=None)

    assert await store.get(job.id) == job


async def test_facts_of_a_reason_survive(store: Store) -> None:
    job = await a_stored_job(store, State.SUBMITTING)
    reason = Reason(Problem.REQUEST_REFUSED, {"code": 422, "share": 0.5, "detail": "nö"})

    job = await moved(store, job, ev.Refused(reason))

    found = await store.get(job.id)
    assert found is not None
    assert found.reason == reason


async def test_an_unknown_job_is_none(store: Store) -> None:
    assert await store.get(new_job_id()) is None
    assert await store.wish_cancel(new_job_id()) is None


async def test_one_interaction_makes_one_job(store: Store, office: Office) -> None:
    first = await store.admit(a_job(interaction_id=InteractionId(5)), PLENTY, no_engine)
    enqueued: list[str] = []

    second = await store.admit(
        a_job(interaction_id=InteractionId(5)), terms(0, 0, 0), lambda _: enqueued.append("again")
    )

    assert second == first
    assert enqueued == []
    assert (await used(office)).active == 1


async def test_duplicates_at_once_make_one_job(store: Store) -> None:
    duplicates = [a_job(interaction_id=InteractionId(5)) for _ in range(20)]

    stored = await asyncio.gather(*(store.admit(job, PLENTY, no_engine) for job in duplicates))

    assert len({job.id for job in stored}) == 1
    assert sum((await store.counts()).values()) == 1


async def test_the_engine_hears_of_a_job_once_it_is_durable_and_not_of_a_refused_one(store: Store) -> None:
    heard: list[str] = []

    def enqueue(transaction: Transaction) -> None:
        transaction.after_commit(lambda: heard.append("due"))

    await store.admit(a_job(), PLENTY, enqueue)
    with pytest.raises(MemberError):
        await store.admit(a_job(), terms(0, 0, 0), enqueue)

    assert heard == ["due"]


async def test_an_engine_that_fails_undoes_the_admission(store: Store) -> None:
    job = a_job()

    def enqueue(_: Transaction) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await store.admit(job, PLENTY, enqueue)

    assert await store.get(job.id) is None


async def test_a_move_is_recorded_once(store: Store) -> None:
    before = await a_stored_job(store, State.RUNNING)
    after = apply(before, ev.Progressed(ev.Phase.IN_PROGRESS), NOON)

    outcomes = await asyncio.gather(*(store.record(before, after) for _ in range(10)))

    assert sorted(outcomes) == [False] * 9 + [True]
    assert await store.get(before.id) == after


async def test_a_move_from_another_state_or_version_changes_nothing(store: Store) -> None:
    job = await a_stored_job(store, State.QUEUED)
    after = apply(job, ev.Waited(3), NOON)

    assert not await store.record(replace(job, version=job.version - 1), after)
    assert not await store.record(replace(job, state=State.RUNNING), after)
    assert await store.get(job.id) == job


async def test_a_move_leaves_a_wish_and_what_is_shown_alone(store: Store) -> None:
    job = await a_stored_job(store, State.RUNNING)
    await store.wish_cancel(job.id)
    await store.note_shown(job.id, job.version)

    after = await moved(store, job, ev.Progressed(ev.Phase.IN_PROGRESS))

    found = await store.get(job.id)
    assert found == replace(after, wish=Wish.WISHED, shown=job.version)


async def test_a_refused_wish_is_recorded(store: Store) -> None:
    job = await a_stored_job(store, State.RUNNING)
    await store.wish_cancel(job.id)

    await moved(store, job, ev.CancelRefused())

    found = await store.get(job.id)
    assert found is not None
    assert found.wish is Wish.REFUSED
    again = await store.wish_cancel(job.id)
    assert again is not None
    assert again.wish is Wish.REFUSED


@pytest.mark.parametrize("state", list(State))
async def test_a_wish_is_noted_unless_the_job_has_ended(store: Store, state: State) -> None:
    job = await a_stored_job(store, state)

    wished = await store.wish_cancel(job.id)

    expected = Wish.NONE if state in ENDED else Wish.WISHED
    assert wished == replace(job, wish=expected)
    assert await store.get(job.id) == wished


async def test_what_is_shown_only_grows(store: Store) -> None:
    job = await a_stored_job(store, State.RUNNING)

    await store.note_shown(job.id, 3)
    await store.note_shown(job.id, 1)

    found = await store.get(job.id)
    assert found is not None
    assert found.shown == 3


async def test_a_late_answer_reopens_the_reservation(store: Store, office: Office) -> None:
    job = await a_stored_job(store, State.UNKNOWN, cost=9)
    assert (await used(office)).daily == 0

    await moved(store, job, ev.Accepted(RequestId("late")))

    usage = await used(office)
    assert (usage.daily, usage.active) == (9, 1)


async def test_only_what_is_unfinished_is_taken_up_after_a_restart(store: Store) -> None:
    jobs = {state: await a_stored_job(store, state) for state in State}
    told = await a_stored_job(store, State.DELIVERED)
    await moved(store, told, ev.Told())

    unfinished = await store.unfinished()

    assert sorted(unfinished) == sorted((job.id, state) for state, job in jobs.items())


async def test_recent_jobs_are_the_members_own_and_newest_first(store: Store) -> None:
    jobs = [
        await a_stored_job(store, accepted_at=NOON + timedelta(minutes=minute)) for minute in (0, 2, 1, 3)
    ]
    await a_stored_job(store, owner_id=UserId(99))

    recent = await store.recent(jobs[0].owner_id, 3)

    assert [job.id for job in recent] == [jobs[3].id, jobs[1].id, jobs[2].id]


async def test_jobs_of_a_state_come_oldest_first(store: Store) -> None:
    young = await a_stored_job(store, State.UNKNOWN, accepted_at=NOON + timedelta(hours=1))
    old = await a_stored_job(store, State.UNKNOWN)
    await a_stored_job(store, State.FAILED)

    assert [job.id for job in await store.in_state(State.UNKNOWN, 5)] == [old.id, young.id]
    assert [job.id for job in await store.in_state(State.UNKNOWN, 1)] == [old.id]
    counts = await store.counts()
    assert (counts[State.UNKNOWN], counts[State.FAILED], counts[State.QUEUED]) == (2, 1, 0)


async def test_facts_are_kept_and_replaced(store: Store) -> None:
    assert await store.recall("synced") is None

    await store.remember("synced", "a")
    await store.remember("synced", "b")

    assert await store.recall("synced") == "b"


async def test_durations_are_those_of_like_jobs_newest_first(store: Store) -> None:
    for hour, seconds in enumerate((10, 90, 20.25)):
        await a_finished_job(store, seconds, duration=5, accepted_at=NOON + timedelta(hours=hour))
    await a_finished_job(store, 700, duration=10)

    assert await store.durations(SeedancePro(prompt="like them", duration=5)) == [20.25, 90, 10]
    assert await store.durations(SeedancePro(prompt="like the other", duration=10)) == [700]
    assert await store.durations(SeedancePro(prompt="p", duration=5, resolution="720p")) == []
    assert await store.durations(SeedreamEdit(prompt="never made")) == []


async def test_the_newest_are_those_that_ended_last_whenever_they_began(store: Store) -> None:
    await a_finished_job(store, 5000)
    await a_finished_job(store, 30, accepted_at=NOON + timedelta(minutes=10))

    assert await store.durations(SeedancePro(prompt="p", duration=5)) == [5000, 30]


async def test_only_the_latest_two_hundred_durations_are_told(store: Store) -> None:
    for minute in range(5):
        await a_finished_job(store, 500, accepted_at=NOON + timedelta(minutes=minute))
    for minute in range(200):
        await a_finished_job(store, 40, accepted_at=NOON + timedelta(days=1, minutes=minute))

    assert await store.durations(SeedancePro(prompt="p", duration=5)) == [40] * 200


async def test_a_duration_is_never_less_than_nothing(store: Store) -> None:
    await a_finished_job(store, -7)

    assert await store.durations(SeedancePro(prompt="p", duration=5)) == [0]


async def test_a_job_without_length_or_resolution_has_a_duration_too(store: Store) -> None:
    request = SeedreamEdit(prompt="an edit")
    job = await a_stored_job(store, State.RUNNING, request=request)
    await moved(store, job, ev.Finished(()), after=timedelta(seconds=8))

    assert await store.durations(request) == [8]


async def a_finished_job(
    store: Store, seconds: float, *, duration: int = 5, accepted_at: datetime = NOON
) -> Job:
    request = SeedancePro(prompt="a boat", duration=duration)
    job = await a_stored_job(store, State.RUNNING, request=request, accepted_at=accepted_at)
    return await moved(store, job, ev.Finished(()), after=timedelta(seconds=seconds))
