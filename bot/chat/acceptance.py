"""The one way in for all requests, typed, pressed or filled in: accept it, and answer with its card."""

import logging

import discord

from bot.chat import calls, cards
from bot.chat.answers import nobody
from bot.core.errors import PassingError, StoreUnusable
from bot.core.ids import MessageId
from bot.core.job import Job
from bot.flow.intake import Intake, Order

log = logging.getLogger(__name__)


class Acceptance:
    """Takes orders."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake

    async def take(self, interaction: discord.Interaction, order: Order) -> None:
        """Accept the order and show its card; raises what Intake raises, and nothing is spent then."""
        admission = await self._intake.accept(order)
        # A second delivery of one interaction is answered by the first.
        if admission.is_new:
            await self._acknowledge(interaction, admission.job)

    async def _acknowledge(self, interaction: discord.Interaction, job: Job) -> None:
        """Answer with the card. If that fails, the flow finds out by itself whether it was seen."""
        try:
            answer = await interaction.response.send_message(
                view=cards.card(job, ()), allowed_mentions=nobody()
            )
        except calls.FAILURES as error:
            log.warning("job %s: not acknowledged: %s", job.id, type(error).__name__, extra={"job": job.id})
            return
        if answer.message_id is None:
            return
        try:
            await self._intake.acknowledge(job, MessageId(answer.message_id))
        except (PassingError, StoreUnusable) as error:
            # The card stands all the same, and is found by the flow, if need be in the next life.
            log.warning("job %s: acknowledged, not noted: %s", job.id, error, extra={"job": job.id})
