"""Answers interactions: one call into the flow, one reply out. Every answer but a card is private."""

import logging
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

import discord

from bot.chat import calls, cards, listing
from bot.chat.orders import Option, read_order
from bot.chat.texts import say, text
from bot.core.errors import PassingError, Reason, ZoetropeError
from bot.core.ids import MessageId, UserId
from bot.core.job import Job, State, Wish
from bot.core.models import Request
from bot.core.ports import Clock, Store
from bot.flow.intake import Intake

log = logging.getLogger(__name__)

_LISTED: Final = 10  # jobs


class Reception:
    """Where members' commands and presses arrive."""

    def __init__(self, intake: Intake, store: Store, clock: Clock) -> None:
        self._intake = intake
        self._store = store
        self._clock = clock

    async def take(
        self,
        interaction: discord.Interaction,
        model: type[Request],
        pictures: Sequence[discord.Attachment | None] = (),
        **options: Option,
    ) -> None:
        """Accept a request and answer with its card, or refuse privately; nothing is spent on a refusal."""
        try:
            admission = await self._intake.accept(read_order(interaction, model, pictures, options))
        except ZoetropeError as error:
            await self.refuse(interaction, error.reason)
            return
        # A second delivery of one interaction is answered by the first.
        if admission.is_new:
            await self._acknowledge(interaction, admission.job)

    async def _acknowledge(self, interaction: discord.Interaction, job: Job) -> None:
        """Answer with the card. If that fails, the flow finds out by itself whether it was seen."""
        try:
            answer = await interaction.response.send_message(
                view=cards.card(job, ()), allowed_mentions=discord.AllowedMentions.none()
            )
        except calls.FAILURES as error:
            log.warning("job %s: not acknowledged: %s", job.id, type(error).__name__, extra={"job": job.id})
            return
        if answer.message_id is None:
            return
        try:
            await self._intake.acknowledge(job, MessageId(answer.message_id))
        except PassingError as error:
            log.warning("job %s: acknowledged, not noted: %s", job.id, error, extra={"job": job.id})

    async def refuse(self, interaction: discord.Interaction, reason: Reason) -> None:
        """Say privately why nothing happens."""
        log.info(
            "refused %s: %s",
            interaction.command.name if interaction.command else "a button",
            reason.problem,
            extra={"action": "refuse", "problem": reason.problem.value},
        )
        await self.tell(interaction, say(reason, interaction.locale.value))

    async def tell(self, interaction: discord.Interaction, words: str) -> None:
        """Answer privately, now or in place of an answer that was promised."""
        nobody = discord.AllowedMentions.none()
        if interaction.response.is_done():
            await self._keep_promise(interaction, words)
            return
        try:
            await interaction.response.send_message(words, ephemeral=True, allowed_mentions=nobody)
        except calls.FAILURES as error:
            _log_lost(error)

    # --- buttons -------------------------------------------------------------------------------------

    async def press(self, interaction: discord.Interaction, press: cards.Press) -> None:
        """Answer a button of ours, of any age."""
        if press.verb != cards.CANCEL:
            await self.tell(interaction, text("stale.button", interaction.locale.value))
            return
        try:
            await self._cancel(interaction, press)
        except ZoetropeError as error:
            await self.refuse(interaction, error.reason)

    async def _cancel(self, interaction: discord.Interaction, press: cards.Press) -> None:
        presser, is_manager = UserId(interaction.user.id), interaction.permissions.manage_guild
        job = await self._intake.find_to_cancel(press.job_id, presser, is_manager=is_manager)
        if not self._intake.can_cancel(job):
            await self.tell(interaction, _cancel_answer(job, interaction.locale.value))
            return
        # The wish comes first: whatever becomes of the answer, the job is called off.
        job = await self._intake.wish(job)
        if not await self._promise(interaction):
            return
        with suppress(PassingError):
            job = await self._intake.outcome(job)
        await self._keep_promise(interaction, _cancel_answer(job, interaction.locale.value))

    async def _promise(self, interaction: discord.Interaction) -> bool:
        """Promise a private answer; False if Discord has refused the promise."""
        try:
            await interaction.response.defer(ephemeral=True, thinking=True)
        except calls.FAILURES as error:
            log.warning("a press was not acknowledged: %s", type(error).__name__, extra={"action": "tell"})
            # A connection that broke may have carried the promise; Discord's refusal has not.
            return not isinstance(error, discord.HTTPException)
        return True

    async def _keep_promise(self, interaction: discord.Interaction, words: str) -> None:
        """Put the answer in the place of the promise, if that has arrived."""
        try:
            await interaction.edit_original_response(
                content=words, allowed_mentions=discord.AllowedMentions.none()
            )
        except calls.FAILURES as error:
            _log_lost(error)

    # --- what the caller may know --------------------------------------------------------------------

    async def show_jobs(self, interaction: discord.Interaction) -> None:
        """Answer with the caller's latest jobs."""
        await self._answer_privately(interaction, self._jobs)

    async def show_quota(self, interaction: discord.Interaction) -> None:
        """Answer with what the caller has used and has left, and what things cost."""
        await self._answer_privately(interaction, self._quota)

    async def _jobs(self, interaction: discord.Interaction) -> str:
        jobs = await self._store.recent(UserId(interaction.user.id), _LISTED)
        return listing.jobs(jobs, interaction.locale.value)

    async def _quota(self, interaction: discord.Interaction) -> str:
        now = self._clock.now()
        usage = await self._store.usage(UserId(interaction.user.id), now)
        allowance, weights = self._intake.allowance, self._intake.weights
        return listing.quota(usage, allowance, weights, now, interaction.locale.value)

    async def _answer_privately(self, interaction: discord.Interaction, write: listing.Writer) -> None:
        try:
            words = await write(interaction)
        except ZoetropeError as error:
            await self.refuse(interaction, error.reason)
            return
        await self.tell(interaction, words)

    async def refuse_stale(self, interaction: discord.Interaction) -> None:
        """Answer a command that has changed since the member's client loaded it."""
        await self.tell(interaction, text("stale.command", interaction.locale.value))

    async def refuse_broken(self, interaction: discord.Interaction) -> None:
        """Answer a command in which something of ours has failed; whether it was charged is not known."""
        if interaction.response.is_done():
            # The first answer stands: a card, or a refusal that says more than this.
            return
        await self.tell(interaction, text("broken", interaction.locale.value))


def _log_lost(error: Exception) -> None:
    log.warning("a private answer got lost: %s", type(error).__name__, extra={"action": "tell"})


def _cancel_answer(job: Job, locale: str) -> str:
    if job.state is State.CANCELLED:
        return text("cancel.done", locale, cost=job.cost)
    if job.state is State.READY:
        return text("cancel.ready", locale)
    if job.wish is Wish.REFUSED and job.state is State.RUNNING:
        return text("cancel.running", locale)
    if job.state in (State.DELIVERED, State.FAILED, State.UNKNOWN):
        return text("cancel.over", locale)
    return text("cancel.asked", locale)
