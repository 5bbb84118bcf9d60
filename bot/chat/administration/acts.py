"""The desk for the record of acts: who did what, to whom, why and when. It only reads."""

from collections.abc import Iterator, Sequence
from typing import Final

import discord
from discord import ui

from bot.chat import answers
from bot.chat.administration.here import member, place, role
from bot.chat.cards import Layout
from bot.chat.owners import Actors
from bot.chat.texts import is_text, text
from bot.chat.words import in_code, plain
from bot.core.ids import RoleId
from bot.core.office import Deed
from bot.core.rights import Act
from bot.flow.administration_books import Books

# Letters of the lines: a layout has 4,000.
_SHOWN: Final = 3500
_PART: Final = 200
_FIGURES: Final = ("daily", "monthly", "active")
# What the words for the act itself say already.
_SAID: Final = frozenset({"change", "list"})


class ActsDesk:
    """Answers privately; raises MemberError where somebody may not."""

    def __init__(self, books: Books, actors: Actors) -> None:
        self._books = books
        self._actors = actors

    async def show(self, interaction: discord.Interaction, count: int, *, everywhere: bool) -> None:
        """Answer with the latest acts in this server, or in all of them."""
        where = place(interaction, everywhere=everywhere)
        deeds = await self._books.acts(self._actors(interaction), where, count)
        await answers.show(interaction, view(deeds, interaction.locale.value, everywhere=everywhere))


def view(deeds: Sequence[Deed], locale: str, *, everywhere: bool = False) -> Layout:
    """Return the acts, newest first, as many as there is room for. Pure."""
    lines = [text("admin.acts.title.everywhere" if everywhere else "admin.acts.title", locale)]
    left = _SHOWN
    for number, deed in enumerate(deeds):
        row = _row(deed, locale, everywhere=everywhere)
        left -= len(row) + 1
        if left < 0:
            lines.append(text("admin.acts.more", locale, count=len(deeds) - number))
            break
        lines.append(row)
    if not deeds:
        lines.append(text("admin.acts.none", locale))
    return Layout(ui.Container["Layout"](ui.TextDisplay("\n".join(lines))))


def _row(deed: Deed, locale: str, *, everywhere: bool) -> str:
    about = [*_about(deed, locale), *([_place(deed, locale)] if everywhere else [])]
    return text(
        "admin.acts.row",
        locale,
        at=int(deed.at.timestamp()),
        actor=deed.actor_id,
        act=text(_act(deed), locale),
        about="".join(f" · {part}" for part in about),
    )


def _act(deed: Deed) -> str:
    """Return the key of what was done, as narrow as there is one."""
    change = deed.details.get("change") or deed.details.get("list")
    if deed.details.get("weight") is not None:
        narrow = "weight"
    elif change is not None:
        narrow = f"{change}.off" if change == "log" and deed.details.get("channel") is None else str(change)
    elif deed.act in (Act.SET_ALLOWANCE, Act.SET_SERVER):
        narrow = "clear" if all(deed.details.get(name) is None for name in _FIGURES) else ""
    else:
        narrow = next((name for name in ("command", "refused") if name in deed.details), "")
    key = f"act.{deed.act}.{narrow}"
    return key if is_text(key) else f"act.{deed.act}"


def _place(deed: Deed, locale: str) -> str:
    if deed.guild_id is None:
        return text("admin.acts.everywhere", locale)
    return text("admin.acts.server", locale, server=str(deed.guild_id))


def _about(deed: Deed, locale: str) -> Iterator[str]:
    if deed.user_id is not None:
        yield member(deed.user_id)
    if deed.job_id is not None:
        yield text("card.id", locale, id=deed.job_id)
    for name, value in deed.details.items():
        if value is not None and name not in _SAID:
            yield _detail(name, value, deed, locale)
    if deed.why:
        yield text("admin.acts.why", locale, why=plain(deed.why, _PART))


def _detail(name: str, value: str | int, deed: Deed, locale: str) -> str:
    """Return one thing that was decided, in words; a name that nobody knows any more stands as it is."""
    if name == "role":
        return role(RoleId(int(value)), deed.guild_id)
    if name == "channel":
        return f"<#{value}>"
    for key in (f"detail.{name}.{value}", f"detail.{name}"):
        if is_text(key):
            return text(key, locale, value=_safe(name, value))
    return f"{plain(name, _PART)} {plain(str(value), _PART)}"


def _safe(name: str, value: str | int) -> str | int:
    if isinstance(value, int):
        return value
    # Between backticks, backslashes would be read.
    return in_code(value) if name == "command" else plain(value, _PART)
