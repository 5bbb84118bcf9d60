"""Where the originals of a fitted result lie: links in its text, or a list that goes with it. Pure."""

from dataclasses import dataclass
from typing import Final

from bot.chat.texts import text
from bot.chat.words import address
from bot.core.job import Job

LIST: Final = "-links.txt"
"""How the name of an attached list ends."""

# Of the 4,000 characters of one message; what else stands in it takes less than 1,000.
_ROOM: Final = 3000
# Discord takes so many files in one message.
_MOST_FILES: Final = 10


@dataclass(frozen=True, slots=True)
class Originals:
    """What is said of the originals; where it `is_listed`, their addresses are in the attached list."""

    words: str
    is_listed: bool


def originals(job: Job, count: int) -> Originals:
    """Return the links to the originals of so many files; none is cut, since a part of one leads nowhere."""
    links = _links(job)
    if len(links) <= _ROOM:
        return Originals(links, is_listed=False)
    if count < _MOST_FILES:
        return Originals(text("result.originals.listed", job.locale), is_listed=True)
    return Originals(text("result.originals.unlisted", job.locale), is_listed=False)


def _links(job: Job) -> str:
    urls = [address(output.url) for output in job.outputs]
    if len(urls) == 1:
        key = "result.original.part" if job.is_joined else "result.original"
        links, whole = text(key, job.locale, url=urls[0]), "result.originals"
    else:
        numbered = enumerate(urls, 1)
        links = " · ".join(text("result.original.one", job.locale, number=n, url=url) for n, url in numbered)
        whole = "result.originals.many"
    return text(whole, job.locale, links=links)
