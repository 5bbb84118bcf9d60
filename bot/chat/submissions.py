"""Takes in what was sent of a form, and keeps what was typed where it has to be refused."""

from dataclasses import replace
from typing import Final

import discord
from discord import ui

from bot.chat import answers, ids
from bot.chat.acceptance import Acceptance
from bot.chat.drafts import Drafts
from bot.chat.fields import typed_in
from bot.chat.orders import descent, order, require_permissions
from bot.chat.subject import PROMPT, how_from, request_from, sources_from, spoiler_from
from bot.chat.texts import say, text
from bot.core.descent import Descent
from bot.core.draft import Draft, Form, Typed
from bot.core.errors import Reason, ZoetropeError
from bot.core.ids import DraftId, JobId
from bot.flow.intake import Intake, Order

# Of a message's 2,000 characters; the rest is for why it is quoted.
_QUOTED: Final = 1500


class Submissions:
    """Where forms come in. Nothing that was typed is lost."""

    def __init__(
        self, intake: Intake, drafts: Drafts, acceptance: Acceptance, spoiler_channels: frozenset[int]
    ) -> None:
        self._intake = intake
        self._drafts = drafts
        self._acceptance = acceptance
        self._spoiler_channels = spoiler_channels

    async def of_result(self, interaction: discord.Interaction, job_id: JobId, form: Form) -> None:
        """Accept what was sent of a form about a result, or refuse and keep it."""
        typed = typed_in(interaction.data)
        try:
            parent = await self._intake.find(job_id)
            begun = descent(interaction, parent, how_from(form, typed))
        except ZoetropeError as error:
            await quote(interaction, say(error.reason, interaction.locale.value), typed)
            return
        await self._take(interaction, self._drafts.new(interaction, form, descent=begun), typed)

    async def of_draft(self, interaction: discord.Interaction, draft_id: DraftId) -> None:
        """Accept what was sent of a form that was filled in from a draft, or refuse and keep it."""
        typed = typed_in(interaction.data)
        try:
            draft = await self._drafts.own(interaction, draft_id)
        except ZoetropeError as error:
            await quote(interaction, say(error.reason, interaction.locale.value), typed)
            return
        if draft is None:
            await quote(interaction, text("form.unknown", interaction.locale.value), typed)
            return
        await self._take(interaction, draft, typed)

    async def _take(self, interaction: discord.Interaction, draft: Draft, typed: Typed) -> None:
        try:
            require_permissions(interaction)
            await self._acceptance.take(interaction, await self._order(interaction, draft, typed))
        except ZoetropeError as error:
            await self._refuse(interaction, error.reason, replace(draft, typed=typed))

    async def _order(self, interaction: discord.Interaction, draft: Draft, typed: Typed) -> Order:
        subject = await self._drafts.subject(interaction, draft)
        sources = sources_from(subject, typed)
        return order(
            interaction,
            request_from(subject, typed),
            sources,
            descent=_as_chosen(draft, typed),
            spoiler=spoiler_from(subject, typed, sources),
            spoiler_channels=self._spoiler_channels,
        )

    async def _refuse(self, interaction: discord.Interaction, reason: Reason, draft: Draft) -> None:
        """Say privately why not, with the way back to the form."""
        answers.log_refusal(interaction, reason)
        try:
            await self._drafts.keep(draft)
        except ZoetropeError:
            await quote(interaction, say(reason, interaction.locale.value), draft.typed)
            return
        locale = interaction.locale.value
        words = text("form.refused", locale, reason=say(reason, locale))
        button = ui.Button["answers.Row"](
            label=text("form.reopen", locale), custom_id=ids.reopen_id(draft.id)
        )
        await answers.tell(interaction, words, answers.Row(button))


def _as_chosen(draft: Draft, typed: Typed) -> Descent | None:
    """Return the draft's descent with what the form says now."""
    return draft.descent and replace(draft.descent, how=how_from(draft.form, typed))


async def quote(interaction: discord.Interaction, why: str, typed: Typed) -> None:
    """Say privately why not, and give back the words that nobody keeps."""
    prompt = next(iter(typed.get(PROMPT, ())), "")[:_QUOTED]
    words = text("form.lost", interaction.locale.value, reason=why, prompt=prompt)
    await answers.tell(interaction, words if prompt else why)
