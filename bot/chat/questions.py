"""The private question about a picture whose shape the model does not take, and its answered form. Pure."""

from collections.abc import Mapping

import discord
from discord import ui

from bot.chat.cards import CANCEL, Layout, custom_id
from bot.chat.texts import say, text
from bot.core.job import Job
from bot.core.mending import Framing
from bot.flow.question import ANSWER_WITHIN


def question(job: Job, previews: Mapping[Framing, str]) -> Layout:
    """Return the question; `previews` are the names of the uploaded pictures that show each answer."""
    parts: list[ui.Item[Layout]] = [ui.TextDisplay(_explanation(job))]
    for framing, name in previews.items():
        caption = text(f"question.{framing}", job.locale)
        item = discord.MediaGalleryItem(f"attachment://{name}", description=caption, spoiler=job.spoiler)
        parts += [ui.TextDisplay(f"**{caption}**"), ui.MediaGallery(item)]
    row = ui.ActionRow(*(_button(job, verb) for verb in (*Framing, CANCEL)))
    return Layout(ui.Container(*parts, row))


def answered(job: Job, framing: Framing) -> Layout:
    """Return what stands in the question's place once the choice is noted; its pictures go."""
    return closed(text(f"question.{framing}.chosen", job.locale))


def closed(words: str) -> Layout:
    """Return words that stand in the question's place, where nothing can be chosen any more."""
    return Layout(ui.Container(ui.TextDisplay(words)))


def _explanation(job: Job) -> str:
    reason = [] if job.reason is None else [say(job.reason, job.locale)]
    choose = text("question.choose", job.locale, within=ANSWER_WITHIN.total_seconds())
    return "\n".join([*reason, choose, f"-# {text('card.id', job.locale, id=job.id)}"])


def _button(job: Job, verb: str) -> ui.Button[Layout]:
    return ui.Button(
        style=discord.ButtonStyle.danger if verb == CANCEL else discord.ButtonStyle.primary,
        label=text(f"question.{verb}", job.locale),
        custom_id=custom_id(verb, job.id),
    )
