"""Where all interactions arrive: finds out what is wanted, has it done, and answers whatever went wrong.

Every answer but a card, a form and a result that is posted again is private.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

import discord

from bot.chat import answers, ids
from bot.chat.acceptance import Acceptance
from bot.chat.administration.desk import Desk
from bot.chat.deletion import Deletion
from bot.chat.drafts import Drafts
from bot.chat.hands import Hands
from bot.chat.ids import Press, Verb
from bot.chat.lists import Lists
from bot.chat.openings import Openings
from bot.chat.orders import Option, read_order
from bot.chat.owners import Actors
from bot.chat.presses import Presses
from bot.chat.repost import Repost
from bot.chat.submissions import Submissions
from bot.chat.texts import text
from bot.core.draft import Form
from bot.core.errors import ZoetropeError
from bot.core.media import Media
from bot.core.mending import Framing
from bot.core.models import Request
from bot.core.ports import Clock, Courier, Store
from bot.flow.administration import Administration
from bot.flow.intake import Intake
from bot.flow.precedence import Precedence

log = logging.getLogger(__name__)

_Answer = Callable[[discord.Interaction, Press], Awaitable[None]]

FORMS: Final[Mapping[Verb, Form]] = {
    Verb.CHANGE: Form.CHANGE,
    Verb.ANIMATE: Form.ANIMATE,
    Verb.EXTEND: Form.EXTEND,
}
"""The buttons under a result that open a form, whose answer bears the same verb."""


class Reception:
    """Where members' commands, menus, presses and forms arrive."""

    def __init__(
        self,
        intake: Intake,
        store: Store,
        clock: Clock,
        *,
        media: Media,
        courier: Courier,
        administration: Administration,
        precedence: Precedence,
        actors: Actors,
        spoiler_channels: frozenset[int] = frozenset(),
    ) -> None:
        """`spoiler_channels`: where everything is covered, by their ids; their threads too."""
        self.desk = Desk(administration, actors, intake.house.rates.zone.key)
        """Where those who run a place have it done."""
        self._spoiler_channels = spoiler_channels
        self._acceptance = Acceptance(intake, precedence)
        drafts = Drafts(intake, store, clock)
        self._openings = Openings(intake, drafts)
        self._submissions = Submissions(intake, drafts, self._acceptance, spoiler_channels)
        hands = Hands(intake, administration.jobs, actors)
        self._presses = Presses(intake, self._acceptance, hands, spoiler_channels)
        self._deletion = Deletion(hands)
        self._lists = Lists(intake, store, clock)
        self._repost = Repost(intake, media, courier, spoiler_channels)
        self._on_press = self._presses_by_verb()

    # --- commands and menus --------------------------------------------------------------------------

    async def take(
        self,
        interaction: discord.Interaction,
        model: type[Request],
        pictures: Sequence[discord.Attachment | None] = (),
        **options: Option,
    ) -> None:
        """Accept a request and answer with its card, or refuse privately; nothing is spent on a refusal."""

        async def accept() -> None:
            order = read_order(interaction, model, pictures, options, self._spoiler_channels)
            await self._acceptance.take(interaction, order)

        await _or_refuse(interaction, accept())

    async def use_menu(self, interaction: discord.Interaction, message: discord.Message, form: Form) -> None:
        """Open a form about the pictures of somebody's message."""
        await _or_refuse(interaction, self._openings.for_message(interaction, message, form))

    async def show_jobs(self, interaction: discord.Interaction) -> None:
        """Answer with the caller's latest jobs."""
        await _or_refuse(interaction, self._lists.jobs(interaction))

    async def show_quota(self, interaction: discord.Interaction) -> None:
        """Answer with what the caller has used and has left, and what things cost."""
        await _or_refuse(interaction, self._lists.quota(interaction))

    async def attend(self, interaction: discord.Interaction, call: Awaitable[None]) -> None:
        """Have something done at the desk, or say privately why not."""
        await _or_refuse(interaction, call)

    # --- buttons, lists and forms --------------------------------------------------------------------

    async def answer(self, interaction: discord.Interaction, custom_id: str) -> None:
        """Answer a button, a list or a form of ours, of any age."""
        if interaction.type is discord.InteractionType.modal_submit:
            call = self._submitted(interaction, custom_id)
        else:
            call = self._pressed(interaction, custom_id)
        await _or_refuse(interaction, call)

    async def _pressed(self, interaction: discord.Interaction, custom_id: str) -> None:
        if custom_id in (ids.PICK, ids.LOOK):
            lists = self._lists.job if custom_id == ids.PICK else self.desk.jobs.look
            await lists(interaction)
            return
        press = ids.parse(custom_id)
        answer = self._on_press.get(press.verb) if press is not None else None
        if press is None or answer is None:
            await answers.refuse_stale(interaction)
            return
        await answer(interaction, press)

    async def _submitted(self, interaction: discord.Interaction, custom_id: str) -> None:
        if custom_id == ids.WORDS:
            await self.desk.words.decide(interaction)
            return
        match ids.parse(custom_id):
            case Press(verb, job_id) if verb in FORMS:
                await self._submissions.of_result(interaction, job_id, FORMS[verb])
            case Press(Verb.SETTLE_BOUGHT | Verb.SETTLE_FREE) as press:
                await self.desk.jobs.settle_as_said(interaction, press)
            case Press(Verb.FORM) as press:
                await self._submissions.of_draft(interaction, press.draft_id)
            case _:
                await answers.refuse_stale(interaction)

    def _presses_by_verb(self) -> Mapping[Verb, _Answer]:
        presses = self._presses
        return {
            Verb.CANCEL: lambda it, press: presses.cancel(it, press.job_id),
            Verb.CROP: lambda it, press: presses.frame(it, press.job_id, Framing.CROP),
            Verb.BARS: lambda it, press: presses.frame(it, press.job_id, Framing.BARS),
            Verb.AGAIN: lambda it, press: presses.again(it, press.job_id),
            Verb.CHANGE: lambda it, press: self._openings.for_result(it, press.job_id, Form.CHANGE),
            Verb.ANIMATE: lambda it, press: self._openings.for_result(it, press.job_id, Form.ANIMATE),
            Verb.EXTEND: lambda it, press: self._openings.for_result(it, press.job_id, Form.EXTEND),
            Verb.REOPEN: lambda it, press: self._openings.again(it, press.draft_id),
            Verb.DELETE: lambda it, press: self._deletion.ask(it, press.job_id),
            Verb.DELETE_SURE: self._deletion.do,
            Verb.SETTLE_BOUGHT: lambda it, press: self.desk.jobs.ask_why(it, press.job_id, press.verb),
            Verb.SETTLE_FREE: lambda it, press: self.desk.jobs.ask_why(it, press.job_id, press.verb),
            Verb.REPOST: lambda it, press: self._repost.bring(it, press.job_id),
        }

    # --- what went wrong -----------------------------------------------------------------------------

    async def refuse_stale(self, interaction: discord.Interaction) -> None:
        """Answer a command that has changed since the member's client loaded it."""
        await answers.tell(interaction, text("stale.command", interaction.locale.value))

    async def refuse_broken(self, interaction: discord.Interaction) -> None:
        """Answer where something of ours has failed; whether anything was charged is not known."""
        if interaction.response.is_done():
            # The first answer stands: a card, or a refusal that says more than this.
            return
        await answers.tell(interaction, text("broken", interaction.locale.value))


async def _or_refuse(interaction: discord.Interaction, call: Awaitable[None]) -> None:
    """Have it done, or say privately why not."""
    try:
        await call
    except ZoetropeError as error:
        await answers.refuse(interaction, error.reason)
