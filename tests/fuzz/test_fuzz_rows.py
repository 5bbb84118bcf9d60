"""Rows that a newer version or a hand has left: one that is none says so, and stands in nobody's way."""

import contextlib
import json
import sqlite3
import traceback
from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from hypothesis import event, given, reject
from hypothesis import strategies as st

from bot.core.ids import DraftId, UserId
from bot.core.job import Job, State
from bot.core.models import SeedanceFast
from bot.store.rows import UnreadableRow
from bot.store.sqlite import SqliteStore
from tests.builders import NOON, a_descent, a_draft, a_number, a_stored_job, used
from tests.fuzz.effort import promptly, tries
from tests.fuzz.odd import anything, near_misses, said

SECRET: Final = "a lighthouse that nobody must read of"

_urls = said("https://cdn.discordapp.com/e/a.png", "\0", "")
_requests = near_misses(
    {
        "command": said("seedance-fast", "seedance-fast", "seedance-pro", "seedance-gone"),
        "prompt": said(SECRET),
        "duration": st.sampled_from(("5", "60", '"5"')),
        "resolution": said("720p", "8K"),
    }
)
_texts: Final = {
    "request": _requests,
    "sources": st.lists(near_misses({"url": _urls, "filename": said("a.png"), "size": st.just("1")})).map(
        lambda some: f"[{', '.join(some)}]"
    ),
    "descent": near_misses(
        {"parent_id": said("bcdfghjkmnp"), "how": said("again", "other"), "channel_id": st.just("1")}
    ),
    "pictures": st.lists(_urls).map(lambda some: f"[{', '.join(some)}]"),
    "outputs": st.lists(near_misses({"url": _urls, "kind": said("video", "hologram")})).map(
        lambda some: f"[{', '.join(some)}]"
    ),
    "reason": near_misses(
        {"problem": said("generation_failed", "of_tomorrow"), "facts": st.just('{"detail": "x"}')}
    ),
    "mended": st.just('[["cropped"]]') | st.just('[["of tomorrow"]]'),
    "way": st.just("linked"),
    "phase": st.just("in_progress"),
    "locale": st.text(max_size=9),
    "token": st.just("t"),
}
_numbers: Final = (
    "accepted_at",
    "ended_at",
    "token_good_until",
    "position",
    "cost",
    "size",
    "room",
    "posting_at",
)
edits = st.one_of(
    st.sampled_from(sorted(_texts)).flatmap(lambda name: st.tuples(st.just(name), _texts[name] | anything)),
    st.tuples(st.sampled_from(_numbers), st.integers(-(2**63), 2**63 - 1)),
    st.tuples(st.just("cost"), st.integers(-10, 2**53)),
)


def edit(path: Path, statement: str, values: tuple[str | int, ...]) -> None:
    """Change one row by hand; no example where the schema forbids that."""
    try:
        with contextlib.closing(sqlite3.connect(path)) as connection, connection:
            assert connection.execute(statement, values).rowcount == 1
    except sqlite3.Error as refusal:
        if "locked" in str(refusal):
            raise
        reject()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "z.db"


@pytest.fixture
async def store(path: Path) -> AsyncGenerator[SqliteStore]:
    async with SqliteStore.open(path, NOON) as store:
        yield store


async def a_spoilt_job(store: SqliteStore, path: Path, state: State, change: tuple[str, str | int]) -> Job:
    """Return a job as it was before its row was edited; no example where the schema forbids the edit."""
    owner_id = UserId(a_number())
    parent = await a_stored_job(store, State.DELIVERED, owner_id=owner_id)
    request, descent = SeedanceFast(prompt=SECRET), a_descent(parent)
    job = await a_stored_job(store, state, owner_id=owner_id, request=request, descent=descent)
    name, value = change
    text = value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
    edit(path, f"UPDATE jobs SET {name} = ? WHERE id = ?", (text, job.id))
    return job


@tries(70)
@given(state=st.sampled_from(State), change=edits)
async def test_a_row_of_nonsense_is_told_by_its_id_and_holds_up_nobody(
    store: SqliteStore, path: Path, state: State, change: tuple[str, str | int]
) -> None:
    job = await a_spoilt_job(store, path, state, change)
    good = await a_stored_job(store, State.QUEUED)

    with promptly():
        try:
            found = await store.get(job.id)
            assert found is not None
            event("read")
        except UnreadableRow as unreadable:
            tale = "".join(traceback.format_exception(unreadable)) + str(unreadable.__context__)
            judge_tale(tale, job)
            event("unreadable")

    assert len(await store.recent(job.owner_id, 3)) in (1, 2)
    assert await store.lineage(good.id, 8) == [good]
    await store.lineage(job.id, 8)
    assert (good.id, State.QUEUED) in await store.unfinished()
    assert (await store.counts())[State.QUEUED]
    assert await used(store.office, job.owner_id, NOON + timedelta(seconds=1))
    assert await store.head_of_line(3)


def judge_tale(tale: str, job: Job) -> None:
    assert SECRET not in tale
    assert job.id in tale


@tries(80)
@given(
    content=near_misses(
        {
            "form": said("edit", "change", "of tomorrow"),
            "descent": st.just("null"),
            "sources": st.just("[]"),
            "typed": near_misses({"prompt": st.just(json.dumps([SECRET]))}),
        }
    )
    | anything,
    made_at=st.just(0) | st.integers(-(2**63), 2**63 - 1),
)
async def test_a_draft_of_nonsense_is_kept_no_longer(
    store: SqliteStore, path: Path, caplog: pytest.LogCaptureFixture, content: str, made_at: int
) -> None:
    draft = a_draft(prompt="x")
    await store.keep_draft(draft)
    text = content.encode("utf-8", "replace").decode()
    edit(path, "UPDATE drafts SET content = ?, made_at = ? WHERE id = ?", (text, made_at, draft.id))

    found = await store.draft(DraftId(draft.id))

    assert found is None or found.id == draft.id
    assert SECRET not in caplog.text
