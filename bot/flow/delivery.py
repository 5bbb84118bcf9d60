"""The last steps: bring the result into the channel, and the card to its end. Each message is posted once.

The intent to post is committed before the first send. Within Discord's memory of nonces a repeated send is
recognised there; later, the channel is searched first.
"""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from bot.core import events as ev
from bot.core.errors import LostError, PassingError, Problem, Reason
from bot.core.ids import JobId, MessageId
from bot.core.job import Job, State, Wish
from bot.core.media import Media
from bot.core.ports import Clock, Courier
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
        self._untried = set[JobId]()
        """Jobs whose present intent to post is known to have had no try."""

    async def deliver(self, job: Job) -> Move:
        """Bring the result into the channel, once."""
        if job.wish is Wish.WISHED:
            return Move(ev.CancelRefused())
        if self._places == 0:
            return Move(None, _PLACE_LOOK * (1 + self._chance()))
        if not self._may_send(job):
            found = await self._search(job)
            return Move(ev.Posting() if found is None else ev.Delivered(found))
        self._places -= 1
        try:
            return await self._relay(job)
        except PassingError:
            if not self._is_hopeless(job.finished_at):
                raise
            return Move(ev.Undeliverable(Reason(Problem.UNDELIVERABLE)))
        finally:
            self._places += 1

    async def _relay(self, job: Job) -> Move:
        try:
            async with self._media.results(job.outputs) as files:
                # The download may have taken longer than Discord remembers.
                if not self._may_send(job):
                    found = await self._search(job)
                    return Move(ev.Posting() if found is None else ev.Delivered(found))
                self._untried.discard(job.id)
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

    def _may_send(self, job: Job) -> bool:
        """Tell whether nothing can have been sent yet, or a repetition would be recognised."""
        if job.posting_at is None:
            return False
        return job.id in self._untried or abs(self._since(job.posting_at)) < NONCE_LIFE

    async def _search(self, job: Job) -> MessageId | None:
        """Look for what an earlier try has sent; if there is none, the next intent is a fresh one."""
        found = await self._courier.find_post(job) if job.posting_at else None
        if found is None:
            self._untried.add(job.id)
        return found

    def _is_hopeless(self, since: datetime | None) -> bool:
        return self._since(since).total_seconds() >= self._patience.give_up_after

    async def tell(self, job: Job) -> Move:
        """Bring the card to its end, and its owner the reason where there is no result."""
        if job.told_at is not None:
            return Move(None, None)
        try:
            return await self._tell(job)
        except LostError:
            return Move(ev.Told(), None)
        except PassingError:
            if not self._is_hopeless(job.ended_at):
                raise
            return Move(ev.Told(), None)

    async def _tell(self, job: Job) -> Move:
        if self._was_refused_at_once(job) and await self._retracted(job):
            return Move(ev.Told(), None)
        if job.state in (State.DELIVERED, State.CANCELLED):
            await self._courier.show(job)
            return Move(ev.Told(), None)
        if not self._may_send(job):
            if await self._search(job) is None:
                return Move(ev.Posting())
            await self._show_if_there(job)
            return Move(ev.Told(), None)
        self._untried.discard(job.id)
        with suppress(LostError):
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
        with suppress(LostError):
            await self._courier.show(job)

    def _since(self, moment: datetime | None) -> timedelta:
        assert moment is not None
        return self._clock.now() - moment
