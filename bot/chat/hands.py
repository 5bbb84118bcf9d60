"""Changes to a job by a press: by its owner as they like, by others as those who run a place may.

What others do is kept in the record of acts.
"""

import discord

from bot.chat.owners import Actors
from bot.core.errors import MemberError, Problem
from bot.core.ids import JobId
from bot.core.job import Job
from bot.core.rights import Act, require
from bot.flow.administration_jobs import JobActs
from bot.flow.intake import Intake


class Hands:
    """Finds and changes jobs for whoever presses."""

    def __init__(self, intake: Intake, jobs: JobActs, actors: Actors) -> None:
        self._intake = intake
        self._jobs = jobs
        self._actors = actors

    async def find(self, interaction: discord.Interaction, job_id: JobId, act: Act) -> Job:
        """Return a job that its presser may do this to; raises MemberError for others."""
        job = await self._intake.find(job_id)
        try:
            require(act, self._actors(interaction), guild_id=job.guild_id, of=job.owner_id)
        except MemberError:
            raise MemberError(Problem.NOT_YOURS) from None
        return job

    async def wish(self, interaction: discord.Interaction, job: Job) -> Job:
        """Note that the job shall be cancelled, durably."""
        if job.owner_id == interaction.user.id:
            return await self._intake.wish(job)
        return await self._jobs.cancel(self._actors(interaction), job.id)

    async def delete(self, interaction: discord.Interaction, job: Job) -> Job:
        """Have the result taken away, durably; raises MemberError where there is none."""
        if job.owner_id == interaction.user.id:
            return await self._intake.delete(job)
        return await self._jobs.delete(self._actors(interaction), job.id)
