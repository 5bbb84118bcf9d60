"""The last step: bring the card to its end, and its owner the reason where there is no result."""

from contextlib import suppress

from bot.core import events as ev
from bot.core.errors import LostError, PassingError, Problem
from bot.core.job import Job, State
from bot.core.ports import Clock, Courier
from bot.flow.chronicle import Chronicle
from bot.flow.moves import Move, Patience
from bot.flow.once import Once


class Telling:
    """Tells how a job has ended, and takes a result away that is no longer wanted."""

    def __init__(
        self, *, courier: Courier, once: Once, chronicle: Chronicle, clock: Clock, patience: Patience
    ) -> None:
        self._courier = courier
        self._once = once
        self._chronicle = chronicle
        self._clock = clock
        self._patience = patience

    async def tell(self, job: Job) -> Move:
        """Bring the card to its end; where that cannot be, the job is over all the same."""
        if job.told_at is not None:
            return Move(None, None)
        move = await self._tell_owner(job)
        if isinstance(move.event, ev.Told) and _is_first(job):
            await self._chronicle.enter(job)
        return move

    async def _tell_owner(self, job: Job) -> Move:
        try:
            return await self._tell(job)
        except LostError:
            return Move(ev.Told(), None)
        except PassingError:
            if not self._patience.is_over(job.deleted_at or job.ended_at, self._clock.now()):
                raise
            return Move(ev.Told(), None)

    async def _tell(self, job: Job) -> Move:
        if job.reason is not None and job.reason.problem is Problem.ANSWERED_BY_ANOTHER:
            # Its owner has that answer, and would take a second one for the truth about it.
            return Move(ev.Told(), None)
        if self._was_refused_at_once(job) and await self._retracted(job):
            return Move(ev.Told(), None)
        if job.deleted_at is not None:
            await self._courier.withdraw(job)
        if job.state in (State.DELIVERED, State.CANCELLED):
            await self._courier.show(job)
            return Move(ev.Told(), None)
        if not self._once.may_send(job):
            if await self._once.search(job) is None:
                return Move(ev.Posting())
            await self._show_if_there(job)
            return Move(ev.Told(), None)
        if await self._once.earlier(job) is None:
            self._once.trying(job)
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


def _is_first(job: Job) -> bool:
    """Tell whether nobody has been told of this end yet; what is told again is that its result is gone.

    A result may be deleted before the first telling is done, which is what takes the token away.
    """
    return job.deleted_at is None or job.token is not None
