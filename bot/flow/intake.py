"""Where a member's wishes come in: a request to accept, an answer to note, a job to cancel or to delete."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from bot.core.credits import Weights, cost
from bot.core.descent import Descent
from bot.core.errors import MemberError, Problem
from bot.core.events import Acknowledged, Deleted
from bot.core.ids import ChannelId, GuildId, InteractionId, JobId, MessageId, UserId
from bot.core.job import ENDED, Job, State, Token, Wish, apply
from bot.core.ledger import Purse
from bot.core.mending import Framing
from bot.core.models import Request
from bot.core.pictures import judge_declared
from bot.core.policy import Where
from bot.core.ports import Clock, Engine, Store
from bot.core.source import PictureSource, Source
from bot.flow.house_rules import HouseRules
from bot.flow.moves import ACKNOWLEDGE_WITHIN

# Seconds that a person who pressed Cancel waits for the outcome, and how often the row is read meanwhile.
OUTCOME_WITHIN: Final = 6.0
OUTCOME_LOOK: Final = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a member asked for, and where."""

    interaction_id: InteractionId
    owner_id: UserId
    guild_id: GuildId | None
    channel_id: ChannelId
    locale: str
    token: Token
    upload_limit: int
    where: Where = field(default_factory=Where)
    request: Request = field(repr=False)
    sources: tuple[Source, ...] = ()
    descent: Descent | None = None
    spoiler: bool = False


@dataclass(frozen=True, slots=True)
class Admission:
    """The job that an order made; `is_new` is False where the interaction had made it before."""

    job: Job
    is_new: bool


class Intake:
    """Accepts, acknowledges and cancels. Raises MemberError where the member can act."""

    def __init__(
        self,
        *,
        store: Store,
        engine: Engine,
        clock: Clock,
        weights: Weights,
        house: HouseRules,
        new_id: Callable[[], JobId],
    ) -> None:
        self._store = store
        self._engine = engine
        self._clock = clock
        self._weights = weights
        self.house = house
        """The rules by which requests are judged."""
        self._new_id = new_id

    async def accept(self, order: Order) -> Admission:
        """Reserve the cost and write the job, or refuse; durable on return, idempotent by interaction."""
        self._judge(order)
        welcome = await self.house.welcome(Purse(order.owner_id, order.guild_id), order.request, order.where)
        job = Job(
            id=self._new_id(),
            interaction_id=order.interaction_id,
            owner_id=order.owner_id,
            guild_id=order.guild_id,
            channel_id=order.channel_id,
            locale=order.locale,
            request=order.request,
            sources=order.sources,
            descent=order.descent,
            spoiler=order.spoiler or welcome.is_covered,
            cost=cost(order.request, self._weights),
            estimated=welcome.estimated,
            accepted_at=self._clock.now(),
            token=order.token,
            upload_limit=order.upload_limit,
        )
        # If the acknowledgement is never noted, the job is looked at all the same.
        late = ACKNOWLEDGE_WITHIN.total_seconds()
        stored = await self._store.admit(
            job, welcome.terms, lambda transaction: self._engine.enqueue(job.id, late, transaction)
        )
        return Admission(stored, is_new=stored.id == job.id)

    def _judge(self, order: Order) -> None:
        fewest, most = order.request.pictures_wanted
        if not fewest <= len(order.sources) <= most:
            raise MemberError(Problem.PICTURE_MISSING)
        for source in order.sources:
            if isinstance(source, PictureSource):
                judge_declared(source)

    async def acknowledge(self, job: Job, card_id: MessageId) -> None:
        """Note that the member sees the card, and start the work."""
        after = apply(job, Acknowledged(card_id), self._clock.now())
        if await self._store.record(job, after):
            await self._store.note_shown(job.id, after.version)
        self._engine.enqueue(job.id, 0.0)

    async def find(self, job_id: JobId) -> Job:
        """Return a job that somebody speaks of; raises MemberError where there is none."""
        job = await self._store.get(job_id)
        if job is None:
            raise MemberError(Problem.NO_SUCH_JOB)
        return job

    def can_cancel(self, job: Job) -> bool:
        """Tell whether a wish could still do anything."""
        return not _is_decided(job)

    async def wish(self, job: Job) -> Job:
        """Note that the job shall be cancelled, durably, and have it looked at; idempotent."""
        wished = await self._store.wish_cancel(job.id) or job
        self._engine.enqueue(job.id, 0.0)
        return wished

    async def outcome(self, job: Job) -> Job:
        """Return the job once its fate is known, or after some seconds as it is then."""
        until = self._clock.monotonic() + OUTCOME_WITHIN
        while self.can_cancel(job) and self._clock.monotonic() < until:
            await self._clock.sleep(OUTCOME_LOOK)
            job = await self._store.get(job.id) or job
        return job

    async def frame(self, job: Job, framing: Framing) -> Job:
        """Note what to do about a picture's shape, durably, and go on; the first answer counts."""
        framed = await self._store.choose_framing(job.id, framing) or job
        self._engine.enqueue(job.id, 0.0)
        return framed

    async def delete(self, job: Job) -> Job:
        """Have the result taken away, durably; idempotent. Raises MemberError where there is none."""
        while job.state is State.DELIVERED and job.deleted_at is None:
            after = apply(job, Deleted(), self._clock.now())
            job = after if await self._store.record(job, after) else await self.find(job.id)
        if job.deleted_at is None:
            raise MemberError(Problem.NO_SUCH_RESULT)
        self._engine.enqueue(job.id, 0.0)
        return job

    @property
    def weights(self) -> Weights:
        """What a request costs."""
        return self._weights


def _is_decided(job: Job) -> bool:
    return job.state in ENDED or job.state is State.READY or job.wish is Wish.REFUSED
