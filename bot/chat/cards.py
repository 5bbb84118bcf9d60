"""What a job looks like: a pure function from the job to a layout. A fresh one for every message and edit.

Buttons carry `zoetrope:<verb>:<job id>` and are answered by one dispatcher, so no layout is ever
registered with the library: each is stopped as soon as it is made.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import discord
from discord import ui

from bot.chat.origin import message_url, origin
from bot.chat.status import status
from bot.chat.texts import text
from bot.chat.words import covered, plain
from bot.core.ids import JobId, parse_job_id
from bot.core.job import ENDED, Job, State, Wish
from bot.core.models import Request

PREFIX: Final = "zoetrope"
CANCEL: Final = "cancel"
_PROMPT_SHOWN: Final = 300  # characters

_COLOURS: Final = {
    State.DELIVERED: discord.Colour(0x2E9E5B),
    State.FAILED: discord.Colour(0xD8443C),
    State.UNKNOWN: discord.Colour(0xD9A21B),
    State.CANCELLED: discord.Colour(0x80848E),
}
_UNDER_WAY: Final = discord.Colour(0x5865F2)


class Layout(ui.LayoutView):
    """A layout that the library shall send and forget."""

    def __init__(self, *items: ui.Item["Layout"]) -> None:
        super().__init__(timeout=None)
        for item in items:
            self.add_item(item)
        self.stop()


@dataclass(frozen=True, slots=True)
class Press:
    """What a button of ours stands for."""

    verb: str
    job_id: JobId


def custom_id(verb: str, job_id: JobId) -> str:
    """Return a button's id; it needs no memory and is good for ever."""
    return f"{PREFIX}:{verb}:{job_id}"


def parse_custom_id(value: str) -> Press | None:
    """Return what a custom id stands for, None if it is not one of ours."""
    prefix, _, rest = value.partition(":")
    verb, _, tail = rest.partition(":")
    job_id = parse_job_id(tail)
    return Press(verb, job_id) if prefix == PREFIX and verb and job_id else None


def card(job: Job, pictures: Sequence[str], done: float | None = None) -> Layout:
    """Return the card: what was asked, where it stands, and Cancel while that can help.

    `pictures`: the addresses of the pictures on the card, or `attachment://` names while they are uploaded.
    `done`: the share of what is being done to its result.
    """
    frame = ui.Container["Layout"](accent_colour=colour(job))
    frame.add_item(ui.TextDisplay(_head(job)))
    if pictures:
        items = (discord.MediaGalleryItem(url, spoiler=job.spoiler) for url in pictures)
        frame.add_item(ui.MediaGallery(*items))
    frame.add_item(ui.TextDisplay(status(job, jump_url(job), done)))
    if job.state not in ENDED and job.state is not State.READY and job.wish is Wish.NONE:
        frame.add_item(ui.ActionRow(_cancel_button(job)))
    return Layout(frame)


def colour(job: Job) -> discord.Colour:
    """Return the colour that stands for where a job is."""
    return _COLOURS.get(job.state, _UNDER_WAY)


def _cancel_button(job: Job) -> ui.Button["Layout"]:
    return ui.Button(
        style=discord.ButtonStyle.danger,
        label=text("card.cancel", job.locale),
        custom_id=custom_id(CANCEL, job.id),
    )


def _head(job: Job) -> str:
    about = [*settings(job.request, job.locale), text("card.cost", job.locale, cost=job.cost)]
    prompt = plain(job.request.prompt, _PROMPT_SHOWN)
    if job.spoiler:
        prompt = covered(prompt)
    lines = [f"### {job.request.title}", f"> {prompt}", f"-# {' · '.join(about)}", *origin(job)]
    return "\n".join(lines)


def settings(request: Request, locale: str) -> list[str]:
    """Return the settings as short words, in the order of the options."""
    words: list[str] = []
    for name, value in request.settings().items():
        if isinstance(value, bool):
            words.append(text(f"option.{name}" if value else f"option.no_{name}", locale))
        elif name in ("duration", "seed"):
            words.append(text(f"option.{name}", locale, value=value))
        else:
            words.append(str(value))
    return words


def jump_url(job: Job) -> str:
    """Return the address of the result's message, as a client opens it."""
    return message_url(job.guild_id, job.channel_id, job.result_id)
