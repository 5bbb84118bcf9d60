"""What buttons do about a job: call it off, say how its picture is to be framed, ask for the same again."""

from contextlib import suppress

import discord

from bot.chat import answers
from bot.chat.acceptance import Acceptance
from bot.chat.hands import Hands
from bot.chat.orders import descent, may_borrow_card, order, require_permissions
from bot.chat.questions import answered, closed
from bot.chat.subject import borrowed_card
from bot.chat.texts import text
from bot.core.descent import How
from bot.core.errors import PassingError, StoreUnusable
from bot.core.ids import JobId
from bot.core.job import Job, State, Wish
from bot.core.mending import Framing
from bot.core.rights import Act
from bot.flow.intake import Intake


class Presses:
    """Answers buttons of any age; raises MemberError where they can no longer do anything."""

    def __init__(
        self, intake: Intake, acceptance: Acceptance, hands: Hands, spoiler_channels: frozenset[int]
    ) -> None:
        self._intake = intake
        self._hands = hands
        self._acceptance = acceptance
        self._spoiler_channels = spoiler_channels

    async def again(self, interaction: discord.Interaction, job_id: JobId) -> None:
        """Order the same once more, for whoever pressed."""
        require_permissions(interaction)
        parent = await self._intake.find(job_id)
        again = order(
            interaction,
            parent.request,
            borrowed_card(parent, may_borrow=may_borrow_card(interaction, parent)),
            descent=descent(interaction, parent, How.AGAIN),
            spoiler=parent.spoiler,
            spoiler_channels=self._spoiler_channels,
        )
        await self._acceptance.take(interaction, again)

    async def cancel(self, interaction: discord.Interaction, job_id: JobId) -> None:
        """Note the wish, and tell what came of it."""
        job = await self._hands.find(interaction, job_id, Act.CANCEL)
        if answers.is_private(interaction.message):
            await self._cancel_from_question(interaction, job)
            return
        if not self._intake.can_cancel(job):
            await answers.tell(interaction, cancel_answer(job, interaction.locale.value))
            return
        # The wish comes first: whatever becomes of the answer, the job is called off.
        job = await self._hands.wish(interaction, job)
        if not await answers.promise(interaction):
            return
        # The wish is noted, whatever becomes of the store now.
        with suppress(PassingError, StoreUnusable):
            job = await self._intake.outcome(job)
        await answers.keep_promise(interaction, cancel_answer(job, interaction.locale.value))

    async def _cancel_from_question(self, interaction: discord.Interaction, job: Job) -> None:
        """Do as for the card's button, but answer in the question's place, which is over."""
        locale = interaction.locale.value
        if not self._intake.can_cancel(job):
            await answers.replace(interaction, closed(cancel_answer(job, locale)))
            return
        job = await self._hands.wish(interaction, job)
        # The buttons go at once; what came of it may take some seconds.
        await answers.replace(interaction, closed(text("cancel.asked", locale)))
        with suppress(PassingError, StoreUnusable):
            job = await self._intake.outcome(job)
            await answers.replace_again(interaction, closed(cancel_answer(job, locale)))

    async def frame(self, interaction: discord.Interaction, job_id: JobId, framing: Framing) -> None:
        """Note how the picture is to be framed, in the question's place; the first answer counts."""
        job = await self._hands.find(interaction, job_id, Act.CANCEL)
        if job.state is State.PREPARING and job.asked_at is not None and job.framing is None:
            job = await self._intake.frame(job, framing)
        if job.state is not State.PREPARING or job.framing is None:
            await answers.tell(interaction, text("question.over", interaction.locale.value))
            return
        await answers.replace(interaction, answered(job, job.framing))


def cancel_answer(job: Job, locale: str) -> str:
    """Return what became of a wish to cancel."""
    if job.state is State.CANCELLED:
        return text("cancel.done", locale, cost=job.cost)
    if job.state is State.READY:
        return text("cancel.ready", locale)
    if job.wish is Wish.REFUSED and job.state is State.RUNNING:
        return text("cancel.running", locale)
    if job.state in (State.DELIVERED, State.FAILED, State.UNKNOWN):
        return text("cancel.over", locale)
    return text("cancel.asked", locale)
