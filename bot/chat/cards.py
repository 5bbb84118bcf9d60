"""What a job looks like: a pure function from the job to a layout. A fresh one for every message and edit.

Buttons carry `zoetrope:<verb>:<job id>` and are answered by one dispatcher, so no layout is ever
registered with the library: each is stopped as soon as it is made.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import discord
from discord import ui

from bot.chat.texts import say, text
from bot.chat.words import alt_text, plain
from bot.core.events import Phase
from bot.core.ids import JobId, parse_job_id
from bot.core.job import ENDED, Job, State, Wish
from bot.core.media import MediaFile
from bot.core.models import Kind, Request

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


def card(job: Job, pictures: Sequence[str]) -> Layout:
    """Return the card: what was asked, where it stands, and Cancel while that can help.

    `pictures`: the addresses of the pictures on the card, or `attachment://` names while they are uploaded.
    """
    frame = ui.Container["Layout"](accent_colour=_COLOURS.get(job.state, _UNDER_WAY))
    frame.add_item(ui.TextDisplay(_head(job)))
    if pictures:
        frame.add_item(ui.MediaGallery(*(discord.MediaGalleryItem(url) for url in pictures)))
    frame.add_item(ui.TextDisplay(_status(job)))
    if job.state not in ENDED and job.state is not State.READY and job.wish is Wish.NONE:
        frame.add_item(ui.ActionRow(_cancel_button(job)))
    return Layout(frame)


def _cancel_button(job: Job) -> ui.Button["Layout"]:
    return ui.Button(
        style=discord.ButtonStyle.danger,
        label=text("card.cancel", job.locale),
        custom_id=custom_id(CANCEL, job.id),
    )


def _head(job: Job) -> str:
    about = [*settings(job.request, job.locale), text("card.cost", job.locale, cost=job.cost)]
    prompt = plain(job.request.prompt, _PROMPT_SHOWN)
    return f"### {job.request.title}\n> {prompt}\n-# {' · '.join(about)}"


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


def _status(job: Job) -> str:
    lines = [_state_line(job), *_extra_lines(job)]
    return "\n".join([*lines, f"-# {text('card.id', job.locale, id=job.id)}"])


def _state_line(job: Job) -> str:
    locale = job.locale
    match job.state:
        case State.PREPARING:
            return text("card.preparing" if job.sources else "card.preparing.bare", locale)
        case State.QUEUED:
            return _waiting(job)
        case State.SUBMITTING:
            return text("card.submitting", locale)
        case State.RUNNING:
            return _running(job)
        case State.READY:
            return text("card.ready", locale)
        case State.DELIVERED:
            took = ((job.ended_at or job.accepted_at) - job.accepted_at).total_seconds()
            link = text("jump", locale, url=jump_url(job))
            return text("card.delivered", locale, took=took, link=link, cost=job.cost)
        case State.CANCELLED:
            return text("card.cancelled", locale, cost=job.cost)
        case State.FAILED | State.UNKNOWN:
            assert job.reason is not None
            return text("card.ended", locale, reason=say(job.reason, locale), cost=job.cost)


def _waiting(job: Job) -> str:
    if job.position is None:
        return text("card.queued", job.locale)
    if job.position == 1:
        return text("card.queued.next", job.locale)
    return text("card.queued.place", job.locale, position=job.position)


def _running(job: Job) -> str:
    assert job.submitted_at is not None
    if job.phase is Phase.IN_PROGRESS:
        return text("card.in_progress", job.locale, since=int(job.submitted_at.timestamp()))
    if job.position:
        return text("card.in_queue.place", job.locale, position=job.position)
    return text("card.in_queue", job.locale)


def _extra_lines(job: Job) -> list[str]:
    lines: list[str] = []
    if job.state is State.QUEUED and job.reason is not None:
        lines.append(say(job.reason, job.locale))
    if job.state is State.RUNNING:
        lines.append(_estimate(job))
    if job.state not in ENDED and job.wish is Wish.WISHED:
        lines.append(text("card.wished", job.locale))
    if job.state is State.RUNNING and job.wish is Wish.REFUSED:
        lines.append(text("card.wish_refused", job.locale))
    return lines


def _estimate(job: Job) -> str:
    if job.overdue_at is not None:
        return text("card.overdue", job.locale)
    if job.typical_seconds is None or job.submitted_at is None:
        return text("card.first", job.locale)
    expected = int(job.submitted_at.timestamp() + job.typical_seconds)
    return text("card.expected", job.locale, typical=job.typical_seconds, expected=expected)


def jump_url(job: Job) -> str:
    """Return the address of the result's message, as a client opens it."""
    place = job.guild_id if job.guild_id is not None else "@me"
    return f"https://discord.com/channels/{place}/{job.channel_id}/{job.result_id}"


def result(job: Job, files: Sequence[MediaFile], names: Sequence[str], *, direct: bool = False) -> Layout:
    """Return the message that brings the result, with the prompt as its alt text.

    `direct`: it goes to the owner alone because the channel is closed, and says so first.
    """
    key = "result.video" if files[0].kind is Kind.VIDEO else "result.image"
    head = text(key, job.locale, owner=job.owner_id)
    if direct:
        head = f"{text('result.direct', job.locale)}\n{head}"
    gallery = ui.MediaGallery["Layout"](
        *(
            discord.MediaGalleryItem(f"attachment://{name}", description=alt_text(job.request.prompt))
            for name in names
        )
    )
    return Layout(
        ui.TextDisplay(head),
        gallery,
        ui.TextDisplay(f"-# {' · '.join(_about(job))}"),
    )


def _about(job: Job) -> list[str]:
    took = ((job.finished_at or job.accepted_at) - job.accepted_at).total_seconds()
    return [
        job.request.title,
        *settings(job.request, job.locale),
        text("card.cost", job.locale, cost=job.cost),
        text("result.took", job.locale, took=took),
        text("card.id", job.locale, id=job.id),
    ]
