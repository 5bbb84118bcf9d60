"""Whatever a job or a draft is made of, every store gives back what it was given."""

from dataclasses import replace

from hypothesis import HealthCheck, given, settings

from bot.core.draft import Draft
from bot.core.job import Job, State
from bot.core.ports import Store
from tests.builders import PLENTY, a_job, no_engine
from tests.store import drawn

# One store serves all examples: each has a name of its own.
one_store = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@one_store
@given(job=drawn.jobs())
async def test_a_job_is_read_as_it_was_written_whatever_it_is_made_of(store: Store, job: Job) -> None:
    before = as_accepted(job)
    assert await store.admit(before, PLENTY, no_engine) == before
    assert await store.get(job.id) == before

    assert await store.record(before, job)

    found = await store.get(job.id)
    assert found == job
    assert repr(found) == repr(job)  # 1 is not 1.0, and no picture is another kind of picture
    assert job in await store.recent(job.owner_id, 200)


@one_store
@given(draft=drawn.drafts())
async def test_a_draft_is_read_as_it_was_written_whatever_was_typed(store: Store, draft: Draft) -> None:
    await store.keep_draft(draft)

    found = await store.draft(draft.id)

    assert found == draft
    assert repr(found) == repr(draft)


async def test_a_zero_byte_that_no_text_may_have_costs_nobody_the_job(store: Store) -> None:
    job = a_job(State.PREPARING, locale="d\0e")
    await store.admit(job, PLENTY, no_engine)
    found = await store.get(job.id)
    assert found is not None
    assert found.locale in ("d\0e", "d\ufffde")


def as_accepted(job: Job) -> Job:
    """Return the job as it began."""
    fresh = a_job(State.PREPARING)
    return replace(
        fresh,
        id=job.id,
        interaction_id=job.interaction_id,
        owner_id=job.owner_id,
        guild_id=job.guild_id,
        channel_id=job.channel_id,
        locale=job.locale,
        request=job.request,
        sources=job.sources,
        descent=job.descent,
        spoiler=job.spoiler,
        cost=job.cost,
        accepted_at=job.accepted_at,
        token=job.token,
        upload_limit=job.upload_limit,
    )
