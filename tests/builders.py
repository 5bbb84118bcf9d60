"""Values for tests, with defaults: a job in any state, made by legal moves only.

Nothing here talks to a store or a network, except `a_stored_job`, which leads a job through a store.
"""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple, TypedDict, Unpack

from bot.core import events as ev
from bot.core.descent import Descent, How
from bot.core.draft import Draft, Form
from bot.core.errors import Problem, Reason
from bot.core.ids import (
    ChannelId,
    GuildId,
    InteractionId,
    JobId,
    MessageId,
    RequestId,
    UserId,
    WorkerId,
    new_draft_id,
    new_job_id,
)
from bot.core.job import Job, State, Token, apply
from bot.core.ledger import Purse
from bot.core.models import Kind, Request, SeedancePro
from bot.core.office import Deed, Office
from bot.core.ports import Store, Transaction
from bot.core.quota import Allowance, Rates, Terms
from bot.core.rights import Act
from bot.core.source import PictureSource, Source

NOON: Final = datetime(2025, 6, 15, 12, tzinfo=UTC)
OWNER: Final = UserId(41)
MANAGER: Final = UserId(42)
PLACE: Final = GuildId(7)


def terms(daily: int, monthly: int, active: int) -> Terms:
    """Return terms by which only a member's own allowance counts."""
    return Terms(Rates(Allowance(daily, monthly, active)))


PLENTY: Final = terms(10_000_000, 10_000_000, 1_000_000)


class Used(NamedTuple):
    """What counts against a member's allowance in a place, and their jobs under way."""

    daily: int = 0
    monthly: int = 0
    active: int = 0


_numbers = itertools.count(1_000_000_000_000_000_001)


class JobChanges(TypedDict, total=False):
    """What a test may choose about a job; the rest has defaults."""

    id: JobId
    interaction_id: InteractionId
    owner_id: UserId
    guild_id: GuildId | None
    channel_id: ChannelId
    locale: str
    request: Request
    sources: tuple[Source, ...]
    descent: Descent | None
    spoiler: bool
    cost: int
    accepted_at: datetime
    token: Token | None
    upload_limit: int
    estimated: int | None


def a_number() -> int:
    """Return an id as Discord would give it, never the same one twice."""
    return next(_numbers)


def a_job(state: State = State.PREPARING, **changes: Unpack[JobChanges]) -> Job:
    """Return a job that has come to `state` by the shortest legal way, in the moment of its acceptance."""
    job = _accepted(**changes)
    for event in events_to(state):
        job = apply(job, event, job.accepted_at)
    return job


def events_to(state: State) -> Sequence[ev.Event]:
    """Return fresh events that lead an accepted job to `state`."""
    queued: list[ev.Event] = [
        ev.Acknowledged(MessageId(a_number())),
        ev.Prepared(("https://cdn.discordapp.com/a/frame.png?ex=1",)),
    ]
    submitting = [*queued, ev.Claimed(WorkerId("worker-1"), 60.0)]
    running = [*submitting, ev.Accepted(RequestId(f"request-{a_number()}"))]
    ready = [*running, ev.Finished((ev.Output("https://playgrounds.runcomfy.net/a.mp4", Kind.VIDEO),))]
    ways: dict[State, list[ev.Event]] = {
        State.PREPARING: [],
        State.QUEUED: queued,
        State.SUBMITTING: submitting,
        State.RUNNING: running,
        State.READY: ready,
        State.UNKNOWN: [*submitting, ev.Interrupted(Reason(Problem.INTERRUPTED))],
        State.DELIVERED: [*ready, ev.Delivered(MessageId(a_number()))],
        State.FAILED: [*running, ev.Failed(Reason(Problem.GENERATION_FAILED, {"detail": "out of luck"}))],
        State.CANCELLED: [*queued, ev.Cancelled()],
    }
    return ways[state]


def a_descent(parent: Job, how: How = How.AGAIN) -> Descent:
    """Return what a job says that began with a button under the parent's result."""
    return Descent(parent.id, how, parent.channel_id, parent.result_id or MessageId(a_number()))


def a_draft(owner_id: UserId = OWNER, made_at: datetime = NOON, **typed: str) -> Draft:
    """Return a form to edit somebody's picture, with what was typed into it."""
    return Draft(
        id=new_draft_id(),
        owner_id=owner_id,
        made_at=made_at,
        form=Form.EDIT,
        sources=(PictureSource("https://cdn.discordapp.com/e/found.png", "found.png", 90_000),),
        typed={name: (text,) for name, text in typed.items()},
    )


def a_deed(act: Act = Act.GRANT, at: datetime = NOON, guild_id: GuildId | None = PLACE, **facts: str) -> Deed:
    """Return an act of a manager about the owner of a test's jobs."""
    return Deed(at, MANAGER, act, guild_id, OWNER, why="as agreed", details=facts)


async def a_stored_job(store: Store, state: State = State.PREPARING, **changes: Unpack[JobChanges]) -> Job:
    """Return a job that the store has led to `state`, one committed move at a time."""
    job = await store.admit(_accepted(**changes), PLENTY, no_engine)
    for event in events_to(state):
        job = await moved(store, job, event)
    return job


async def moved(store: Store, job: Job, event: ev.Event, after: timedelta = timedelta()) -> Job:
    """Apply the event to the stored job, `after` its acceptance, and return it."""
    changed = apply(job, event, job.accepted_at + after)
    assert await store.record(job, changed)
    return changed


async def used(office: Office, owner_id: UserId = OWNER, now: datetime = NOON) -> Used:
    """Return what a member has used of what everybody has, in the place where a test's jobs are."""
    usage = await office.usage(Purse(owner_id, PLACE), frozenset(), PLENTY.rates, now)
    account = usage.member_account
    return Used(account.day.credits, account.month.credits, usage.active)


def no_engine(transaction: Transaction) -> None:
    """Enqueue nothing."""


def _accepted(**changes: Unpack[JobChanges]) -> Job:
    accepted_at = changes.get("accepted_at", NOON)
    job = Job(
        id=new_job_id(),
        interaction_id=InteractionId(a_number()),
        owner_id=OWNER,
        guild_id=PLACE,
        channel_id=ChannelId(8),
        locale="en-GB",
        request=SeedancePro(prompt="a paper boat drifts over a pond"),
        sources=(PictureSource("https://cdn.discordapp.com/e/frame.png", "frame.png", 120_000, 1280, 720),),
        cost=5,
        accepted_at=accepted_at,
        token=Token("interaction-secret", accepted_at + timedelta(minutes=14)),
        upload_limit=10_485_760,
    )
    return replace(job, **changes)
