"""One function per state: it looks at a job, causes at most one effect, and says what happened.

Nothing here writes to the store; `bot.flow.advance` commits the event that comes back. A paid or visible
effect is only caused in a state or after an event that was committed before it.
"""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from bot.core import events as ev
from bot.core import pace
from bot.core.durations import Durations
from bot.core.errors import OperatorError, PassingError, Problem, Reason
from bot.core.ids import JobId, RequestId, WorkerId
from bot.core.job import Job, State, Wish
from bot.core.ports import Clock, Generator, Store
from bot.flow.budget import BudgetWatch
from bot.flow.delivery import Delivery
from bot.flow.gate import OPERATORS_PROBLEMS, Gate
from bot.flow.lookout import Lookout, estimate
from bot.flow.moves import Move, Patience
from bot.flow.preparation import Preparation
from bot.flow.telling import Telling

# Longer than the submit's own time limit: later nobody can still be waiting for its answer.
SUBMIT_WITHIN: Final = timedelta(seconds=90)
# How often the line is looked at without being woken, in seconds: only to show a new place.
LINE_LOOK: Final = 10.0
# Seconds between two looks at a budget that is overdrawn: it renews at midnight, or at a restart.
BUDGET_LOOK: Final = 60.0
# For so many seconds after its acceptance, a job that RunComfy does not know may only be too new.
KNOWN_AFTER: Final = 20.0
# Once a job is late, looks are this many times as far apart as `look_max`.
RARELY: Final = 3


class Steps:
    """The steps, with the world they act on."""

    def __init__(
        self,
        *,
        store: Store,
        generator: Generator,
        clock: Clock,
        chance: Callable[[], float],
        gate: Gate,
        budget: BudgetWatch,
        patience: Patience,
        worker: WorkerId,
        alone: bool,
        preparation: Preparation,
        delivery: Delivery,
        telling: Telling,
        is_stopping: Callable[[], bool],
    ) -> None:
        """`alone`: no other process can be working on these jobs, so a foreign claim is a dead one's.

        While `is_stopping`, no paid call is begun.
        """
        self._store = store
        self._generator = generator
        self._clock = clock
        self._chance = chance
        self._gate = gate
        self._budget = budget
        self._patience = patience
        self._worker = worker
        self._alone = alone
        self._preparation = preparation
        self._delivery = delivery
        self._telling = telling
        self._is_stopping = is_stopping
        self._lookout = Lookout(store, clock, chance, patience.look, patience.looks_per_second)
        self._unsent = Counter[JobId]()
        self.parked = set[JobId]()
        """Jobs that keep failing: nobody waits behind them. Kept by whoever sees them fail."""

    async def take(self, job: Job) -> Move:
        """Run the step of the job's state."""
        match job.state:
            case State.PREPARING:
                return await self._preparation.prepare(job)
            case State.QUEUED:
                return await self.queue(job)
            case State.SUBMITTING:
                return self.doubt(job)
            case State.RUNNING:
                return await self.look(job)
            case State.READY:
                return await self._delivery.deliver(job)
            case State.UNKNOWN | State.DELIVERED | State.FAILED | State.CANCELLED:
                return await self._telling.tell(job)

    # --- queued, submitting --------------------------------------------------------------------------

    async def queue(self, job: Job) -> Move:
        """Claim a place at RunComfy, if the gate is open; the store decides whether one is free.

        A budget that was lowered, or that costs have overrun, holds up what was accepted before.
        """
        if job.wish is Wish.WISHED:
            return Move(ev.Cancelled())
        if self._is_stopping():
            return Move(None, LINE_LOOK)
        if overdrawn := await self._budget.overdrawn():
            return _waited(job, await self._place(job), overdrawn, self._spread(BUDGET_LOOK))
        if self._preparation.is_stale(job):
            return await self._preparation.renew(job)
        if self._gate.reason is not None and await self._place(job) > 1:
            return await self.wait(job)
        if not self._gate.try_enter():
            return await self.wait(job)
        typical, likely = estimate(await self._lookout.of(job.request))
        return Move(ev.Claimed(self._worker, typical, likely))

    async def wait(self, job: Job) -> Move:
        """Stay in the line, and tell a new place or a new reason."""
        position = await self._place(job)
        is_next_try = self._gate.reason is not None and position == 1
        delay = self._gate.remaining() if is_next_try else self._spread(LINE_LOOK)
        return _waited(job, position, self._gate.reason, delay)

    async def _place(self, job: Job) -> int:
        return await self._store.position(job, self.parked)

    async def submit(self, job: Job) -> Move:
        """Make the paid call. Only for the caller whose own claim has just been committed."""
        event = await self._generator.submit(job.request, job.pictures)
        match event:
            case ev.NotSent(reason, retry_after):
                if reason.problem in OPERATORS_PROBLEMS:
                    self._gate.close(reason)
                self._unsent[job.id] += 1
                wait = pace.back_off(self._unsent[job.id], self._chance(), first=2.0)
                return Move(event, max(retry_after or 0.0, self._gate.remaining(), wait))
            case ev.Accepted() | ev.Refused():
                self._gate.open()
                del self._unsent[job.id]
                return Move(
                    event, self._lookout.first_look(job.request) if isinstance(event, ev.Accepted) else 0.0
                )
            case ev.Interrupted():
                return Move(event)

    def doubt(self, job: Job) -> Move:
        """Judge a job found in `submitting`: its paid call is another worker's, or a dead one's."""
        dead = self._alone and job.worker != self._worker
        age = self._since(job.claimed_at)
        if dead or not timedelta(0) <= age < SUBMIT_WITHIN:
            return Move(ev.Interrupted(Reason(Problem.INTERRUPTED)))
        return Move(None, (SUBMIT_WITHIN - age).total_seconds())

    # --- running -------------------------------------------------------------------------------------

    async def look(self, job: Job) -> Move:
        """See how the job is doing at RunComfy; carry a wish to cancel there first."""
        request_id = job.request_id
        assert request_id is not None
        # Before the call, so that its answer is not lost to a store that is busy.
        durations = await self._lookout.of(job.request)
        elapsed = self._since(job.submitted_at).total_seconds()
        is_hopeless = elapsed > self._patience.give_up_after
        if job.wish is Wish.WISHED and (answer := await self._call_off(request_id)):
            return Move(answer)
        try:
            seen = await self._generator.look(request_id, job.request.makes)
        except PassingError:
            if is_hopeless:
                return await self._give_up(request_id)
            raise
        # However late it is: what has finished meanwhile was paid for.
        if is_hopeless and isinstance(seen, ev.Progressed):
            return await self._give_up(request_id)
        if isinstance(seen, ev.Progressed) or _is_too_new(seen, elapsed):
            delay = self._next_look(elapsed, durations)
            return self._judge(job, seen, elapsed, durations, delay)
        self._lookout.forget(job.request)
        return Move(seen)

    def _judge(self, job: Job, seen: ev.Event, elapsed: float, durations: Durations, delay: float) -> Move:
        """Tell what is new of a job that goes on, if anything."""
        if not isinstance(seen, ev.Progressed):
            return Move(None, delay)
        if (seen.phase, seen.position) != (job.phase, job.position):
            return Move(seen, delay)
        if elapsed > self._patience.late_after and job.overdue_at is None:
            return Move(ev.Overdue(), delay)
        if job.overdue_at is None and job.likely_seconds is not None and elapsed > job.likely_seconds:
            _, likely = estimate(durations, elapsed)
            return Move(ev.Reckoned(likely), delay)
        return Move(None, delay)

    def _next_look(self, elapsed: float, durations: Durations) -> float:
        if elapsed > self._patience.late_after:
            return self._lookout.next_rare_look(self._spread(self._patience.look.longest * RARELY))
        return self._lookout.next_look(elapsed, durations)

    async def _call_off(self, request_id: RequestId) -> ev.Cancelled | ev.CancelRefused | None:
        """Ask RunComfy to cancel; None if it has not decided or cannot be asked, so the job is looked at."""
        try:
            answer = await self._generator.cancel(request_id)
        except (PassingError, OperatorError):
            return None
        return None if isinstance(answer, ev.Progressed) else answer

    async def _give_up(self, request_id: RequestId) -> Move:
        if isinstance(answer := await self._call_off(request_id), ev.Cancelled):
            return Move(answer)
        hours = round(self._patience.give_up_after / 3600, 1)
        return Move(ev.Failed(Reason(Problem.GAVE_UP, {"hours": hours})))

    # --- time ----------------------------------------------------------------------------------------

    def _since(self, moment: datetime | None) -> timedelta:
        assert moment is not None
        return self._clock.now() - moment

    def _spread(self, delay: float) -> float:
        """Lengthen a wait by up to a fifth, so that jobs do not fall into step."""
        return delay * (1 + self._chance() / 5)


def _is_too_new(seen: ev.Event, elapsed: float) -> bool:
    """Tell whether RunComfy may not know the job yet."""
    is_gone = isinstance(seen, ev.Failed) and seen.reason.problem is Problem.GENERATION_GONE
    return is_gone and elapsed < KNOWN_AFTER


def _waited(job: Job, position: int, reason: Reason | None, delay: float) -> Move:
    """Stay in the line; what is the same as before is not written again."""
    is_same = (position, reason) == (job.position, job.reason)
    return Move(None if is_same else ev.Waited(position, reason), delay)
