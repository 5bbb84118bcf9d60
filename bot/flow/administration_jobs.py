"""Acts on jobs: find, look at one, cancel, settle, delete. Every one asks for the right first.

An act is noted together with what it changes, or, where that is a wish, before it: nothing happens without
its line in the record.
"""

from collections.abc import Sequence
from typing import Final

from bot.core.errors import MemberError, Problem, Reason
from bot.core.events import Deleted, Settled
from bot.core.ids import GuildId, JobId, UserId
from bot.core.job import Job, State, apply
from bot.core.office import Deed, Filter, Office
from bot.core.ports import Clock, Engine
from bot.core.rights import Act, Actor, require
from bot.flow import administration_values as values
from bot.flow.administration_places import require_in
from bot.flow.intake import Intake

MOST_FOUND: Final = 25
"""What a list or an autocomplete of Discord's has room for."""


class JobActs:
    """What those who run a place do about jobs. Raises MemberError where they may not."""

    def __init__(self, *, office: Office, intake: Intake, engine: Engine, clock: Clock) -> None:
        self._office = office
        self._intake = intake
        self._engine = engine
        self._clock = clock

    async def find(
        self,
        actor: Actor,
        guild_id: GuildId | None,
        *,
        member: UserId | None = None,
        state: State | None = None,
        matching: str = "",
        count: int = MOST_FOUND,
    ) -> Sequence[Job]:
        """Return the latest such jobs of a server, newest first; of all servers where it is None.

        `matching` is how their id begins. Ids have small letters only, so case does not count.
        """
        require_in(Act.SEE_JOBS, actor, guild_id, of=member)
        which = Filter(guild_id, member, state)
        most = min(max(count, 1), MOST_FOUND)
        return await self._office.jobs(which, most, matching=matching.strip().lower())

    async def get(self, actor: Actor, job_id: JobId) -> Job:
        """Return a job to be looked at."""
        return await self._job(Act.SEE_JOBS, actor, job_id)

    async def cancel(self, actor: Actor, job_id: JobId, why: str = "") -> Job:
        """Have a job called off, durably; returns it with the wish, or as it is where that is too late.

        What comes of the wish is told by `outcome`.
        """
        job = await self._job(Act.CANCEL, actor, job_id)
        reason = values.why(why, required=False)
        if not self._intake.can_cancel(job):
            return job
        await self._office.note(self._deed(Act.CANCEL, actor, job, reason))
        return await self._intake.wish(job)

    async def outcome(self, job: Job) -> Job:
        """Return a job that was cancelled once its fate is known, or after some seconds as it is then."""
        return await self._intake.outcome(job)

    async def settle(self, actor: Actor, job_id: JobId, *, bought: bool, why: str) -> Job:
        """Close a job in doubt: its estimate stays in the books if it was bought, else it has cost nothing.

        Raises MemberError(NOT_IN_DOUBT) for any other job. Its owner has had the credits back already.
        """
        job = await self._job(Act.SETTLE, actor, job_id)
        reason = values.why(why)
        if job.state is not State.UNKNOWN:
            raise _not_in_doubt(job)
        event = Settled(Reason(Problem.SETTLED), None if bought else 0)
        deed = self._deed(Act.SETTLE, actor, job, reason, bought=int(bought))
        # Somebody who only moves its telling on is no reason to fail.
        while job.state is State.UNKNOWN:
            after = apply(job, event, self._clock.now())
            if await self._office.note(deed, (job, after)):
                self._engine.enqueue(job.id, 0.0)
                return after
            job = await self._intake.find(job.id)
        raise _not_in_doubt(job)

    async def delete(self, actor: Actor, job_id: JobId, why: str = "") -> Job:
        """Have a result taken away; idempotent. Raises MemberError where there is none."""
        job = await self._job(Act.DELETE, actor, job_id)
        reason = values.why(why, required=False)
        deed = self._deed(Act.DELETE, actor, job, reason)
        while job.state is State.DELIVERED and job.deleted_at is None:
            after = apply(job, Deleted(), self._clock.now())
            job = after if await self._office.note(deed, (job, after)) else await self._intake.find(job.id)
        return await self._intake.delete(job)

    async def _job(self, act: Act, actor: Actor, job_id: JobId) -> Job:
        job = await self._intake.find(job_id)
        require(act, actor, guild_id=job.guild_id, of=job.owner_id)
        return job

    def _deed(self, act: Act, actor: Actor, job: Job, why: str, **details: int) -> Deed:
        return Deed(
            at=self._clock.now(),
            actor_id=actor.id,
            act=act,
            guild_id=job.guild_id,
            user_id=job.owner_id,
            job_id=job.id,
            why=why,
            details=details,
        )


def _not_in_doubt(job: Job) -> MemberError:
    return MemberError(Problem.NOT_IN_DOUBT, state=job.state.value)
