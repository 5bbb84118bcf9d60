"""The message that brings a result: the files as one gallery, what they are, and what leads on from them.

Pure: from the job to a layout, or to the buttons under a plain message. As with cards, nothing made here
is ever registered with the library.
"""

import io
from collections.abc import Sequence
from typing import Final, Never

import discord
from discord import ui

from bot.chat.cards import Layout, custom_id, settings
from bot.chat.origin import origin
from bot.chat.originals import LIST, originals
from bot.chat.texts import text
from bot.chat.words import alt_text
from bot.core.descent import How
from bot.core.events import Way
from bot.core.job import Job
from bot.core.media import MediaFile
from bot.core.models import Kind

DELETE: Final = "delete"

_VERBS: Final = {
    Kind.IMAGE: (How.AGAIN, How.CHANGE, How.ANIMATE, DELETE),
    Kind.VIDEO: (How.AGAIN, How.CHANGE, How.EXTEND, DELETE),
}
_HEADS: Final = {
    Kind.IMAGE: ("result.image", "result.images"),
    Kind.VIDEO: ("result.video", "result.videos"),
}


class Plain(ui.View):
    """The buttons under a plain message, which the library shall send and forget."""

    def __init__(self, job: Job) -> None:
        super().__init__(timeout=None)
        for button in buttons(job, job.request.makes):
            self.add_item(button)
        self.stop()


def buttons(job: Job, kind: Kind) -> list[ui.Button[Never]]:
    """Return fresh buttons for what can be done with a result of this kind; they fit into any view."""
    return [
        ui.Button(
            style=discord.ButtonStyle.danger if verb == DELETE else discord.ButtonStyle.secondary,
            label=text(f"button.{verb}", job.locale),
            custom_id=custom_id(verb, job.id),
        )
        for verb in _VERBS[kind]
    ]


def file_names(job: Job, files: Sequence[MediaFile]) -> list[str]:
    """Return the files' names in the message; they carry the job's id, by which it is found again."""
    counters = ("" if number == 1 else f"-{number}" for number in range(1, len(files) + 1))
    return [f"zoetrope-{job.id}{counter}{file.suffix}" for counter, file in zip(counters, files, strict=True)]


def result(
    job: Job, files: Sequence[MediaFile], names: Sequence[str], *, direct: bool = False, apart: bool = False
) -> Layout:
    """Return the message that brings the result, with the prompt as its alt text.

    `direct`: it goes to the owner alone because the channel is closed, and says so first.
    `apart`: it was to be joined with its parent's, which was not possible.
    Where `needs_list` says so, the list of links must go with it.
    """
    words = [text("result.direct", job.locale)] if direct else []
    parts: list[ui.Item[Layout]] = [
        ui.TextDisplay("\n".join([*words, _head(job, files, apart=apart)])),
        ui.MediaGallery(*(_item(job, name) for name in names)),
        ui.TextDisplay("\n".join([*_fitted(job, files, apart=apart), about(job), *origin(job)])),
    ]
    if needs_list(job, len(files)):
        parts.append(ui.File(f"attachment://{list_name(job)}"))
    return Layout(*parts, ui.ActionRow(*buttons(job, job.request.makes)))


def needs_list(job: Job, count: int) -> bool:
    """Tell whether a list of links goes with so many fitted files, as their originals' addresses are long."""
    return job.way is Way.FITTED and originals(job, count).is_listed


def list_name(job: Job) -> str:
    """Return the name of the attached list of links."""
    return f"zoetrope-{job.id}{LIST}"


def lists(job: Job, *, is_wanted: bool) -> list[discord.File]:
    """Return the attached list of links, where one is wanted; a fresh one for each try to send it."""
    urls = "\n".join(output.url for output in job.outputs)
    return [discord.File(io.BytesIO(urls.encode()), list_name(job))] if is_wanted else []


def _head(job: Job, files: Sequence[MediaFile], *, apart: bool) -> str:
    if job.is_joined:
        key = "result.apart" if apart else "result.joined"
    else:
        one, several = _HEADS[files[0].kind]
        key = one if len(files) == 1 else several
    return text(key, job.locale, owner=job.owner_id)


def _item(job: Job, name: str) -> discord.MediaGalleryItem:
    description = alt_text(job.request.prompt)
    return discord.MediaGalleryItem(f"attachment://{name}", description=description, spoiler=job.spoiler)


def _fitted(job: Job, files: Sequence[MediaFile], *, apart: bool) -> list[str]:
    """Return what a fitted result says of its originals."""
    if job.way is not Way.FITTED:
        return []
    links = originals(job, len(files)).words
    if job.is_joined and not apart:
        return [text("result.fitted.joined", job.locale), links]
    assert job.size is not None
    key = "result.fitted" if len(files) == 1 else "result.fitted.many"
    return [text(key, job.locale, size=job.size), links]


def about(job: Job) -> str:
    """Return the line with the settings, the credits and the time it took."""
    took = ((job.finished_at or job.accepted_at) - job.accepted_at).total_seconds()
    words = [
        job.request.title,
        *settings(job.request, job.locale),
        text("card.cost", job.locale, cost=job.cost),
        text("result.took", job.locale, took=took),
        text("card.id", job.locale, id=job.id),
    ]
    return f"-# {' · '.join(words)}"
