"""Gives back what was typed into a form where nobody can keep it: all of it, to its writer alone."""

from typing import Final

import discord

from bot.chat import answers
from bot.chat.notes import MESSAGE
from bot.chat.orders import SPOILER
from bot.chat.subject import (
    AUDIO,
    DURATION,
    FIXED_CAMERA,
    JOINED,
    LITE,
    LITE_FROM,
    MODEL,
    OPTIONS,
    PICTURE,
    PRO,
    PROMPT,
    RATIO,
    RESOLUTION,
    SEED,
)
from bot.chat.texts import text
from bot.chat.words import plain
from bot.core.draft import Typed

_SETTINGS: Final = (PICTURE, MODEL, RESOLUTION, RATIO, DURATION, SEED, OPTIONS)
_NAMED: Final = {
    **{name: f"model.{name}" for name in (PRO, LITE, LITE_FROM)},
    **{name: f"tick.{name}" for name in (AUDIO, FIXED_CAMERA, JOINED, SPOILER)},
}
# Characters of one setting; with five fields to a form, all of them fit beside the reason.
_SETTING: Final = 150
_QUOTE: Final = ">>> "


async def quote(interaction: discord.Interaction, why: str, typed: Typed) -> None:
    """Say privately why not, and give back what was typed; what finds no room follows by itself."""
    first, *others = quoted(why, typed, interaction.locale.value)
    await answers.tell(interaction, first)
    for words in others:
        await answers.add(interaction, words)


def quoted(why: str, typed: Typed, locale: str) -> list[str]:
    """Return the messages, of at most 2,000 characters each; a prompt is parted only where it is longer."""
    settings = [_setting(name, typed[name], locale) for name in _SETTINGS if name in typed]
    prompt = next(iter(typed.get(PROMPT, ())), "").strip()
    if not settings and not prompt:
        return [why]
    first = "\n".join([why, text("form.typed", locale), *settings])
    if not prompt:
        return [first]
    whole = f"{first}\n{_QUOTE}{prompt}"
    if len(whole) <= MESSAGE:
        return [whole]
    room = MESSAGE - len(_QUOTE)
    return [first, *(_QUOTE + prompt[start : start + room] for start in range(0, len(prompt), room))]


def _setting(name: str, values: tuple[str, ...], locale: str) -> str:
    shown = ", ".join(_value(name, value, locale) for value in values) or text("field.nothing", locale)
    return f"-# {text(f'field.{name}', locale)}: {plain(shown, _SETTING)}"


def _value(name: str, value: str, locale: str) -> str:
    """Return a value as the form shows it; whatever else was sent, as it was sent."""
    if name in (MODEL, OPTIONS) and value in _NAMED:
        return text(_NAMED[value], locale)
    if name == PICTURE and value.isdecimal():
        # As in the list, which begins with 1.
        return str(int(value) + 1)
    return value
