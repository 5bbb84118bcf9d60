"""What stands in a log channel: that it is one, and one message for each job that has ended. Pure.

A prompt is shown only where it was flagged, and covered then. Many read it, so it is in no member's language.
"""

from collections.abc import Iterator
from typing import Final

import discord
from discord import ui

from bot.chat import ids
from bot.chat.administration.job_view import dollars
from bot.chat.cards import Layout, colour, custom_id, jump_url, settings
from bot.chat.listing import state_of
from bot.chat.origin import message_url
from bot.chat.texts import say, text
from bot.chat.words import covered, plain
from bot.core.errors import Problem
from bot.core.job import Job, State

_LOCALE: Final = "en"
# Of a layout's 4,000 characters: made safe, a prompt may double.
_PROMPT_SHOWN: Final = 1200


def opening() -> Layout:
    """Return the first message in a log channel."""
    return Layout(ui.Container["Layout"](ui.TextDisplay(text("log.opening", _LOCALE))))


def entry(job: Job, *, is_flagged: bool) -> Layout:
    """Return how a job has ended, with a button that deletes its result where there is one."""
    frame = ui.Container["Layout"](accent_colour=colour(job))
    frame.add_item(ui.TextDisplay("\n".join(_lines(job))))
    if is_flagged:
        frame.add_item(ui.Separator())
        frame.add_item(ui.TextDisplay(_flagged(job)))
    if job.state is State.DELIVERED and job.deleted_at is None:
        frame.add_item(ui.ActionRow(_delete_button(job)))
    return Layout(frame)


def _lines(job: Job) -> Iterator[str]:
    yield f"### {job.request.title} · {state_of(job, _LOCALE)}"
    yield text("log.who", _LOCALE, owner=job.owner_id, channel=job.channel_id, command=job.request.command)
    if job.reason is not None:
        yield f"> {say(job.reason, _LOCALE)}"
    words = [*settings(job.request, _LOCALE), *_cost(job), *_link(job), text("card.id", _LOCALE, id=job.id)]
    yield f"-# {' · '.join(words)}"


def _cost(job: Job) -> Iterator[str]:
    hold = text(f"hold.{job.hold}", _LOCALE)
    yield text("log.cost", _LOCALE, cost=job.cost, hold=hold)
    if job.reported is not None:
        yield dollars(job.reported, _LOCALE)
    elif job.estimated is not None and _may_have_cost(job):
        yield text("log.about", _LOCALE, dollars=dollars(job.estimated, _LOCALE))


def _may_have_cost(job: Job) -> bool:
    """Tell whether the estimate counts in the books, where RunComfy has told nothing."""
    if job.state in (State.DELIVERED, State.UNKNOWN):
        return True
    is_settled = job.reason is not None and job.reason.problem is Problem.SETTLED
    return job.state is State.FAILED and (job.request_id is not None or is_settled)


def _link(job: Job) -> Iterator[str]:
    if job.state is State.DELIVERED:
        if job.deleted_at is None:
            yield text("jump", _LOCALE, url=jump_url(job))
    elif job.card_id is not None and (job.prepared_at is not None or job.state is State.CANCELLED):
        # What is refused before that has its card taken away, as a rule.
        url = message_url(job.guild_id, job.channel_id, job.card_id)
        yield text("log.card", _LOCALE, url=url)


def _flagged(job: Job) -> str:
    return f"{text('log.flagged', _LOCALE)}\n{covered(plain(job.request.prompt, _PROMPT_SHOWN))}"


def _delete_button(job: Job) -> ui.Button["Layout"]:
    return ui.Button(
        style=discord.ButtonStyle.danger,
        label=text("log.delete", _LOCALE),
        custom_id=custom_id(ids.Verb.DELETE, job.id),
    )
