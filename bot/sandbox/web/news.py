"""What has changed for each open page: messages, answers to what its member did, the bot, the fates.

Owns the comparison of what a page was told with what its member sees now. It changes nothing in the stand-in,
and a page that reads too slowly is cut off: it comes back and asks for everything.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from bot.sandbox.discord import Discord, Interaction, Kind, Member, Revision
from bot.sandbox.discord.wire import Json
from bot.sandbox.web.cast import Cast
from bot.sandbox.web.page import Page
from bot.sandbox.web.view import View

State = Callable[[], Mapping[str, Json]]
_NOTES: Final = 50  # remembered for pages that come later


@dataclass(frozen=True, slots=True)
class _Followed:
    """An interaction of a page that has not come to its first answer yet."""

    interaction: Interaction
    nonce: str


@dataclass(slots=True)
class _Told:
    """What a page knows."""

    messages: dict[int, tuple[int, Revision]]
    registrations: int


class News:
    """Tells every page what is new for its member."""

    def __init__(self, discord: Discord, cast: Cast, view: View, state: State) -> None:
        self._discord, self._cast, self._view, self._state = discord, cast, view, state
        self._told: dict[Page, _Told] = {}
        self._followed: list[_Followed] = []
        self._known: Mapping[str, Json] = {}
        self.notes: list[Json] = []
        """What fates did, the oldest first."""

    @property
    def pages(self) -> list[Page]:
        """Every page that is connected."""
        return list(self._told)

    @property
    def patience(self) -> float | None:
        """Seconds until the next interaction fails that nobody answers; None: none is open."""
        window = self._discord.answer_window
        ends = [one.interaction.sent_at + window for one in self._followed]
        # A little later than the limit, which an answer may still just reach.
        return max(0.0, min(ends) - self._discord.now()) + 0.01 if ends else None

    def join(self, page: Page) -> None:
        """Tell a page what changes from now on."""
        self._told[page] = _Told(self._seen(page.member), self._discord.registrations)

    def leave(self, page: Page) -> None:
        """Forget a page."""
        self._told.pop(page, None)

    def follow(self, interaction: Interaction, nonce: str) -> None:
        """Tell the member's pages what becomes of what they did."""
        self._followed.append(_Followed(interaction, nonce))
        self._tell_state(interaction, nonce, "sent")

    def note(self, text: str) -> None:
        """Tell everybody what a fate did."""
        told = {"type": "note", "text": text, "at": time.time()}
        self.notes = [*self.notes, told][-_NOTES:]
        self.broadcast(told)

    def broadcast(self, event: Json) -> None:
        """Tell every page the same."""
        for page in self.pages:
            page.tell(event)

    def look(self) -> None:
        """Compare, and tell what is new; messages first, so that an answer is there before its word."""
        for page, told in list(self._told.items()):
            self._tell_messages(page, told)
            if told.registrations != self._discord.registrations:
                told.registrations = self._discord.registrations
                page.tell({"type": "commands", "commands": self._view.commands(page.member)})
        self._followed = [one for one in self._followed if not self._is_settled(one)]
        known, self._known = self._known, self._state()
        for name, now in self._known.items():
            if known.get(name) != now:
                self.broadcast({"type": name, name: now})

    def _seen(self, member: Member) -> dict[int, tuple[int, Revision]]:
        return {
            message.id: (channel.id, message.now)
            for channel in self._cast.channels(member)
            for message in member.sees(channel)
        }

    def _tell_messages(self, page: Page, told: _Told) -> None:
        before, told.messages = told.messages, self._seen(page.member)
        for number, (place, revision) in told.messages.items():
            earlier = before.pop(number, None)
            if earlier is None or earlier[1] is not revision:
                channel = self._discord.channels[place]
                message = channel.find(number)
                if message is not None:
                    shown = self._view.message(page.member, message)
                    page.tell({"type": "message", "channel": str(place), "message": shown})
        for number, (place, _) in before.items():
            page.tell({"type": "gone", "channel": str(place), "id": str(number)})

    def _is_settled(self, one: _Followed) -> bool:
        """Tell the end of the wait for a first answer, if it is there."""
        interaction = one.interaction
        if interaction.answered_at is None and not interaction.failed:
            return False
        failed = interaction.answered_at is None
        if interaction.kind is Kind.AUTOCOMPLETE:
            self._tell_choices(interaction, one.nonce, failed=failed)
        elif interaction.modal is not None:
            self._tell_modal(interaction, one.nonce)
        self._tell_state(interaction, one.nonce, "failed" if failed else "answered")
        return True

    def _tell_state(self, interaction: Interaction, nonce: str, state: str) -> None:
        about = {"id": nonce, "nonce": nonce, "interaction": str(interaction.id), "state": state}
        self._tell_member(interaction.member, {"type": "interaction", **about})

    def _tell_choices(self, interaction: Interaction, nonce: str, *, failed: bool) -> None:
        choices = [{"name": one.name, "value": one.value} for one in interaction.choices]
        event = {"type": "choices", "nonce": nonce, "choices": choices, "failed": failed}
        self._tell_member(interaction.member, event)

    def _tell_modal(self, interaction: Interaction, nonce: str) -> None:
        modal = interaction.modal
        assert modal is not None
        parts = [part.raw() for part in modal.components]
        shape = {"custom_id": modal.custom_id, "title": modal.title, "components": parts}
        event = {"type": "modal", "interaction": str(interaction.id), "nonce": nonce, "modal": shape}
        self._tell_member(interaction.member, event)

    def _tell_member(self, member: Member, event: Json) -> None:
        for page in self.pages:
            if page.member is member:
                page.tell(event)
