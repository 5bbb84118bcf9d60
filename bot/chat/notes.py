"""The plain messages about a job, beside its card: a link to the result, or why there is none.

Pure: from the job to text of at most 2,000 characters. What goes to the owner directly says so first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.chat.results import about
from bot.chat.texts import refusal, say, text
from bot.chat.words import address, covered
from bot.core.job import Job

MESSAGE: Final = 2000  # characters, Discord's limit


@dataclass(frozen=True, slots=True)
class Links:
    """A message with the addresses of a result; `is_whole` tells whether all of them found room."""

    words: str
    is_whole: bool


def links(job: Job, *, direct: bool, why: str | None = None) -> Links:
    """Return the message for a result that the place does not take, with its addresses bare: they unfurl.

    Addresses that find no room are left out whole, since a part of one leads nowhere. `why` there are only
    addresses is said as it is for a result that is new, unless something else is to be said.
    """
    first = [text("result.direct", job.locale)] if direct else []
    head = [*first, *([why] if why is not None else _why(job))]
    urls = [link(output.url, is_covered=job.spoiler) for output in job.outputs]
    whole = "\n".join([*head, *urls, about(job)])
    if len(whole) <= MESSAGE:
        return Links(whole, is_whole=True)
    shown = len(urls)
    while len(words := _partly(job, head, urls, shown)) > MESSAGE:
        shown -= 1
    return Links(words, is_whole=False)


def link(url: str, *, is_covered: bool) -> str:
    """Return an address as it stands in a message."""
    return covered(address(url)) if is_covered else address(url)


def _why(job: Job) -> list[str]:
    """Return why there are only addresses; the room that was tried last may be less than Discord's."""
    if job.is_joined:
        # The size that is known is that of the new part.
        bare = text("result.link.bare", job.locale, owner=job.owner_id)
        return [bare, text("result.link.part", job.locale)]
    if job.size is None or job.room is None or job.size <= job.room:
        return [text("result.link.bare", job.locale, owner=job.owner_id)]
    return [text("result.link", job.locale, owner=job.owner_id, size=job.size)]


def _partly(job: Job, head: Sequence[str], urls: Sequence[str], shown: int) -> str:
    rest = text("result.more", job.locale, shown=shown, count=len(urls))
    return "\n".join([*head, *urls[:shown], rest, about(job)])


def retraction(job: Job) -> list[str]:
    """Return why there is no card any more, with the prompt, so that nobody has to type it again.

    In two messages where one has not the room for both.
    """
    assert job.reason is not None
    why, prompt = refusal(job.reason, job.locale), f">>> {job.request.prompt}"
    whole = f"{why}\n{prompt}"
    return [whole] if len(whole) <= MESSAGE else [why, prompt[:MESSAGE]]


def ending(job: Job, *, direct: bool) -> str:
    """Return why there is no result."""
    assert job.reason is not None
    reason = say(job.reason, job.locale)
    first = [text("result.direct", job.locale)] if direct else []
    words = text("ending", job.locale, owner=job.owner_id, reason=reason, cost=job.cost)
    return "\n".join([*first, words, f"-# {text('card.id', job.locale, id=job.id)}"])
