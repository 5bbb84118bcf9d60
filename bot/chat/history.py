"""One job as its owner looks back at it: how it came about, what was asked, what it cost, where it is.

Pure: from the job and its chain to a list to pick from and a private layout. Other members' parts of a chain
are named and linked; their words are not shown.
"""

from collections.abc import Sequence
from typing import Final

import discord
from discord import ui

from bot.chat import cards
from bot.chat.answers import Row
from bot.chat.cards import Layout, custom_id
from bot.chat.ids import PICK, Verb
from bot.chat.listing import link_of, state_of
from bot.chat.subject import has_result
from bot.chat.texts import text
from bot.chat.words import alt_text, plain
from bot.core.job import Job

PICKED_FROM: Final = 25  # jobs, as many as Discord takes in a list
CHAIN: Final = 8
"""How many ancestors, and how many children, are looked up."""
_PROMPT_SHOWN: Final = 1000
# Of a layout's 4,000 characters, so that all else fits: the prompt may double when it is made safe.
_CHAIN_SHOWN: Final = 1600
# Discord's limit for each line of a choice.
_LINE: Final = 100


def picker(jobs: Sequence[Job], locale: str) -> Row:
    """Return the list of jobs to pick one from."""
    options = [
        discord.SelectOption(
            label=f"{job.request.title} · {state_of(job, locale)}"[:_LINE],
            value=job.id,
            description=alt_text(job.request.prompt)[:_LINE],
        )
        for job in jobs[:PICKED_FROM]
    ]
    placeholder = text("jobs.pick", locale)
    return Row(ui.Select["Row"](custom_id=PICK, placeholder=placeholder, options=options))


def view(job: Job, chain: Sequence[Job], locale: str) -> Layout:
    """Return all about a job; `chain` are its ancestors, oldest first, the job, and what came of it."""
    lines = [
        f"### {job.request.title} · {state_of(job, locale)}{link_of(job, locale)}",
        f"> {plain(job.request.prompt, _PROMPT_SHOWN)}",
        _about(job, locale),
    ]
    frame = ui.Container["Layout"](ui.TextDisplay("\n".join(lines)))
    if len(chain) > 1:
        frame.add_item(ui.Separator())
        frame.add_item(ui.TextDisplay(_chain(job, chain, locale)))
    if has_result(job) and job.result_id is not None:
        button = ui.Button["Layout"](label=text("repost", locale), custom_id=custom_id(Verb.REPOST, job.id))
        frame.add_item(ui.ActionRow(button))
    return Layout(frame)


def _about(job: Job, locale: str) -> str:
    words = [
        *cards.settings(job.request, locale),
        text("card.cost", locale, cost=job.cost),
        f"<t:{int(job.accepted_at.timestamp())}:R>",
        text("card.id", locale, id=job.id),
    ]
    return f"-# {' · '.join(words)}"


def _chain(job: Job, chain: Sequence[Job], locale: str) -> str:
    """Return a line a job, as many before and after the one that is looked at as find room."""
    rows = [_row(one, locale, is_here=one.id == job.id) for one in chain]
    here = next((number for number, one in enumerate(chain) if one.id == job.id), 0)
    # What is nearest matters most.
    by_nearness = sorted(range(len(rows)), key=lambda number: abs(number - here))
    kept, left = set[int](), _CHAIN_SHOWN
    for number in by_nearness:
        left -= len(rows[number]) + 1
        if left < 0:
            break
        kept.add(number)
    more = [text("job.more", locale)] if len(kept) < len(rows) else []
    return "\n".join([text("job.chain", locale), *(rows[number] for number in sorted(kept)), *more])


def _row(job: Job, locale: str, *, is_here: bool) -> str:
    how = text(f"job.how.{job.descent.how if job.descent else 'first'}", locale)
    row = text(
        "job.link",
        locale,
        how=how,
        title=job.request.title,
        state=state_of(job, locale),
        link=link_of(job, locale),
    )
    return text("job.here", locale, link=row) if is_here else row
