"""Jobs as those who run a place look at them: a list to pick from, and one with all that an operator needs.

Pure. No prompt is shown: what somebody asked for stays where they asked.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

import discord
from discord import ui

from bot.chat import ids
from bot.chat.administration.here import last_of
from bot.chat.answers import Row
from bot.chat.cards import Layout, custom_id
from bot.chat.ids import Verb
from bot.chat.listing import headed, link_of, state_of
from bot.chat.texts import say, text
from bot.core.job import ENDED, Job, State, Wish
from bot.core.money import MICRO

LISTED: Final = 10  # jobs that are told of in words; more can be picked
_LINE: Final = 100  # characters of a choice, Discord's limit


def listing(found: Sequence[Job], locale: str, *, everywhere: bool) -> str:
    """List jobs, newest first, as many as fit into one message."""
    if not found:
        return text("admin.jobs.none", locale)
    heading = text("admin.jobs.title.everywhere" if everywhere else "admin.jobs.title", locale)
    return headed(heading, (_row(job, locale) for job in found[:LISTED]))


def _row(job: Job, locale: str) -> str:
    return text(
        "admin.jobs.row",
        locale,
        title=job.request.title,
        state=state_of(job, locale),
        owner=job.owner_id,
        cost=job.cost,
        accepted=int(job.accepted_at.timestamp()),
        link=link_of(job, locale),
        id=job.id,
    )


def picker(found: Sequence[Job], locale: str) -> Row:
    """Return the list to pick one from."""
    options = [
        discord.SelectOption(
            label=f"{job.request.title} · {state_of(job, locale)}"[:_LINE],
            value=job.id,
            description=text(
                "admin.jobs.hint", locale, id=job.id, cost=job.cost, member=last_of(job.owner_id)
            )[:_LINE],
        )
        for job in found
    ]
    placeholder = text("admin.jobs.pick", locale)
    return Row(ui.Select["Row"](custom_id=ids.LOOK, placeholder=placeholder, options=options))


def suggestion(job: Job, locale: str) -> str:
    """Return a job in one line that a list under a text field has room for."""
    words = text(
        "admin.suggestion",
        locale,
        id=job.id,
        state=state_of(job, locale),
        title=job.request.title,
        member=last_of(job.owner_id),
    )
    return words[:_LINE]


def view(job: Job, locale: str, note: str = "") -> Layout:
    """Return all about a job, and what can be done about it as it stands; `note` is what was just done."""
    frame = ui.Container["Layout"](ui.TextDisplay("\n".join(_lines(job, locale))))
    if note:
        frame.add_item(ui.Separator())
        frame.add_item(ui.TextDisplay(note))
    buttons = list(_buttons(job, locale))
    if buttons:
        frame.add_item(ui.ActionRow(*buttons))
    return Layout(frame)


def _lines(job: Job, locale: str) -> Iterator[str]:
    yield f"### {job.request.title} · {state_of(job, locale)}{link_of(job, locale)}"
    # Nobody but its owner sees that channel: its mention would say nothing.
    is_direct = job.guild_id is None
    place = text("admin.job.direct" if is_direct else "admin.job.place", locale, channel=job.channel_id)
    yield text("admin.job.owner", locale, owner=job.owner_id, place=place)
    hold = text(f"hold.{job.hold}", locale)
    yield text("admin.job.cost", locale, cost=job.cost, hold=hold)
    yield text(
        "admin.job.usd",
        locale,
        estimated=dollars(job.estimated, locale),
        reported=dollars(job.reported, locale),
    )
    if job.request_id is None:
        yield text("admin.job.no_request", locale)
    else:
        yield text("admin.job.request", locale, request=job.request_id)
    yield _times(job, locale)
    if job.reason is not None:
        yield f"> {say(job.reason, locale)}"
    if job.state is State.UNKNOWN:
        yield text("admin.job.doubt", locale)
    yield f"-# {text('card.id', locale, id=job.id)}"


def dollars(microusd: int | None, locale: str) -> str:
    """Return an amount of money as it is read, to the tenth of a cent."""
    return text("usd.unknown", locale) if microusd is None else f"${microusd / MICRO:.3f}"


def _times(job: Job, locale: str) -> str:
    words = [text("admin.job.times", locale, accepted=int(job.accepted_at.timestamp()))]
    moments: tuple[tuple[str, datetime | None], ...] = (
        ("submitted", job.submitted_at),
        ("finished", job.finished_at),
        ("ended", job.ended_at),
    )
    words += [
        text(f"admin.job.{name}", locale, at=int(at.timestamp())) for name, at in moments if at is not None
    ]
    return ", ".join(words)


def _buttons(job: Job, locale: str) -> Iterator[ui.Button["Layout"]]:
    red = discord.ButtonStyle.danger
    if job.state not in ENDED and job.state is not State.READY and job.wish is Wish.NONE:
        yield _button("cancel", Verb.CANCEL, job, locale, red)
    if job.state is State.UNKNOWN:
        yield _button("settle_free", Verb.SETTLE_FREE, job, locale)
        yield _button("settle_bought", Verb.SETTLE_BOUGHT, job, locale)
    if job.state is State.DELIVERED and job.deleted_at is None:
        yield _button("delete", Verb.DELETE, job, locale, red)


def _button(
    key: str,
    verb: Verb,
    job: Job,
    locale: str,
    style: discord.ButtonStyle = discord.ButtonStyle.secondary,
) -> ui.Button["Layout"]:
    return ui.Button(style=style, label=text(f"admin.job.{key}", locale), custom_id=custom_id(verb, job.id))
