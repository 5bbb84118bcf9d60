"""What the story needs from the world, as small protocols. Adapters live beside `flow`, never inside it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.draft import Draft
from bot.core.events import (
    Accepted,
    Cancelled,
    CancelRefused,
    Failed,
    Finished,
    Interrupted,
    NotSent,
    Progressed,
    Refused,
)
from bot.core.ids import ChannelId, DraftId, GuildId, JobId, MessageId, RequestId, UserId
from bot.core.job import Job, State
from bot.core.media import MediaFile
from bot.core.mending import Framing
from bot.core.models import Kind, Request
from bot.core.quota import Account, Rates, Terms
from bot.core.source import Place


class Clock(Protocol):
    """Time, as something that comes in."""

    def now(self) -> datetime:
        """Return the wall clock's time, UTC and aware; it may jump."""
        ...

    def monotonic(self) -> float:
        """Return seconds that only grow, for measuring and for due times."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class Transaction(Protocol):
    """A transaction of the store, as an engine sees it."""

    def after_commit(self, call: Callable[[], None]) -> None:
        """Have `call` run in the event loop once the transaction is durable, and not at all otherwise."""
        ...


class Engine(Protocol):
    """Calls `advance`, at least once for each job enqueued. Only a timer: the row is the truth."""

    def enqueue(self, job_id: JobId, delay: float, transaction: Transaction | None = None) -> None:
        """Have the job advanced after `delay` seconds; with a transaction, only if that commits."""
        ...

    async def run(self) -> None:
        """Recover the open jobs, then advance jobs as they come due, until cancelled."""
        ...


@dataclass(frozen=True, slots=True)
class Slots:
    """How many jobs may be at RunComfy at a time, and how many paid calls may be under way."""

    in_flight: int
    submitting: int


class Store(Protocol):
    """The only memory. Every method is one transaction, durable when it returns.

    Raises PassingError(STORE_BUSY) when nothing was done and a later try may help, StoreUnusable when the
    process has to stop.
    """

    async def admit(self, job: Job, terms: Terms, enqueue: Callable[[Transaction], None]) -> Job:
        """Check all that bounds it, reserve the cost and write the job, all or nothing; `enqueue` inside.

        Returns the job as stored; the existing one, untouched, where the interaction was admitted before.
        Raises MemberError where there is no room: in the allowance and the grants of its owner there, in
        what the server or the whole bot may use, or in the budget. Enters the reservation in the ledger,
        and every later change of the job's hold enters itself. Sets the job's turn in the line: a member's
        n-th waiting job never goes before another member's first, where their weights are alike.
        """
        ...

    async def get(self, job_id: JobId) -> Job | None:
        """Return the job, if there is one."""
        ...

    async def record(self, before: Job, after: Job) -> bool:
        """Replace `before` by `after`, guarded by state and version; False if somebody was faster.

        Writes every column but `wish`, `shown` and `framing`; a wish that `after` marks refused it writes.
        """
        ...

    async def claim(self, before: Job, after: Job, slots: Slots, passed_over: Collection[JobId] = ()) -> bool:
        """Record a claim, only if a slot is free, no queued job is ahead and no cancel is wished.

        Jobs that are passed over stand in nobody's way.
        """
        ...

    async def wish_cancel(self, job_id: JobId) -> Job | None:
        """Note that the owner wants it cancelled, unless it has ended or a wish is noted; return the job."""
        ...

    async def choose_framing(self, job_id: JobId, framing: Framing) -> Job | None:
        """Note what its owner chose, if it was asked and no choice is noted yet; return the job.

        A version on, so that nothing that was decided without the answer is recorded after it.
        """
        ...

    async def note_shown(self, job_id: JobId, version: int) -> None:
        """Note which version the card shows."""
        ...

    async def head_of_line(self, count: int, passed_over: Collection[JobId] = ()) -> Sequence[JobId]:
        """Return up to `count` queued jobs, the next to go first, without those passed over."""
        ...

    async def position(self, job: Job, passed_over: Collection[JobId] = ()) -> int:
        """Return the place of a queued job in the line; 1 is the next to go."""
        ...

    async def spending(self, rates: Rates, now: datetime) -> Account:
        """Return how the account of the whole bot stands, dollars included."""
        ...

    async def recent(self, owner_id: UserId, count: int) -> Sequence[Job]:
        """Return the member's latest jobs, newest first."""
        ...

    async def lineage(self, job_id: JobId, count: int) -> Sequence[Job]:
        """Return the chain that a job is in: its ancestors, oldest first, the job, then what came of it.

        At most `count` of the nearest ancestors, and at most `count` of its children, oldest first.
        """
        ...

    async def keep_draft(self, draft: Draft) -> None:
        """Write a draft, over an older one of the same id.

        Drafts older than a week go, and all but the latest twenty of a member.
        """
        ...

    async def draft(self, draft_id: DraftId) -> Draft | None:
        """Return a draft, if it is still kept."""
        ...

    async def unfinished(self) -> Sequence[tuple[JobId, State]]:
        """Return every job that has not ended, and every ended one whose owner has not been told."""
        ...

    async def durations(self, request: Request) -> Sequence[float]:
        """Return the seconds from submit to result of the last such jobs, newest first, at most 200.

        Such: the same command, resolution and duration.
        """
        ...

    async def counts(self) -> Mapping[State, int]:
        """Return how many jobs are in each state."""
        ...

    async def in_state(self, state: State, count: int) -> Sequence[Job]:
        """Return up to `count` jobs in this state, oldest first."""
        ...

    async def recall(self, key: str) -> str | None:
        """Return a small fact that the bot keeps for itself."""
        ...

    async def remember_first(self, key: str, value: str) -> bool:
        """Keep a small fact that nobody has kept before; False where somebody has."""
        ...

    async def remember(self, key: str, value: str) -> None:
        """Keep a small fact."""
        ...


class Generator(Protocol):
    """RunComfy. Raises PassingError or OperatorError where a call told nothing about the job."""

    async def submit(
        self, request: Request, pictures: Sequence[str]
    ) -> Accepted | Refused | NotSent | Interrupted:
        """Make the paid call, exactly once; whatever happens comes back as an event, never as an error."""
        ...

    async def look(self, request_id: RequestId, kind: Kind) -> Progressed | Finished | Failed | Cancelled:
        """Read where the job is, and its result if it is done."""
        ...

    async def cancel(self, request_id: RequestId) -> Cancelled | CancelRefused | Progressed:
        """Ask for the job to be called off; Progressed means that RunComfy has not decided yet."""
        ...


class Courier(Protocol):
    """Brings things to the member. Every method may be repeated safely.

    Raises PassingError where a later try may do, LostError where the place or the right to it is gone.
    """

    async def find_card(self, job: Job) -> MessageId | None:
        """Return the card that the member already sees, if the first answer got through before a crash.

        Raises LostError(ANSWERED_BY_ANOTHER) where another process with our token has answered.
        """
        ...

    def card_room(self, job: Job) -> int:
        """Return how many bytes a file on the card may have now, as far as is known."""
        ...

    async def host(self, job: Job, files: Sequence[MediaFile]) -> tuple[str, ...]:
        """Put the pictures on the card and return an address for each.

        Raises TooLargeError where Discord does not take them; the card is then as it was.
        """
        ...

    async def ask(self, job: Job, previews: Mapping[Framing, MediaFile]) -> None:
        """Ask its owner privately what to do about a picture's shape; LostError if the token is dead."""
        ...

    async def lent(self, lender: Job, place: Place) -> tuple[str, ...]:
        """Return fresh addresses of the files in a message of an earlier job, in order; none if it has none.

        Raises LostError where the message is gone or cannot be read.
        """
        ...

    async def renew(self, job: Job) -> tuple[str, ...]:
        """Return fresh addresses of the pictures on the card."""
        ...

    async def show(self, job: Job, done: float | None = None) -> None:
        """Make the card tell the job's state, and the share of what is being done to its result, if any."""
        ...

    async def retract(self, job: Job) -> None:
        """Take the public card away and tell its owner alone why; LostError if the token is dead."""
        ...

    def room(self, job: Job) -> int:
        """Return how many bytes a file in the channel may have, as far as is known.

        Raises PassingError while that is not known yet, shortly after a start.
        """
        ...

    async def post(self, job: Job, files: Sequence[MediaFile], *, apart: bool = False) -> MessageId:
        """Post the result as a reply to the card; a fitted one with the original's address.

        `apart`: it was to be joined with its parent's, which was not possible.
        Raises TooLargeError where Discord does not take the files; nothing is posted then.
        """
        ...

    async def post_links(self, job: Job) -> MessageId:
        """Post the result's addresses as a reply to the card, so that they unfurl."""
        ...

    async def withdraw(self, job: Job) -> None:
        """Take the result away from the channel; it may be gone already."""
        ...

    async def post_ending(self, job: Job) -> MessageId:
        """Tell the owner, as a reply to the card, why there is no result."""
        ...

    async def find_post(self, job: Job) -> MessageId | None:
        """Look through the channel for a reply to the card that an earlier life of ours has posted."""
        ...


class Chronicler(Protocol):
    """The log channels, in which those who run a server read who generated what.

    Raises as `Courier` does. Both may be repeated: within minutes, a second one is recognised.
    """

    async def open_log(self, channel_id: ChannelId, guild_id: GuildId) -> None:
        """Say in a channel what it receives from now on; MemberError where it belongs to another server."""
        ...

    async def log_ending(self, channel_id: ChannelId, job: Job, *, is_flagged: bool) -> None:
        """Tell how a job has ended, and its prompt, covered, only where it is flagged; nobody is pinged."""
        ...
