"""The desk for the record of acts: who did what, to whom, why and when. It only reads."""

from collections.abc import Iterator, Sequence
from typing import Final

import discord
from discord import ui

from bot.chat import answers
from bot.chat.administration.here import here, member, role
from bot.chat.cards import Layout
from bot.chat.owners import Actors
from bot.chat.texts import text
from bot.chat.words import plain
from bot.core.ids import RoleId
from bot.core.office import Deed
from bot.flow.administration_books import Books

# Letters of the lines: a layout has 4,000.
_SHOWN: Final = 3500
_PART: Final = 200


class ActsDesk:
    """Answers privately; raises MemberError where somebody may not."""

    def __init__(self, books: Books, actors: Actors) -> None:
        self._books = books
        self._actors = actors

    async def show(self, interaction: discord.Interaction, count: int) -> None:
        """Answer with the latest acts in this server."""
        deeds = await self._books.acts(self._actors(interaction), here(interaction), count)
        await answers.show(interaction, view(deeds, interaction.locale.value))


def view(deeds: Sequence[Deed], locale: str) -> Layout:
    """Return the acts, newest first, as many as there is room for. Pure."""
    lines, left = [text("admin.acts.title", locale)], _SHOWN
    for deed in deeds:
        row = _row(deed, locale)
        left -= len(row) + 1
        if left < 0:
            break
        lines.append(row)
    if not deeds:
        lines.append(text("admin.acts.none", locale))
    return Layout(ui.Container["Layout"](ui.TextDisplay("\n".join(lines))))


def _row(deed: Deed, locale: str) -> str:
    return text(
        "admin.acts.row",
        locale,
        at=int(deed.at.timestamp()),
        actor=deed.actor_id,
        act=text(f"act.{deed.act}", locale),
        about="".join(f" · {part}" for part in _about(deed, locale)),
    )


def _about(deed: Deed, locale: str) -> Iterator[str]:
    if deed.user_id is not None:
        yield member(deed.user_id)
    if deed.job_id is not None:
        yield text("card.id", locale, id=deed.job_id)
    for name, value in deed.details.items():
        if value is not None:
            yield _detail(name, value, deed)
    if deed.why:
        yield plain(deed.why, _PART)


def _detail(name: str, value: str | int, deed: Deed) -> str:
    if name == "role":
        return role(RoleId(int(value)), deed.guild_id)
    if name == "channel":
        return f"<#{value}>"
    return f"{name} {plain(str(value), _PART)}"
