"""What is kept of forms: a draft made, written, read by its owner alone, and what it is about."""

from collections.abc import Sequence
from dataclasses import replace

import discord

from bot.chat.orders import may_borrow_card
from bot.chat.subject import Subject, subject_of
from bot.core.descent import Descent
from bot.core.draft import Draft, Form
from bot.core.ids import DraftId, UserId, new_draft_id
from bot.core.ports import Clock, Store
from bot.core.source import PictureSource
from bot.flow.intake import Intake


class Drafts:
    """Keeps drafts. Raises what the store raises."""

    def __init__(self, intake: Intake, store: Store, clock: Clock) -> None:
        self._intake = intake
        self._store = store
        self._clock = clock

    def new(
        self,
        interaction: discord.Interaction,
        form: Form,
        *,
        descent: Descent | None = None,
        sources: Sequence[PictureSource] = (),
    ) -> Draft:
        """Return a draft of whoever is behind the interaction; it is not kept yet."""
        return Draft(
            id=new_draft_id(),
            owner_id=UserId(interaction.user.id),
            made_at=self._clock.now(),
            form=form,
            descent=descent,
            sources=tuple(sources),
        )

    async def keep(self, draft: Draft) -> None:
        """Write it down, for a week from now on."""
        await self._store.keep_draft(replace(draft, made_at=self._clock.now()))

    async def own(self, interaction: discord.Interaction, draft_id: DraftId) -> Draft | None:
        """Return a draft, None where it is kept no longer or is somebody else's."""
        draft = await self._store.draft(draft_id)
        return draft if draft is not None and draft.owner_id == interaction.user.id else None

    async def subject(self, interaction: discord.Interaction, draft: Draft) -> Subject:
        """Return what a draft is about; raises MemberError where that is gone, or may not come here."""
        if draft.descent is None:
            return Subject(draft.form, sources=draft.sources)
        parent = await self._intake.find(draft.descent.parent_id)
        return subject_of(draft.form, parent, may_borrow_card=may_borrow_card(interaction, parent))
