"""A job, its states, and the one table of moves between them.

`apply` is the only way from one job value to the next. A move that is not in the table raises and
changes nothing; the store repeats the same law as CHECK constraints.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from bot.core import events as ev
from bot.core.descent import Descent, How
from bot.core.errors import Reason
from bot.core.ids import ChannelId, GuildId, InteractionId, JobId, MessageId, RequestId, UserId, WorkerId
from bot.core.mending import Framing, Mending
from bot.core.models import Request
from bot.core.quota import Hold
from bot.core.source import Source


class State(StrEnum):
    """Where a job is in its life."""

    PREPARING = "preparing"
    QUEUED = "queued"
    SUBMITTING = "submitting"
    RUNNING = "running"
    READY = "ready"
    UNKNOWN = "unknown"
    DELIVERED = "delivered"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Wish(StrEnum):
    """Whether somebody wants the job cancelled, and what came of it."""

    NONE = "none"
    WISHED = "wished"
    REFUSED = "refused"


FINAL: Final = frozenset({State.DELIVERED, State.FAILED, State.CANCELLED})
IN_FLIGHT: Final = frozenset({State.SUBMITTING, State.RUNNING})
"""The states that take up one of the places at RunComfy."""
ENDED: Final = FINAL | {State.UNKNOWN}
"""The states in which nothing more is under way, and the owner must be told."""

HOLDS: Final[dict[State, Hold]] = {
    State.PREPARING: Hold.RESERVED,
    State.QUEUED: Hold.RESERVED,
    State.SUBMITTING: Hold.RESERVED,
    State.RUNNING: Hold.RESERVED,
    State.READY: Hold.RESERVED,
    State.UNKNOWN: Hold.RETURNED,
    State.DELIVERED: Hold.CHARGED,
    State.FAILED: Hold.RETURNED,
    State.CANCELLED: Hold.RETURNED,
}

TRANSITIONS: Final[dict[tuple[State, type[ev.Event]], State]] = {
    (State.PREPARING, ev.Acknowledged): State.PREPARING,
    (State.PREPARING, ev.Asked): State.PREPARING,
    (State.PREPARING, ev.Prepared): State.QUEUED,
    (State.PREPARING, ev.Refused): State.FAILED,
    (State.PREPARING, ev.Cancelled): State.CANCELLED,
    (State.QUEUED, ev.Waited): State.QUEUED,
    (State.QUEUED, ev.Prepared): State.QUEUED,
    (State.QUEUED, ev.Claimed): State.SUBMITTING,
    (State.QUEUED, ev.Refused): State.FAILED,
    (State.QUEUED, ev.Cancelled): State.CANCELLED,
    (State.SUBMITTING, ev.Accepted): State.RUNNING,
    (State.SUBMITTING, ev.Refused): State.FAILED,
    (State.SUBMITTING, ev.NotSent): State.QUEUED,
    (State.SUBMITTING, ev.Interrupted): State.UNKNOWN,
    (State.RUNNING, ev.Progressed): State.RUNNING,
    (State.RUNNING, ev.Reckoned): State.RUNNING,
    (State.RUNNING, ev.Overdue): State.RUNNING,
    (State.RUNNING, ev.CancelRefused): State.RUNNING,
    (State.RUNNING, ev.Finished): State.READY,
    (State.RUNNING, ev.Failed): State.FAILED,
    (State.RUNNING, ev.Cancelled): State.CANCELLED,
    (State.READY, ev.CancelRefused): State.READY,
    (State.READY, ev.Rerouted): State.READY,
    (State.READY, ev.Posting): State.READY,
    (State.READY, ev.Delivered): State.DELIVERED,
    (State.READY, ev.Undeliverable): State.FAILED,
    (State.UNKNOWN, ev.Accepted): State.RUNNING,
    (State.UNKNOWN, ev.Settled): State.FAILED,
    (State.UNKNOWN, ev.Posting): State.UNKNOWN,
    (State.UNKNOWN, ev.Told): State.UNKNOWN,
    (State.FAILED, ev.Posting): State.FAILED,
    (State.FAILED, ev.Told): State.FAILED,
    (State.DELIVERED, ev.Told): State.DELIVERED,
    (State.DELIVERED, ev.Deleted): State.DELIVERED,
    (State.CANCELLED, ev.Told): State.CANCELLED,
}


class IllegalMove(Exception):  # noqa: N818 (a mistake of ours, not an error that anybody can act on)
    """An event arrived in a state that has no row for it."""


@dataclass(frozen=True, slots=True)
class Token:
    """An interaction's token: a key to the card for a quarter of an hour. Never shown, never logged."""

    secret: str = field(repr=False)
    good_until: datetime
    """With the margin already taken off."""

    def is_alive(self, now: datetime) -> bool:
        """Tell whether a call with it may still be made."""
        return now < self.good_until


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One accepted request, from the command to the last edit of its card. Times are UTC and aware."""

    id: JobId
    interaction_id: InteractionId
    owner_id: UserId
    guild_id: GuildId | None
    channel_id: ChannelId
    locale: str
    request: Request = field(repr=False)
    sources: tuple[Source, ...] = ()
    descent: Descent | None = None
    """The job whose result this one began with."""
    spoiler: bool = False
    """Pictures and result stay covered until somebody wants to see them."""
    cost: int
    """Credits."""
    accepted_at: datetime
    token: Token | None = None
    upload_limit: int
    """Bytes that a file of ours in this channel may have, as far as known when the job was accepted."""
    estimated: int | None = None
    """What it may cost at RunComfy, in millionths of a dollar; None where no price was known."""

    state: State = State.PREPARING
    version: int = 0
    """Counts the events; a write names the version that it replaces."""
    wish: Wish = Wish.NONE
    card_id: MessageId | None = None
    shown: int = -1
    """The version that the card shows."""

    asked_at: datetime | None = None
    framing: Framing | None = None
    """The owner's answer, written by whoever hears it; an event never changes it."""
    pictures: tuple[str, ...] = ()
    mended: tuple[tuple[Mending, ...], ...] = ()
    """What was done to each picture."""
    prepared_at: datetime | None = None
    position: int | None = None
    """The place in our line while queued, in RunComfy's while it waits there."""
    worker: WorkerId | None = None
    claimed_at: datetime | None = None
    request_id: RequestId | None = None
    typical_seconds: float | None = None
    likely_seconds: float | None = None
    """The estimate, since it was sent: by when half, and by when most of such jobs are done."""
    phase: ev.Phase | None = None
    submitted_at: datetime | None = None
    overdue_at: datetime | None = None
    outputs: tuple[ev.Output, ...] = ()
    finished_at: datetime | None = None
    reported: int | None = None
    """What it has cost, in millionths of a dollar, where RunComfy has told."""
    way: ev.Way = ev.Way.WHOLE
    room: int | None = None
    size: int | None = None
    """Bytes; see `Rerouted`."""
    posting_at: datetime | None = None
    result_id: MessageId | None = None
    reason: Reason | None = None
    ended_at: datetime | None = None
    told_at: datetime | None = None
    deleted_at: datetime | None = None

    @property
    def hold(self) -> Hold:
        """What has become of the credits; a function of the state, so it cannot be forgotten."""
        return HOLDS[self.state]

    @property
    def is_joined(self) -> bool:
        """Tell whether its result is to follow its parent's, as one clip."""
        return self.descent is not None and self.descent.how is How.JOIN

    @property
    def is_one_clip(self) -> bool:
        """Tell whether it goes as one clip with its parent's: a link can lead to the new part only."""
        return self.is_joined and self.way is not ev.Way.LINKED

    @property
    def is_over(self) -> bool:
        """Tell whether nothing is left to do, the telling included."""
        return self.state in ENDED and self.told_at is not None


def apply(job: Job, event: ev.Event, now: datetime) -> Job:
    """Return the job after the event, one version on; raise IllegalMove if the table has no such row."""
    state = TRANSITIONS.get((job.state, type(event)))
    if state is None:
        raise IllegalMove(f"{type(event).__name__} in {job.state}")
    changes = _changes(event, now)
    if state in ENDED and state is not job.state:
        # Each end has its own message; an earlier intent to post, and an earlier telling, are history.
        changes |= {"ended_at": now, "posting_at": None, "told_at": None, "position": None}
    return replace(job, state=state, version=job.version + 1, **changes)


def _changes(event: ev.Event, now: datetime) -> dict[str, Any]:  # noqa: C901, PLR0911, PLR0912 (one arm an event)
    match event:
        case ev.Acknowledged(card_id):
            return {"card_id": card_id}
        case ev.Asked(reason):
            return {"asked_at": now, "reason": reason}
        case ev.Prepared(pictures, mended):
            return {"pictures": pictures, "prepared_at": now, "reason": None} | _if_any(mended)
        case ev.Waited(position, reason):
            return {"position": position, "reason": reason}
        case ev.Claimed(worker, typical_seconds, likely_seconds):
            return {
                "worker": worker,
                "typical_seconds": typical_seconds,
                "likely_seconds": likely_seconds,
                "claimed_at": now,
                "position": None,
                "reason": None,
            }
        case ev.Accepted(request_id):
            return {
                "request_id": request_id,
                "submitted_at": now,
                "phase": ev.Phase.IN_QUEUE,
                "reason": None,
                "ended_at": None,
                "told_at": None,
                "posting_at": None,
            }
        case ev.Progressed(phase, position):
            return {"phase": phase, "position": position}
        case ev.Reckoned(likely_seconds):
            return {"likely_seconds": likely_seconds}
        case ev.Overdue():
            return {"overdue_at": now}
        case ev.CancelRefused():
            return {"wish": Wish.REFUSED}
        case ev.Finished(outputs, microusd):
            return {"outputs": outputs, "finished_at": now, "position": None, "reported": microusd}
        case ev.Rerouted(way, room, size):
            return {"way": way, "room": room, "size": size, "posting_at": None}
        case ev.Posting():
            return {"posting_at": now}
        case ev.Delivered(result_id):
            return {"result_id": result_id}
        case ev.Told():
            return {"told_at": now, "token": None}
        case ev.Deleted():
            return {"deleted_at": now, "told_at": None}
        case ev.Cancelled():
            return {}
        case ev.NotSent(reason, _):
            return {"reason": reason, "worker": None, "claimed_at": None}
        case ev.Failed(reason, microusd) | ev.Settled(reason, microusd):
            return {"reason": reason, "reported": microusd}
        case ev.Interrupted(reason) | ev.Refused(reason) | ev.Undeliverable(reason):
            return {"reason": reason}


def _if_any(mended: tuple[tuple[Mending, ...], ...]) -> dict[str, Any]:
    return {"mended": mended} if mended else {}
