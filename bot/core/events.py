"""What can happen to a job: one frozen class per event, carrying what must be kept of it."""

from dataclasses import dataclass
from enum import StrEnum

from bot.core.errors import Reason
from bot.core.ids import MessageId, RequestId, WorkerId
from bot.core.mending import Mending
from bot.core.models import Kind


class Phase(StrEnum):
    """Where RunComfy has a job that is `running` for us."""

    IN_QUEUE = "in_queue"
    IN_PROGRESS = "in_progress"


@dataclass(frozen=True, slots=True)
class Output:
    """One file that a job made, as an address at RunComfy."""

    url: str
    kind: Kind


class Way(StrEnum):
    """How a result goes into the channel; the next way is taken where Discord does not take the file."""

    WHOLE = "whole"
    """The file as RunComfy made it."""
    FITTED = "fitted"
    """A smaller version that fits, and the original's address with it."""
    LINKED = "linked"
    """The original's address alone."""


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The member sees the card."""

    card_id: MessageId


@dataclass(frozen=True, slots=True)
class Asked:
    """A picture has a shape that the model does not take: its owner shall say what to do about it."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Prepared:
    """The pictures are checked and can be fetched by RunComfy at these addresses."""

    pictures: tuple[str, ...]
    mended: tuple[tuple[Mending, ...], ...] = ()
    """What was done to each; empty where nothing is new, as when addresses are signed anew."""


@dataclass(frozen=True, slots=True)
class Waited:
    """The place in our own line has changed (1 is the next to go), or why the line stands still."""

    position: int
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Claimed:
    """The intent to pay: committed before the paid call, by the worker that is about to make it."""

    worker: WorkerId
    typical_seconds: float | None = None
    """By when half of such jobs were done before, after they were sent."""
    likely_seconds: float | None = None
    """By when most of them were."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """RunComfy has taken the job and named it."""

    request_id: RequestId


@dataclass(frozen=True, slots=True)
class NotSent:
    """The paid call provably bought nothing; it may be made again."""

    reason: Reason
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Interrupted:
    """The paid call may have bought something, and its answer is lost."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Refused:
    """The request is wrong and will stay wrong: nothing was bought."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Progressed:
    """RunComfy says where the job is; `position` is its place in RunComfy's queue."""

    phase: Phase
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Reckoned:
    """The estimate is over and the job is not: by when most of those are done that took as long."""

    likely_seconds: float | None
    """None: none is known that took so long."""


@dataclass(frozen=True, slots=True)
class Overdue:
    """The job takes longer than anybody would expect, and the member should know."""


@dataclass(frozen=True, slots=True)
class CancelRefused:
    """RunComfy is already working on it: it goes on."""


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The job was called off before it cost anything."""


@dataclass(frozen=True, slots=True)
class Finished:
    """The result's addresses are known."""

    outputs: tuple[Output, ...]
    microusd: int | None = None
    """What it has cost, in millionths of a dollar, if RunComfy tells; so in the other endings."""


@dataclass(frozen=True, slots=True)
class Failed:
    """RunComfy has given the job up, or we have."""

    reason: Reason
    microusd: int | None = None


@dataclass(frozen=True, slots=True)
class Rerouted:
    """The file does not fit: it has not been posted, and goes another way from now on."""

    way: Way
    room: int
    """Bytes that a file in this channel may have, as is known now."""
    size: int
    """Bytes of the largest file as RunComfy made it."""


@dataclass(frozen=True, slots=True)
class Posting:
    """The intent to post: from now on a message may exist in the channel."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """The result is in the channel."""

    result_id: MessageId


@dataclass(frozen=True, slots=True)
class Undeliverable:
    """The result exists, and there is no way left to hand it over."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Settled:
    """Somebody who runs the place has looked, and closed a job in doubt."""

    reason: Reason
    microusd: int | None = None
    """0 where nothing was bought."""


@dataclass(frozen=True, slots=True)
class Told:
    """The owner has been told how it ended, and the card has its final form."""


@dataclass(frozen=True, slots=True)
class Deleted:
    """Its owner, or a manager, wants the result gone from the channel; the card is to say so."""


Event = (
    Acknowledged
    | Asked
    | Prepared
    | Waited
    | Claimed
    | Accepted
    | NotSent
    | Interrupted
    | Refused
    | Progressed
    | Reckoned
    | Overdue
    | CancelRefused
    | Cancelled
    | Finished
    | Failed
    | Rerouted
    | Posting
    | Delivered
    | Undeliverable
    | Settled
    | Told
    | Deleted
)
