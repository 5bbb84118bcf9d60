"""Jobs and drafts as chance would have them, within the law."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import strategies as st

from bot.core.descent import Descent, How
from bot.core.draft import Draft, Form
from bot.core.errors import Problem, Reason
from bot.core.events import Output, Way
from bot.core.ids import ChannelId, DraftId, GuildId, MessageId, UserId, new_draft_id, new_job_id
from bot.core.job import Job, State, Token
from bot.core.mending import Mending
from bot.core.models import Kind, SeedanceFast
from bot.core.source import Borrowed, PictureSource, Place
from tests.builders import NOON, JobChanges, a_job

# A number of Discord's fits into a signed integer of SQLite: https://discord.com/developers/docs/reference#snowflakes
numbers = st.integers(1, 2**63 - 1)
times = st.integers(-(10**15), 10**15).map(lambda number: NOON + timedelta(microseconds=number))
# PostgreSQL has no place for a zero byte in a text: that has a test of its own.
words = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)
maybe_times = st.none() | times

picture_sources = st.builds(
    PictureSource,
    words,
    words,
    st.integers(0, 2**53),
    st.none() | numbers,
    st.none() | numbers,
    st.none() | words,
    st.lists(words, max_size=3).map(tuple),
    st.booleans(),
)
borrowed = st.builds(Borrowed, st.builds(new_job_id), st.sampled_from(Place), st.integers(0, 99))
descents = st.builds(
    Descent,
    st.builds(new_job_id),
    st.sampled_from(How),
    numbers.map(ChannelId),
    numbers.map(MessageId),
)
reasons = st.builds(
    Reason,
    st.sampled_from(Problem),
    st.dictionaries(words, words | st.integers() | st.floats(allow_nan=False, allow_infinity=False)),
)


@st.composite
def jobs(draw: st.DrawFn) -> Job:
    """Return any job that the law allows; an answer to a question, a wish and what is shown are not in it."""
    job = a_job(draw(st.sampled_from(State)), **draw(_accepted()))
    job = replace(
        job,
        version=job.version + 1,
        asked_at=draw(maybe_times),
        pictures=tuple(draw(st.lists(words, max_size=3))),
        mended=tuple(draw(st.lists(st.lists(st.sampled_from(Mending), max_size=4).map(tuple), max_size=3))),
        posting_at=draw(maybe_times),
        overdue_at=draw(maybe_times),
        typical_seconds=draw(st.none() | st.floats(0, 1e9)),
        likely_seconds=draw(st.none() | st.floats(0, 1e9)),
        reason=draw(reasons) if job.reason else draw(st.none() | reasons),
    )
    if job.finished_at is not None:
        job = replace(job, outputs=tuple(draw(st.lists(st.builds(Output, words, st.sampled_from(Kind))))))
        way = draw(st.sampled_from(Way))
        if way is not Way.WHOLE:
            job = replace(job, way=way, room=draw(numbers), size=draw(numbers))
    if job.state is State.DELIVERED:
        job = replace(job, deleted_at=draw(maybe_times))
    return job


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    """Return any draft."""
    return Draft(
        id=DraftId(new_draft_id()),
        owner_id=UserId(draw(numbers)),
        made_at=draw(times),
        form=draw(st.sampled_from(Form)),
        descent=draw(st.none() | descents),
        sources=tuple(draw(st.lists(picture_sources, max_size=3))),
        typed=draw(st.dictionaries(words, st.lists(words, max_size=3).map(tuple), max_size=5)),
    )


@st.composite
def _accepted(draw: st.DrawFn) -> JobChanges:
    return JobChanges(
        owner_id=UserId(draw(numbers)),
        guild_id=draw(st.none() | numbers.map(GuildId)),
        channel_id=ChannelId(draw(numbers)),
        locale=draw(words),
        request=SeedanceFast(
            prompt=draw(st.text(st.characters(codec="utf-8"), max_size=60).map("p{}".format))
        ),
        sources=tuple(draw(st.lists(picture_sources | borrowed, max_size=4))),
        descent=draw(st.none() | descents),
        spoiler=draw(st.booleans()),
        cost=draw(st.integers(1, 10**6)),
        accepted_at=draw(times),
        token=draw(st.none() | st.builds(Token, words, times)),
        upload_limit=draw(numbers),
    )
