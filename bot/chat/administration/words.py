"""The desk for words: a form with two lists, and what was sent of it."""

from typing import Final

import discord

from bot.chat import answers, ids
from bot.chat.administration.here import here
from bot.chat.fields import Words, typed_in
from bot.chat.owners import Actors
from bot.chat.texts import text
from bot.core.draft import Typed
from bot.flow.administration_places import PlaceActs

_REFUSED, _FLAGGED = "refused", "flagged"
_MOST: Final = 4000
"""Characters of a text field, Discord's limit."""


class WordsDesk:
    """Opens and takes in the form; raises MemberError where somebody may not, or a word cannot be."""

    def __init__(self, places: PlaceActs, actors: Actors) -> None:
        self._places = places
        self._actors = actors

    async def ask(self, interaction: discord.Interaction) -> None:
        """Open the form with the lists as they are."""
        locale = interaction.locale.value
        policy = await self._places.policy(self._actors(interaction), here(interaction))
        lists = {_REFUSED: policy.refused_words, _FLAGGED: policy.flagged_words}
        written = {name: "\n".join(words) for name, words in lists.items()}
        longest = max(len(text_) for text_ in written.values())
        if longest > _MOST:
            # Cut, it would come back cut, and words would be lost without a sign.
            await answers.tell(interaction, text("admin.words.long", locale, letters=longest, most=_MOST))
            return
        fields = [
            Words(
                name,
                text(f"admin.words.{name}", locale),
                words,
                _MOST,
                is_long=True,
                is_required=False,
                hint=text("admin.words.hint", locale),
            )
            for name, words in written.items()
        ]
        await answers.ask(interaction, ids.WORDS, text("admin.words.title", locale), fields)

    async def decide(self, interaction: discord.Interaction) -> None:
        """Set the lists as they were sent."""
        typed = typed_in(interaction.data)
        actor, guild_id = self._actors(interaction), here(interaction)
        policy = await self._places.words(actor, guild_id, _lines(typed, _REFUSED), _lines(typed, _FLAGGED))
        words = text(
            "admin.words.done",
            interaction.locale.value,
            refused=len(policy.refused_words),
            flagged=len(policy.flagged_words),
        )
        await answers.tell(interaction, words)


def _lines(typed: Typed, name: str) -> list[str]:
    return "".join(typed.get(name, ())).splitlines()
