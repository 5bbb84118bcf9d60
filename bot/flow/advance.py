"""advance(job id) -> seconds until the next look, or None: read the row, run its step, commit the event.

May be called twice, late, or by two workers at once: the row decides, and a write names the version that it
replaces. Any engine that calls it at least once will do.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from typing import Final

from bot.core import events as ev
from bot.core import pace
from bot.core.errors import LostError, OperatorError, PassingError, StoreUnusable
from bot.core.ids import JobId
from bot.core.job import ENDED, IN_FLIGHT, TRANSITIONS, Job, State, apply
from bot.core.ports import Clock, Courier, Engine, Slots, Store
from bot.flow.gate import Gate
from bot.flow.moves import Move
from bot.flow.steps import Steps

log = logging.getLogger(__name__)

# An advance that keeps failing for a reason nobody foresaw is passed over, and tried again this rarely.
PARK_AFTER: Final = 8
PARKED_LOOK: Final = 600.0  # seconds
# Seconds between two edits of a card that only move a number: Discord allows about five edits in five
# seconds a channel, and many jobs share one.
QUIET: Final = 5.0
_IN_LINE_OR_FLIGHT: Final = IN_FLIGHT | {State.QUEUED}


class Advance:
    """The one function that an engine calls."""

    def __init__(
        self,
        *,
        steps: Steps,
        store: Store,
        courier: Courier,
        engine: Engine,
        gate: Gate,
        clock: Clock,
        chance: Callable[[], float],
        slots: Slots,
    ) -> None:
        self._steps = steps
        self._store = store
        self._courier = courier
        self._engine = engine
        self._gate = gate
        self._clock = clock
        self._chance = chance
        self._slots = slots
        self._failures = Counter[JobId]()
        self._parked = steps.parked
        self._shown: dict[JobId, tuple[float, State]] = {}
        self._is_full = False
        """The head of the line was turned away, and nobody is known to have left since."""

    async def __call__(self, job_id: JobId) -> float | None:
        """Move the job on by at most one effect. Raises StoreUnusable only."""
        try:
            delay = await self._advance(job_id)
        except StoreUnusable:
            raise
        except (PassingError, OperatorError, LostError) as error:
            return self._later(job_id, error)
        except Exception:
            log.exception("job %s: a step failed", job_id, extra={"action": "fail", "job": job_id})
            return self._park(job_id)
        del self._failures[job_id]
        self._parked.discard(job_id)
        if delay is None:
            self._shown.pop(job_id, None)
        return delay

    async def _advance(self, job_id: JobId) -> float | None:
        job = await self._store.get(job_id)
        if job is None or job.is_over:
            return None
        move = await self._steps.take(job)
        if move.event is None:
            await self._show(job)
            return move.delay
        after = await self._commit(job, move.event)
        if after is None:
            return await self._turned_away(job, move)
        if isinstance(move.event, ev.Claimed):
            move = await self._steps.submit(after)
            after = await self._commit_answer(after, move.event)
        if after is None:
            return move.delay
        await self._wake_next(job, after)
        if move.delay != 0:
            await self._show(after)
        return move.delay

    async def _turned_away(self, job: Job, move: Move) -> float | None:
        """Read again if somebody was faster; keep the place in the line if no slot is free."""
        if not isinstance(move.event, ev.Claimed):
            return 0.0
        waiting = await self._steps.wait(job)
        place = waiting.event.position if isinstance(waiting.event, ev.Waited) else job.position
        self._is_full = place == 1 and self._gate.reason is None
        if waiting.event is not None and (after := await self._commit(job, waiting.event)):
            await self._show(after)
        return waiting.delay

    # --- committing ----------------------------------------------------------------------------------

    async def _commit(self, before: Job, event: ev.Event) -> Job | None:
        after = apply(before, event, self._clock.now())
        if isinstance(event, ev.Claimed):
            done = await self._store.claim(before, after, self._slots, self._parked)
        else:
            done = await self._store.record(before, after)
        if not done:
            return None
        _log_move(before, after, event)
        return after

    async def _commit_answer(self, claimed: Job, event: ev.Event | None) -> Job | None:
        """Commit what came back from the paid call, whatever it takes: it cannot be asked for again.

        Shielded, so that a shutdown in between does not lose the answer.
        """
        assert event is not None
        return await asyncio.shield(asyncio.ensure_future(self._insist(claimed, event)))

    async def _insist(self, job: Job | None, event: ev.Event) -> Job | None:
        tries = 0
        while job is not None and (job.state, type(event)) in TRANSITIONS:
            try:
                if after := await self._commit(job, event):
                    return after
                job = await self._store.get(job.id)
            except (PassingError, StoreUnusable) as error:
                if not tries:
                    _log_unwritten(job, event)
                if isinstance(error, StoreUnusable):
                    raise
                tries += 1
                await self._clock.sleep(pace.back_off(tries, self._chance(), most=5.0))
        log.error("an answer of RunComfy came too late to be kept: %s", event, extra={"action": "late"})
        return None

    async def _wake_next(self, before: Job, after: Job) -> None:
        """Have the heads of the line try, whenever a place may have become free or a job has joined.

        Not after a call that was not sent: the head would be this same job, which has been told to wait. Nor
        for whoever joins a line that stands still: a member's second job would have the same heads turned
        away once more, and whoever leaves wakes them. Where that is out of date, the job tries by itself.
        """
        has_left = before.state in _IN_LINE_OR_FLIGHT and after.state not in (State.QUEUED, before.state)
        has_joined = before.state is State.PREPARING and after.state is State.QUEUED
        if has_left:
            self._is_full = False
        if not (has_left or has_joined) or self._is_full or self._gate.reason is not None:
            return
        for job_id in await self._store.head_of_line(self._slots.submitting, self._parked):
            self._engine.enqueue(job_id, 0.0)

    # --- the card ------------------------------------------------------------------------------------

    async def _show(self, job: Job) -> None:
        """Bring a card up to date that is not; a failure is not the job's, and the next look tries again."""
        if job.shown >= job.version or job.card_id is None or job.state in ENDED:
            if not self._is_too_soon(job):
                self._shown.pop(job.id, None)
            return
        if self._is_too_soon(job):
            return
        try:
            await self._courier.show(job)
        except LostError:
            log.info("job %s: its card is gone", job.id, extra={"action": "show", "job": job.id})
        except PassingError as error:
            log.warning("job %s: card not shown: %s", job.id, error, extra={"action": "show", "job": job.id})
            return
        self._shown[job.id] = self._clock.monotonic(), job.state
        await self._store.note_shown(job.id, job.version)

    def _is_too_soon(self, job: Job) -> bool:
        at, state = self._shown.get(job.id, (0.0, None))
        return state is job.state and self._clock.monotonic() - at < QUIET and job.overdue_at is None

    # --- trouble -------------------------------------------------------------------------------------

    def _later(self, job_id: JobId, error: PassingError | OperatorError | LostError) -> float:
        """Return when to try again after a failure that may pass, or that the operator can mend."""
        self._failures[job_id] += 1
        if isinstance(error, OperatorError):
            self._gate.close(error.reason)
        wait = pace.back_off(self._failures[job_id], self._chance())
        log.info("job %s: again in %.1f s: %s", job_id, wait, error, extra={"action": "retry", "job": job_id})
        asked = error.retry_after if isinstance(error, PassingError) else None
        return max(wait, asked or 0.0)

    def _park(self, job_id: JobId) -> float:
        """Let nobody wait behind a job that keeps failing; what was paid for is never left alone for good."""
        self._failures[job_id] += 1
        if self._failures[job_id] < PARK_AFTER:
            return pace.back_off(self._failures[job_id], self._chance())
        if job_id not in self._parked:
            log.error("job %s is parked: it keeps failing", job_id, extra={"action": "park", "job": job_id})
        self._parked.add(job_id)
        return PARKED_LOOK


def _log_unwritten(job: Job, event: ev.Event) -> None:
    """Tell the operator what the next line may never tell: a life that ends now leaves the job in doubt."""
    what = f"Accepted as {event.request_id}" if isinstance(event, ev.Accepted) else type(event).__name__
    facts = {"action": "unwritten", "job": job.id}
    log.error("job %s: RunComfy's answer cannot be written down yet: %s", job.id, what, extra=facts)


def _log_move(before: Job, after: Job, event: ev.Event) -> None:
    name = type(event).__name__
    facts = {"action": name.lower(), "job": after.id, "state": after.state.value}
    log.info("job %s: %s, now %s", after.id, name, after.state, extra=facts)
    if isinstance(event, ev.Accepted):
        # Whoever has to go back to an older copy of the database finds here what was bought since.
        log.info("job %s: bought as %s", after.id, event.request_id, extra={"action": "buy", "job": after.id})
    if after.state is State.UNKNOWN and before.state is not State.UNKNOWN:
        log.error(
            "job %s is in doubt: its order to %s at %s may have been paid for. It is not sent again; "
            "look into the RunComfy account.",
            after.id,
            after.request.model_id,
            after.claimed_at,
            extra={"action": "doubt", "job": after.id},
        )
