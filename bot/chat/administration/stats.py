"""The desk for figures: what jobs came to in the last days, as two pictures and as words. It only reads.

No member is asked for at Discord: the one name that is known is that of whoever asks.
"""

import asyncio
import io
import logging
from collections.abc import Callable, Sequence
from typing import Final

import discord
from discord import ui

from bot.chat import answers
from bot.chat.administration.charts import pictures, words
from bot.chat.administration.charts.summary import MOST_DAYS, Summary, summary
from bot.chat.administration.charts.themes import THEMES
from bot.chat.administration.here import place
from bot.chat.cards import Layout
from bot.chat.owners import Actors
from bot.chat.texts import text
from bot.core.ids import UserId
from bot.flow import administration_values as values
from bot.flow.administration_books import Books

log = logging.getLogger(__name__)

_NAMES: Final = tuple(f"stats-{theme.name}.png" for theme in THEMES)

Draw = Callable[[Summary], Sequence[bytes]]
"""Returns a PNG for each theme; called in a thread."""


class StatsDesk:
    """Answers privately; raises MemberError where somebody may not."""

    def __init__(self, books: Books, actors: Actors, draw: Draw = pictures.pictures) -> None:
        self._books = books
        self._actors = actors
        self._draw = draw
        # One at a time: each takes some 50 MB for a moment.
        self._turn = asyncio.Lock()

    async def show(self, interaction: discord.Interaction, days: int, *, everywhere: bool) -> None:
        """Answer with the figures of the last days, today included."""
        where = place(interaction, everywhere=everywhere)
        values.number("days", days, 1, MOST_DAYS)
        stats = await self._books.stats(self._actors(interaction), where, days)
        who = interaction.user
        told = summary(stats, {UserId(who.id): who.display_name}, interaction.locale.value)
        if not told.total.jobs:
            await answers.tell(interaction, _none(told, everywhere=everywhere))
            return
        # Drawing may take longer than a first answer has time, on a machine that has much to do.
        if not await answers.promise(interaction):
            return
        pictures = await self._pictures(told)
        await answers.keep_promise_with(
            interaction, lambda: view(told, has_pictures=bool(pictures)), lambda: _files(pictures)
        )

    async def _pictures(self, told: Summary) -> Sequence[bytes]:
        """Return the pictures; none where they cannot be drawn, as the numbers are in the words too."""
        async with self._turn:
            try:
                return await asyncio.to_thread(self._draw, told)
            except (OSError, MemoryError, ValueError):
                log.exception("the pictures of figures cannot be drawn", extra={"action": "fail"})
                return ()


def view(told: Summary, *, has_pictures: bool) -> Layout:
    """Return the figures: a heading, the pictures with their alt texts, and all of it in words. Pure."""
    locale = told.locale
    heading = [
        text("stats.head", locale, title=told.title),
        text("stats.period", locale, period=told.period),
    ]
    frame = ui.Container["Layout"](ui.TextDisplay("\n".join(heading)))
    if has_pictures:
        alt = words.alt(told)
        items = (discord.MediaGalleryItem(f"attachment://{name}", description=alt) for name in _NAMES)
        frame.add_item(ui.MediaGallery(*items))
    else:
        frame.add_item(ui.TextDisplay(text("stats.no_picture", locale)))
    frame.add_item(ui.TextDisplay("\n".join(words.lines(told))))
    return Layout(frame)


def _none(told: Summary, *, everywhere: bool) -> str:
    key = "stats.none.everywhere" if everywhere else "stats.none"
    return text(key, told.locale, period=told.period, most=MOST_DAYS)


def _files(pictures: Sequence[bytes]) -> list[discord.File]:
    """Return fresh files for each try to send them."""
    named = zip(_NAMES, pictures, strict=True) if pictures else ()
    return [discord.File(io.BytesIO(content), name) for name, content in named]
