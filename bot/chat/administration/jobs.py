"""The desk for jobs: lists them, shows one, calls it off, settles what is in doubt.

Whose job it may be is judged by the flow for each of these, also where a list has offered it.
"""

from contextlib import suppress
from typing import Final

import discord

from bot.chat import answers, ids
from bot.chat.administration import job_view
from bot.chat.administration.here import place
from bot.chat.cards import custom_id
from bot.chat.fields import Words, picked, typed_in
from bot.chat.ids import Verb
from bot.chat.owners import Actors
from bot.chat.presses import cancel_answer
from bot.chat.texts import text
from bot.core.errors import MemberError, PassingError, Problem, StoreUnusable, ZoetropeError
from bot.core.ids import JobId, UserId, parse_job_id
from bot.core.job import ENDED, Job, State
from bot.flow.administration_jobs import MOST_FOUND, JobActs
from bot.flow.administration_values import LONGEST_WHY

CANCELLABLE: Final = tuple(state for state in State if state not in ENDED and state is not State.READY)
_WHY: Final = "why"


class JobDesk:
    """Answers privately; raises MemberError where somebody may not, or there is no such job."""

    def __init__(self, jobs: JobActs, actors: Actors) -> None:
        self._jobs = jobs
        self._actors = actors

    # --- looking -----------------------------------------------------------------------------------------

    async def find(
        self,
        interaction: discord.Interaction,
        who: discord.User | discord.Member | None,
        state: State | None,
        *,
        everywhere: bool,
    ) -> None:
        """Answer with the latest such jobs, of which one can be picked."""
        locale = interaction.locale.value
        found = await self._jobs.find(
            self._actors(interaction),
            place(interaction, everywhere=everywhere),
            member=None if who is None else UserId(who.id),
            state=state,
        )
        row = job_view.picker(found, locale) if found else None
        await answers.tell(interaction, job_view.listing(found, locale, everywhere=everywhere), row)

    async def look(self, interaction: discord.Interaction) -> None:
        """Answer with the job that was picked from a list."""
        job = await self._jobs.get(self._actors(interaction), _job_id(picked(interaction.data)))
        await answers.show(interaction, job_view.view(job, interaction.locale.value))

    async def suggest(
        self, interaction: discord.Interaction, typed: str, states: tuple[State, ...]
    ) -> list[Job]:
        """Return jobs in such states whose id begins as typed; none to somebody who may not see them.

        An owner of the bot is offered those of all servers.
        """
        actor = self._actors(interaction)
        found: list[Job] = []
        # A suggestion that fails is no suggestion; the command itself says why.
        with suppress(ZoetropeError):
            where = place(interaction, everywhere=actor.is_owner)
            for state in states:
                found += await self._jobs.find(actor, where, state=state, matching=typed)
        return sorted(found, key=lambda job: job.accepted_at, reverse=True)[:MOST_FOUND]

    # --- acting ------------------------------------------------------------------------------------------

    async def cancel(self, interaction: discord.Interaction, job: str, why: str) -> None:
        """Call a job off, and tell what came of it."""
        locale, job_id = interaction.locale.value, _job_id(job)
        found = await self._jobs.cancel(self._actors(interaction), job_id, why)
        if found.state in ENDED:
            await answers.tell(interaction, cancel_answer(found, locale))
            return
        if not await answers.promise(interaction):
            return
        # The wish is noted, whatever becomes of the store now.
        with suppress(PassingError, StoreUnusable):
            found = await self._jobs.outcome(found)
        await answers.keep_promise(interaction, cancel_answer(found, locale))

    async def settle(self, interaction: discord.Interaction, job: str, *, bought: bool, why: str) -> None:
        """Close a job in doubt."""
        settled = await self._jobs.settle(self._actors(interaction), _job_id(job), bought=bought, why=why)
        await answers.show(interaction, _settled(settled, interaction.locale.value, bought=bought))

    async def ask_why(self, interaction: discord.Interaction, job_id: JobId, verb: Verb) -> None:
        """Ask in a form why a job in doubt is settled so; only of somebody who may."""
        job = await self._jobs.get(self._actors(interaction), job_id)
        if job.state is not State.UNKNOWN:
            raise MemberError(Problem.NOT_IN_DOUBT, state=job.state.value)
        locale = interaction.locale.value
        field = Words(
            _WHY,
            text("admin.settle.why", locale),
            "",
            LONGEST_WHY,
            hint=text("admin.settle.why.hint", locale),
        )
        title = text("admin.settle.title", locale)
        await answers.ask(interaction, custom_id(verb, job_id), title, [field])

    async def settle_as_said(self, interaction: discord.Interaction, press: ids.Press) -> None:
        """Close a job in doubt as the form was opened, in the place of the private view behind it."""
        why = "".join(typed_in(interaction.data).get(_WHY, ()))
        bought = press.verb is Verb.SETTLE_BOUGHT
        settled = await self._jobs.settle(self._actors(interaction), press.job_id, bought=bought, why=why)
        await answers.replace(interaction, _settled(settled, interaction.locale.value, bought=bought))


def _settled(job: Job, locale: str, *, bought: bool) -> job_view.Layout:
    return job_view.view(job, locale, text(f"admin.job.settled.{'bought' if bought else 'free'}", locale))


def _job_id(typed: str) -> JobId:
    job_id = parse_job_id(typed.strip().lower())
    if job_id is None:
        raise MemberError(Problem.NO_SUCH_JOB)
    return job_id
