"""What a store does, as plain Python over a few dictionaries: the model that every database is held to.

Written from what bot/core/ports.py promises and from how the line is described; it must never call a store.
"""

import copy
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.core.draft import Draft
from bot.core.errors import Problem
from bot.core.ids import DraftId, JobId, UserId
from bot.core.job import ENDED, Job, State, Wish
from bot.core.mending import Framing
from bot.core.models import Request
from bot.core.ports import Slots
from bot.core.quota import Allowance, Hold
from tests.builders import Used

SPENT: Final = (Hold.RESERVED, Hold.CHARGED)
TURN: Final = 1000
"""From one job of a member to the next, at the weight that everybody has here."""
IN_FLIGHT: Final = (State.SUBMITTING, State.RUNNING)


@dataclass
class Model:
    """Everything that a store remembers. Jobs are in the order of their admission."""

    jobs: dict[JobId, Job] = field(default_factory=dict[JobId, Job])
    turns: dict[JobId, int] = field(default_factory=dict[JobId, int])
    drafts: dict[DraftId, Draft] = field(default_factory=dict[DraftId, Draft])
    facts: dict[str, str] = field(default_factory=dict[str, str])

    newcomers: set[JobId] = field(default_factory=set[JobId])
    """Jobs whose owner had nothing under way when they were admitted, as far as the line moved on since."""
    out_of_line: set[JobId] = field(default_factory=set[JobId])
    """Jobs that were passed in the line while they did not stand in it: they go as soon as they can."""
    reopened: set[JobId] = field(default_factory=set[JobId])
    """Jobs whose credits were given back and then reserved again by a late answer, whatever was left."""

    def copy(self) -> "Model":
        """Return another model that goes its own way; what is in it is frozen."""
        return Model(*(copy.copy(part) for part in vars(self).values()))

    # --- moves -----------------------------------------------------------------------------------------

    def admit(self, job: Job, allowance: Allowance) -> Job | Problem:
        """Return the job as stored, or why there is no room for it."""
        for other in self.jobs.values():
            if other.interaction_id == job.interaction_id:
                return other
        if problem := self._exceeds(job, allowance):
            return problem
        mine = [self.turns[other.id] for other in self._under_way(job.owner_id)]
        if not mine:
            self.newcomers.add(job.id)
        self.jobs[job.id] = job
        self.turns[job.id] = max(self.line_has_come_to(), *(turn + TURN for turn in mine), 0)
        return job

    def record(self, before: Job, after: Job) -> bool:
        """Take a move, if its job is still where the move begins."""
        now = self.jobs[before.id]
        if (now.state, now.version) != (before.state, before.version):
            return False
        if now.hold is Hold.RETURNED and after.hold is Hold.RESERVED:
            self.reopened.add(now.id)
        came_to = self.line_has_come_to()
        wish = Wish.REFUSED if after.wish is Wish.REFUSED else now.wish
        self.jobs[now.id] = replace(after, wish=wish, shown=now.shown, framing=now.framing)
        if self.line_has_come_to() < came_to:
            # A paid call that was not made gives its turn back, and others may come before those who waited.
            self.newcomers.clear()
        if now.claimed_at is not None and after.claimed_at is None:
            self.out_of_line.add(now.id)
        if now.claimed_at is None and after.claimed_at is not None:
            self.out_of_line |= self._passed_by(now)
        return True

    def claim(self, before: Job, after: Job, slots: Slots, passed_over: Collection[JobId]) -> bool:
        """Take a claim, if it is the job's turn and both kinds of places are free."""
        count = self.counts()
        if (
            self.line(passed_over)[:1] != [before.id]
            or count[State.SUBMITTING] + count[State.RUNNING] >= slots.in_flight
            or count[State.SUBMITTING] >= slots.submitting
        ):
            return False
        return self.record(before, after)

    def wish_cancel(self, job_id: JobId) -> Job | None:
        """Note a wish, where there is none and the job has not ended."""
        return self._note(
            job_id,
            lambda job: replace(job, wish=Wish.WISHED),
            lambda job: job.wish is Wish.NONE and job.state not in ENDED,
        )

    def choose_framing(self, job_id: JobId, framing: Framing) -> Job | None:
        """Note an answer, where the question is open."""
        return self._note(
            job_id,
            lambda job: replace(job, framing=framing, version=job.version + 1),
            lambda job: job.state is State.PREPARING and job.asked_at is not None and job.framing is None,
        )

    def note_shown(self, job_id: JobId, version: int) -> None:
        """Note what the card shows, unless it shows more."""
        self._note(job_id, lambda job: replace(job, shown=version), lambda job: job.shown < version)

    def keep_draft(self, draft: Draft) -> None:
        """Keep a draft; those a week older go, and all but twenty of the member's, not this one."""
        self.drafts[draft.id] = draft
        for other in list(self.drafts.values()):
            if other.made_at < draft.made_at - timedelta(days=7):
                del self.drafts[other.id]
        mine = [
            other
            for other in self.drafts.values()
            if other.owner_id == draft.owner_id and other.id != draft.id
        ]
        for other in sorted(mine, key=lambda other: other.made_at)[: max(0, len(mine) - 19)]:
            del self.drafts[other.id]

    # --- looks -----------------------------------------------------------------------------------------

    def line(self, passed_over: Collection[JobId] = ()) -> Sequence[JobId]:
        """Return who waits to be claimed, the next first."""
        waiting = [
            job
            for job in self.jobs.values()
            if job.state is State.QUEUED and job.wish is Wish.NONE and job.id not in passed_over
        ]
        return [job.id for job in sorted(waiting, key=self._key)]

    def line_has_come_to(self) -> int:
        """Return the latest turn that was claimed."""
        return max(
            (self.turns[job.id] for job in self.jobs.values() if job.claimed_at is not None), default=0
        )

    def usage(self, owner_id: UserId, now: datetime) -> Used:
        """Return what is used and reserved in the day and month of `now`."""
        mine = [job for job in self.jobs.values() if job.owner_id == owner_id]
        spent = [(day_of(job.accepted_at), job.cost) for job in mine if job.hold in SPENT]
        today = day_of(now)
        return Used(
            sum(cost for day, cost in spent if day == today),
            sum(cost for day, cost in spent if day[:2] == today[:2]),
            len(self._under_way(owner_id)),
        )

    def counts(self) -> dict[State, int]:
        """Return how many jobs are in each state."""
        return {state: sum(job.state is state for job in self.jobs.values()) for state in State}

    def in_state(self, state: State) -> Sequence[Job]:
        """Return the jobs of a state, oldest first."""
        return sorted((job for job in self.jobs.values() if job.state is state), key=_age)

    def unfinished(self) -> Sequence[tuple[JobId, State]]:
        """Return the jobs with something left to do."""
        return sorted((job.id, job.state) for job in self.jobs.values() if not job.is_over)

    def recent(self, owner_id: UserId) -> Sequence[Job]:
        """Return a member's jobs, newest first."""
        return sorted((job for job in self.jobs.values() if job.owner_id == owner_id), key=_age)[::-1]

    def lineage(self, job_id: JobId, count: int) -> Sequence[Job]:
        """Return the nearest ancestors, the job, and its first children."""
        chain = [self.jobs[job_id]]
        while (descent := chain[0].descent) and len(chain) <= count and descent.parent_id in self.jobs:
            chain.insert(0, self.jobs[descent.parent_id])
        children = (job for job in self.jobs.values() if job.descent and job.descent.parent_id == job_id)
        return [*chain, *sorted(children, key=_age)[:count]]

    def durations(self, request: Request) -> Sequence[float]:
        """Return how long like jobs took, newest first; none of them is left out while they are few."""
        ended = [
            (job.finished_at, job.finished_at - job.submitted_at)
            for job in self.jobs.values()
            if _kind(job.request) == _kind(request)
            and job.finished_at is not None
            and job.submitted_at is not None
        ]
        return [max(0.0, taken.total_seconds()) for _, taken in sorted(ended, reverse=True)]

    # --- inside ----------------------------------------------------------------------------------------

    def _note(self, job_id: JobId, change: Callable[[Job], Job], if_so: Callable[[Job], bool]) -> Job | None:
        job = self.jobs.get(job_id)
        if job is not None and if_so(job):
            self.jobs[job_id] = job = change(job)
        return job

    def _passed_by(self, claimed: Job) -> set[JobId]:
        return {
            job.id
            for job in self.jobs.values()
            if job.hold is Hold.RESERVED and job.claimed_at is None and self._key(job) < self._key(claimed)
        }

    def _under_way(self, owner_id: UserId) -> Sequence[Job]:
        mine = (job for job in self.jobs.values() if job.owner_id == owner_id)
        return [job for job in mine if job.hold is Hold.RESERVED]

    def _exceeds(self, job: Job, allowance: Allowance) -> Problem | None:
        used = self.usage(job.owner_id, job.accepted_at)
        if used.active + 1 > allowance.active:
            return Problem.QUOTA_ACTIVE
        over_day = used.daily + job.cost - allowance.daily
        over_month = used.monthly + job.cost - allowance.monthly
        if max(over_day, over_month) <= 0:
            return None
        # What lacks more is told, for that is what has to renew.
        return Problem.QUOTA_MONTHLY if over_month >= over_day else Problem.QUOTA_DAILY

    def _key(self, job: Job) -> tuple[int, datetime, JobId]:
        return self.turns[job.id], job.accepted_at, job.id


def day_of(time: datetime) -> tuple[int, int, int]:
    """Return year, month and day, in UTC."""
    time = time.astimezone(UTC)
    return time.year, time.month, time.day


def _age(job: Job) -> tuple[datetime, JobId]:
    return job.accepted_at, job.id


def _kind(request: Request) -> tuple[object, ...]:
    said = request.settings()
    return request.command, said.get("resolution"), said.get("duration")
