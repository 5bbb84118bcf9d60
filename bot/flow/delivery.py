"""The last steps: bring the result into the channel, and the card to its end. Each message is posted once.

The intent to post is committed before the first send. Within Discord's memory of nonces a repeated send is
recognised there; later, the channel is searched first.
"""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from bot.core import events as ev
from bot.core.errors import LostError, PassingError, Problem, Reason
from bot.core.ids import JobId
from bot.core.job import Job, State, Wish
from bot.core.ports import Clock, Courier, Media
from bot.flow.moves import Move, Patience

# Discord forgets nonces after "a few minutes"; below this a repeated send is certainly recognised.
NONCE_LIFE: Final = timedelta(minutes=2)
# A result that is broken so many times in a row will not get better.
BROKEN_RESULTS: Final = 4
# Seconds until a delivery that found all places taken looks again.
_PLACE_LOOK: Final = 1.0


class Delivery:
    """Delivers and tells, a bounded number at a time."""

    def __init__(
        self,
        *,
        media: Media,
        courier: Courier,
        clock: Clock,
        chance: Callable[[], float],
        patience: Patience,
        places: int = 8,
    ) -> None:
        self._media = media
        self._courier = courier
        self._clock = clock
        self._chance = chance
        self._patience = patience
        self._places = places
        self._broken = Counter[JobId]()

    async def deliver(self, job: Job) -> Move:
        """Bring the result into the channel, once."""
        if self._since(job.finished_at).total_seconds() > self._patience.give_up_after:
            return Move(ev.Undeliverable(Reason(Problem.UNDELIVERABLE)))
        if job.wish is Wish.WISHED:
            return Move(ev.CancelRefused())
        if self._places == 0:
            return Move(None, _PLACE_LOOK * (1 + self._chance()))
        if not self._may_post(job):
            found = await self._courier.find_post(job) if job.posting_at else None
            return Move(ev.Posting() if found is None else ev.Delivered(found))
        self._places -= 1
        try:
            return await self._relay(job)
        finally:
            self._places += 1

    async def _relay(self, job: Job) -> Move:
        try:
            async with self._media.results(job.outputs) as files:
                move = Move(ev.Delivered(await self._courier.post(job, files)))
        except LostError as error:
            move = Move(ev.Undeliverable(error.reason))
        except PassingError as error:
            if error.reason.problem is not Problem.RESULT_BROKEN:
                raise
            self._broken[job.id] += 1
            if self._broken[job.id] < BROKEN_RESULTS:
                raise
            move = Move(ev.Undeliverable(error.reason))
        del self._broken[job.id]
        return move

    def _may_post(self, job: Job) -> bool:
        """Tell whether a send now would be recognised as the same one, should it be a repetition."""
        return job.posting_at is not None and abs(self._since(job.posting_at)) < NONCE_LIFE

    async def tell(self, job: Job) -> Move:
        """Bring the card to its end, and its owner the reason where there is no result."""
        if job.told_at is not None:
            return Move(None, None)
        try:
            return await self._tell(job)
        except LostError:
            return Move(ev.Told(), None)
        except PassingError:
            if self._since(job.ended_at).total_seconds() < self._patience.give_up_after:
                raise
            return Move(ev.Told(), None)

    async def _tell(self, job: Job) -> Move:
        if self._was_refused_at_once(job) and await self._retracted(job):
            return Move(ev.Told(), None)
        if job.state in (State.DELIVERED, State.CANCELLED):
            await self._courier.show(job)
            return Move(ev.Told(), None)
        if not self._may_post(job):
            found = await self._courier.find_post(job) if job.posting_at else None
            return Move(ev.Posting() if found is None else ev.Told(), 0.0 if found is None else None)
        await self._courier.post_ending(job)
        await self._show_if_there(job)
        return Move(ev.Told(), None)

    def _was_refused_at_once(self, job: Job) -> bool:
        return (
            job.state is State.FAILED
            and job.card_id is not None
            and job.prepared_at is None
            and job.token is not None
            and job.token.is_alive(self._clock.now())
        )

    async def _retracted(self, job: Job) -> bool:
        try:
            await self._courier.retract(job)
        except LostError:
            return False
        return True

    async def _show_if_there(self, job: Job) -> None:
        try:
            await self._courier.show(job)
        except LostError:
            return

    def _since(self, moment: datetime | None) -> timedelta:
        assert moment is not None
        return self._clock.now() - moment
