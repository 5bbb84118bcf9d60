"""The plain messages about a job, beside its card: a link to the result, or why there is none.

Pure: from the job to text of at most 2,000 characters. What goes to the owner directly says so first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.chat.texts import say, text
from bot.core.job import Job
from bot.core.media import MediaFile

MESSAGE: Final = 2000  # characters, Discord's limit


@dataclass(frozen=True, slots=True)
class Links:
    """A message with the addresses of a result; `is_whole` tells whether all of them found room."""

    words: str
    is_whole: bool


def links(job: Job, files: Sequence[MediaFile], limit: int, *, direct: bool) -> Links:
    """Return the message for files that the place does not take, whose limit in bytes is given.

    Addresses that find no room are left out whole, since a part of one leads nowhere.
    """
    size = max(file.size for file in files)
    head = text("result.link", job.locale, owner=job.owner_id, size=size, limit=limit)
    urls = [output.url for output in job.outputs]
    whole = _message(job, [head, *urls], direct=direct)
    if len(whole) <= MESSAGE:
        return Links(whole, is_whole=True)
    shown = len(urls)
    while len(words := _partly(job, head, urls, shown, direct=direct)) > MESSAGE:
        shown -= 1
    return Links(words, is_whole=False)


def _partly(job: Job, head: str, urls: Sequence[str], shown: int, *, direct: bool) -> str:
    rest = text("result.more", job.locale, shown=shown, count=len(urls))
    return _message(job, [head, *urls[:shown], rest], direct=direct)


def ending(job: Job, *, direct: bool) -> str:
    """Return why there is no result."""
    assert job.reason is not None
    reason = say(job.reason, job.locale)
    words = text("ending", job.locale, owner=job.owner_id, reason=reason, cost=job.cost)
    return _message(job, [words], direct=direct)


def _message(job: Job, lines: Sequence[str], *, direct: bool) -> str:
    first = [text("result.direct", job.locale)] if direct else []
    return "\n".join([*first, *lines, f"-# {text('card.id', job.locale, id=job.id)}"])
