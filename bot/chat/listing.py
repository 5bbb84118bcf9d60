"""The private answer to /jobs, as text of at most 2,000 characters."""

from collections.abc import Iterable, Sequence
from typing import Final

from bot.chat import cards
from bot.chat.texts import text
from bot.chat.words import plain
from bot.core.job import Job, State

_MESSAGE: Final = 2000  # characters, Discord's limit
_PROMPT_SHOWN: Final = 80


def jobs(found: Sequence[Job], locale: str) -> str:
    """List jobs, newest first, as many as fit into one message."""
    if not found:
        return text("jobs.none", locale)
    return headed(text("jobs.title", locale), (_row(job, locale) for job in found))


def headed(heading: str, rows: Iterable[str]) -> str:
    """Return a heading with the rows below it, as many as fit into one message."""
    lines = heading
    for row in rows:
        if len(lines) + 1 + len(row) > _MESSAGE:
            break
        lines += "\n" + row
    return lines


def _row(job: Job, locale: str) -> str:
    return text(
        "jobs.row",
        locale,
        title=job.request.title,
        state=state_of(job, locale),
        cost=job.cost,
        accepted=int(job.accepted_at.timestamp()),
        link=link_of(job, locale),
        id=job.id,
        prompt=plain(job.request.prompt, _PROMPT_SHOWN),
    )


def state_of(job: Job, locale: str) -> str:
    """Return where a job stands, in a word or two."""
    return text("job.deleted" if job.deleted_at is not None else f"state.{job.state}", locale)


def link_of(job: Job, locale: str) -> str:
    """Return the link to a job's result with what parts it from the words before, where there is one."""
    if job.state is not State.DELIVERED or job.deleted_at is not None:
        return ""
    return f" · {text('jump', locale, url=cards.jump_url(job))}"
