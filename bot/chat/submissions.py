"""Takes in what was sent of a form, and keeps what was typed where it has to be refused."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import discord
from discord import ui

from bot.chat import answers, ids
from bot.chat.acceptance import Acceptance
from bot.chat.drafts import Drafts
from bot.chat.fields import typed_in
from bot.chat.orders import descent, order, require_permissions
from bot.chat.quotes import quote
from bot.chat.subject import how_from, request_from, sources_from, spoiler_from
from bot.chat.texts import refusal, say, text
from bot.core.descent import Descent
from bot.core.draft import Draft, Form, Typed
from bot.core.errors import ZoetropeError
from bot.core.ids import DraftId, JobId
from bot.flow.intake import Intake, Order


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

        async def begin() -> Draft:
            parent = await self._intake.find(job_id)
            begun = descent(interaction, parent, how_from(form, typed))
            return self._drafts.new(interaction, form, descent=begun)

        await self._take(interaction, begin, typed)

    async def of_draft(self, interaction: discord.Interaction, draft_id: DraftId) -> None:
        """Accept what was sent of a form that was filled in from a draft, or refuse and keep it."""
        await self._take(
            interaction, lambda: self._drafts.own(interaction, draft_id), typed_in(interaction.data)
        )

    async def _take(
        self, interaction: discord.Interaction, begin: Callable[[], Awaitable[Draft | None]], typed: Typed
    ) -> None:
        draft = await _begun(interaction, begin, typed)
        if draft is None:
            return
        locale = interaction.locale.value
        try:
            require_permissions(interaction)
            await self._acceptance.take(interaction, await self._order(interaction, draft, typed))
        except ZoetropeError as error:
            answers.log_refusal(interaction, error.reason)
            kept = text("form.refused", locale, reason=say(error.reason, locale))
            await self._lead_back(interaction, draft, kept, lost=refusal(error.reason, locale))
        except Exception:
            # Where an answer stands, it is the card.
            if not interaction.response.is_done():
                broken = text("form.broken", locale)
                await self._lead_back(interaction, draft, broken, lost=text("broken", locale))
            raise

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

    async def _lead_back(
        self, interaction: discord.Interaction, draft: Draft, kept: str, *, lost: str
    ) -> None:
        """Say privately why not, with the way back to the form; `lost` where it could not be kept."""
        try:
            await self._drafts.keep(draft)
        except Exception as error:
            await quote(interaction, lost, draft.typed)
            if isinstance(error, ZoetropeError):
                return
            raise
        button = ui.Button["answers.Row"](
            label=text("form.reopen", interaction.locale.value), custom_id=ids.reopen_id(draft.id)
        )
        await answers.tell(interaction, kept, answers.Row(button))


async def _begun(
    interaction: discord.Interaction, begin: Callable[[], Awaitable[Draft | None]], typed: Typed
) -> Draft | None:
    """Return what was sent with what it is about, None where that is lost: the words are given back then."""
    locale = interaction.locale.value
    try:
        draft = await begin()
    except ZoetropeError as error:
        await quote(interaction, refusal(error.reason, locale), typed)
        return None
    except Exception:
        await quote(interaction, text("broken", locale), typed)
        raise
    if draft is None:
        await quote(interaction, text("form.unknown", locale), typed)
        return None
    return replace(draft, typed=typed)


def _as_chosen(draft: Draft, typed: Typed) -> Descent | None:
    """Return the draft's descent with what the form says now."""
    return draft.descent and replace(draft.descent, how=how_from(draft.form, typed))
