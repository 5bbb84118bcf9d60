"""The one way in for all requests, typed, pressed or filled in: accept it, and answer with its card."""

import logging

import discord

from bot.chat import calls, cards
from bot.chat.answers import nobody
from bot.core.errors import PassingError, StoreUnusable
from bot.core.ids import MessageId
from bot.core.job import Job
from bot.flow.intake import Intake, Order
from bot.flow.precedence import Precedence

log = logging.getLogger(__name__)


class Acceptance:
    """Takes orders."""

    def __init__(self, intake: Intake, precedence: Precedence) -> None:
        self._intake = intake
        self._precedence = precedence

    async def take(self, interaction: discord.Interaction, order: Order) -> None:
        """Accept the order and show its card; raises what Intake raises, and nothing is spent then."""
        with self._precedence.answering():
            admission = await self._intake.accept(order)
            # A second delivery of one interaction is answered by the first.
            card_id = await self._acknowledge(interaction, admission.job) if admission.is_new else None
        if card_id is not None:
            await self._note(admission.job, card_id)

    async def _acknowledge(self, interaction: discord.Interaction, job: Job) -> MessageId | None:
        """Answer with the card. If that fails, the flow finds out by itself whether it was seen."""
        try:
            answer = await interaction.response.send_message(
                view=cards.card(job, ()), allowed_mentions=nobody()
            )
        except calls.FAILURES as error:
            log.warning("job %s: not acknowledged: %s", job.id, type(error).__name__, extra={"job": job.id})
            return None
        return None if answer.message_id is None else MessageId(answer.message_id)

    async def _note(self, job: Job, card_id: MessageId) -> None:
        try:
            await self._intake.acknowledge(job, card_id)
        except (PassingError, StoreUnusable) as error:
            # The card stands all the same, and is found by the flow, if need be in the next life.
            log.warning("job %s: acknowledged, not noted: %s", job.id, error, extra={"job": job.id})
