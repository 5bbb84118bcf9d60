"""Opens forms: about a message's pictures, about an earlier result, and again with what was typed."""

import discord

from bot.chat import answers, ids
from bot.chat.cards import custom_id
from bot.chat.drafts import Drafts
from bot.chat.forms import fields_of, title_of
from bot.chat.menus import pictures_of
from bot.chat.orders import may_borrow_card, require_permissions
from bot.chat.quotes import quote
from bot.chat.subject import Subject, subject_of
from bot.chat.texts import refusal, text
from bot.core.draft import Form, Typed
from bot.core.errors import MemberError, Problem, ZoetropeError
from bot.core.ids import DraftId, JobId
from bot.flow.intake import Intake


class Openings:
    """Answers with a form; raises MemberError where there is nothing to fill in."""

    def __init__(self, intake: Intake, drafts: Drafts) -> None:
        self._intake = intake
        self._drafts = drafts

    async def for_message(
        self, interaction: discord.Interaction, message: discord.Message, form: Form
    ) -> None:
        """Open a form about a message's pictures. Its answer will not tell of them, so they are kept."""
        require_permissions(interaction)
        sources = pictures_of(message, interaction.locale.value)
        if not sources:
            raise MemberError(Problem.NO_PICTURE)
        draft = self._drafts.new(interaction, form, sources=sources)
        await self._drafts.keep(draft)
        await _open(interaction, ids.form_id(draft.id), Subject(form, sources=sources), {})

    async def for_result(self, interaction: discord.Interaction, job_id: JobId, form: Form) -> None:
        """Open a form about an earlier result; its own id tells which."""
        require_permissions(interaction)
        parent = await self._intake.find(job_id)
        subject = subject_of(form, parent, may_borrow_card=may_borrow_card(interaction, parent))
        await _open(interaction, custom_id(form, job_id), subject, {})

    async def again(self, interaction: discord.Interaction, draft_id: DraftId) -> None:
        """Open a form with what was typed into it, or give that back where nothing can be made of it."""
        draft = await self._drafts.own(interaction, draft_id)
        if draft is None:
            await answers.tell(interaction, text("form.gone", interaction.locale.value))
            return
        try:
            subject = await self._drafts.subject(interaction, draft)
        except ZoetropeError as error:
            await quote(interaction, refusal(error.reason, interaction.locale.value), draft.typed)
            return
        await _open(interaction, ids.form_id(draft.id), subject, draft.typed)


async def _open(interaction: discord.Interaction, form_id: str, subject: Subject, typed: Typed) -> None:
    locale = interaction.locale.value
    await answers.ask(interaction, form_id, title_of(subject, locale), fields_of(subject, typed, locale))
