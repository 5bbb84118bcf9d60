"""What every store must do with chains of jobs, answers to a question, and forms half filled in."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core import events as ev
from bot.core.descent import How
from bot.core.errors import Problem, Reason
from bot.core.ids import JobId, UserId, new_draft_id, new_job_id
from bot.core.job import Job, State, apply
from bot.core.mending import Framing, Mending
from bot.core.office import Office
from bot.core.ports import Store
from bot.core.source import Borrowed, PictureSource, Place
from bot.store.drafts import MOST
from tests.builders import NOON, a_descent, a_draft, a_stored_job, moved, used

ASKED = ev.Asked(Reason(Problem.PICTURE_ASPECT, {"filename": "wide.png", "aspect": 4.2}))


# --- what a job is made of --------------------------------------------------------------------------


async def test_pictures_of_discord_and_of_earlier_jobs_are_told_apart(store: Store) -> None:
    address = PictureSource(
        "https://cdn.discordapp.com/a.png", "a.png", 9, others=("https://b",), of_video=True
    )
    borrowed = Borrowed(new_job_id(), Place.RESULT, 3)

    job = await a_stored_job(store, sources=(address, borrowed, replace(borrowed, number=0)))

    found = await store.get(job.id)
    assert found is not None
    assert found.sources == (address, borrowed, replace(borrowed, number=0))
    assert [type(source) for source in found.sources] == [PictureSource, Borrowed, Borrowed]


@pytest.mark.parametrize("how", list(How))
async def test_a_descent_survives(store: Store, how: How) -> None:
    parent = await a_stored_job(store, State.DELIVERED)

    child = await a_stored_job(store, descent=a_descent(parent, how), spoiler=True)

    found = await store.get(child.id)
    assert found == child
    assert found is not None
    assert (found.descent, found.spoiler) == (a_descent(parent, how), True)


async def test_what_was_mended_survives(store: Store) -> None:
    job = await a_stored_job(store)

    job = await moved(store, job, ev.Prepared(("a", "b"), ((Mending.UPRIGHT, Mending.BARRED), ())))

    assert await store.get(job.id) == job


async def test_the_way_of_a_result_survives_each_step(store: Store) -> None:
    job = await a_stored_job(store, State.READY)
    for way in (ev.Way.FITTED, ev.Way.FITTED, ev.Way.LINKED):
        job = await moved(store, job, ev.Rerouted(way, 10_485_760, 90_000_000))
        assert await store.get(job.id) == job


async def test_a_deleted_result_is_taken_up_again_until_it_is_told(store: Store, office: Office) -> None:
    job = await moved(store, await a_stored_job(store, State.DELIVERED), ev.Told())
    before = await used(office)
    assert await store.unfinished() == []

    job = await moved(store, job, ev.Deleted(), after=timedelta(hours=3))
    assert await store.get(job.id) == job
    assert await store.unfinished() == [(job.id, State.DELIVERED)]
    assert await used(office) == before

    await moved(store, job, ev.Told())
    assert await store.unfinished() == []


# --- the answer to a question -----------------------------------------------------------------------


@pytest.mark.parametrize("framing", list(Framing))
async def test_an_answer_is_noted_once(store: Store, framing: Framing) -> None:
    asked = await moved(store, await a_stored_job(store), ASKED)

    first = await store.choose_framing(asked.id, framing)
    second = await store.choose_framing(asked.id, Framing.CROP if framing is Framing.BARS else Framing.BARS)

    noted = replace(asked, framing=framing, version=asked.version + 1)
    assert first == second == await store.get(asked.id) == noted


async def test_of_two_answers_at_once_one_counts_for_both(store: Store) -> None:
    asked = await moved(store, await a_stored_job(store), ASKED)

    answers = await asyncio.gather(*(store.choose_framing(asked.id, framing) for framing in [*Framing] * 10))

    stored = await store.get(asked.id)
    assert stored is not None
    assert stored.framing in Framing
    assert stored.version == asked.version + 1
    assert answers == [stored] * len(answers)


async def test_nothing_is_chosen_where_nobody_asked(store: Store) -> None:
    job = await a_stored_job(store)

    assert await store.choose_framing(job.id, Framing.CROP) == job
    assert await store.get(job.id) == job
    assert await store.choose_framing(new_job_id(), Framing.CROP) is None


@pytest.mark.parametrize(
    "event", [ev.Prepared(()), ev.Refused(Reason(Problem.PICTURE_ASPECT)), ev.Cancelled()], ids=type
)
async def test_an_answer_that_comes_too_late_is_not_noted(store: Store, event: ev.Event) -> None:
    gone_on = await moved(store, await moved(store, await a_stored_job(store), ASKED), event)

    assert await store.choose_framing(gone_on.id, Framing.CROP) == gone_on
    assert await store.get(gone_on.id) == gone_on


async def test_a_move_leaves_an_answer_alone(store: Store) -> None:
    asked = await moved(store, await a_stored_job(store), ASKED)
    answered = await store.choose_framing(asked.id, Framing.CROP)
    assert answered is not None

    prepared = await moved(store, replace(answered, framing=None), ev.Prepared(()))

    assert prepared.framing is None
    assert await store.get(asked.id) == replace(prepared, framing=Framing.CROP)


async def test_what_was_decided_without_the_answer_is_not_recorded_after_it(store: Store) -> None:
    asked = await moved(store, await a_stored_job(store), ASKED)
    await store.choose_framing(asked.id, Framing.CROP)

    refused = apply(asked, ev.Refused(Reason(Problem.PICTURE_ASPECT)), asked.accepted_at)

    assert not await store.record(asked, refused)


# --- chains -----------------------------------------------------------------------------------------


async def test_a_chain_is_told_from_the_oldest_to_the_children(store: Store) -> None:
    chain = await a_chain(store, 4)
    first, second = await a_child(store, chain[2], hours=8), await a_child(store, chain[2], hours=7)
    await a_child(store, first, hours=9)
    await a_child(store, chain[0], hours=9)
    await a_stored_job(store)

    assert await names(store, chain[2], 5) == [*ids(chain), second.id, first.id]
    assert await names(store, chain[3], 5) == ids(chain)


async def test_a_chain_is_no_longer_than_was_asked_for(store: Store) -> None:
    chain = await a_chain(store, 6)
    children = [await a_child(store, chain[5], hours=10 + number) for number in range(4)]

    assert await names(store, chain[5], 2) == ids([*chain[3:6], *children[:2]])
    assert await names(store, chain[5], 0) == [chain[5].id]


async def test_a_job_alone_is_its_own_chain_and_an_unknown_one_has_none(store: Store) -> None:
    job = await a_stored_job(store)

    assert await store.lineage(job.id, 5) == [job]
    assert await store.lineage(new_job_id(), 5) == []


async def test_a_chain_begins_where_its_parent_is_not_known(store: Store) -> None:
    stranger = await a_stored_job(store, State.DELIVERED)
    orphan = await a_stored_job(store, descent=replace(a_descent(stranger), parent_id=new_job_id()))

    assert await names(store, orphan, 5) == [orphan.id]


async def test_a_circle_is_told_once_around(store: Store) -> None:
    circle = [new_job_id() for _ in range(3)]
    descent = a_descent(await a_stored_job(store, State.DELIVERED))
    for number, job_id in enumerate(circle):
        await a_stored_job(store, id=job_id, descent=replace(descent, parent_id=circle[number - 1]))

    found = [job.id for job in await store.lineage(circle[0], 25)]

    assert found == [circle[1], circle[2], circle[0]]


async def test_a_job_that_is_its_own_parent_is_told_once(store: Store) -> None:
    job_id = new_job_id()
    other = await a_stored_job(store, State.DELIVERED)
    await a_stored_job(store, id=job_id, descent=replace(a_descent(other), parent_id=job_id))

    assert [job.id for job in await store.lineage(job_id, 25)] == [job_id]


# --- forms half filled in ---------------------------------------------------------------------------


async def test_a_draft_is_read_as_it_was_written(store: Store) -> None:
    parent = await a_stored_job(store, State.DELIVERED)
    draft = replace(a_draft(prompt="'; DROP TABLE drafts;-- 🚣"), descent=a_descent(parent))
    draft = replace(draft, typed={**draft.typed, "options": ("audio", "spoiler"), "seed": ()})

    await store.keep_draft(draft)

    assert await store.draft(draft.id) == draft
    assert await store.draft(new_draft_id()) is None


async def test_a_draft_is_replaced_by_a_later_one_of_its_name(store: Store) -> None:
    first, other = a_draft(prompt="a boat"), a_draft(owner_id=UserId(7), prompt="a kite")
    second = replace(a_draft(made_at=NOON + timedelta(hours=1), prompt="a paper boat"), id=first.id)
    for draft in (first, other, second):
        await store.keep_draft(draft)

    assert await store.draft(first.id) == second
    assert await store.draft(other.id) == other


async def test_a_draft_goes_when_another_is_made_more_than_a_week_later(store: Store) -> None:
    old, young = a_draft(), a_draft(made_at=NOON + timedelta(microseconds=1))
    for draft in (old, young):
        await store.keep_draft(draft)

    await store.keep_draft(a_draft(made_at=NOON + timedelta(days=7)))
    assert await store.draft(old.id) == old
    await store.keep_draft(a_draft(made_at=NOON + timedelta(days=7, microseconds=1)))

    assert await store.draft(old.id) is None
    assert await store.draft(young.id) == young


async def test_a_members_oldest_drafts_make_room_and_nobody_elses(store: Store) -> None:
    others = a_draft(owner_id=UserId(7))
    await store.keep_draft(others)
    mine = [a_draft(made_at=NOON + timedelta(seconds=number)) for number in range(MOST + 3)]
    for draft in mine:
        await store.keep_draft(draft)

    kept = [draft for draft in mine if await store.draft(draft.id) is not None]

    assert kept == mine[3:]
    assert await store.draft(others.id) == others


async def a_child(store: Store, parent: Job, hours: int) -> Job:
    accepted_at = NOON + timedelta(hours=hours)
    return await a_stored_job(store, State.DELIVERED, descent=a_descent(parent), accepted_at=accepted_at)


async def a_chain(store: Store, length: int) -> Sequence[Job]:
    """Return jobs of which each began with the one before."""
    chain = [await a_stored_job(store, State.DELIVERED)]
    while len(chain) < length:
        chain.append(await a_child(store, chain[-1], hours=len(chain)))
    return chain


def ids(jobs: Sequence[Job]) -> list[JobId]:
    return [job.id for job in jobs]


async def names(store: Store, job: Job, count: int) -> list[JobId]:
    return ids(await store.lineage(job.id, count))
