"""The files of a message: their names and their addresses, whichever way Discord tells of them.

Of a message of components Discord lists no attachments; its files stand in the components that show them
(discord-api-docs, issue 8277). A classic message has the list.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

import discord
from discord.components import Component
from discord.components import Container as ContainerComponent

# Discord's numbers have 64 bits: 20 digits.
_NUMBER: Final = re.compile(r"[0-9]{1,20}")


@dataclass(frozen=True, slots=True)
class Hosted:
    """A file in a message, as its address tells of it."""

    attachment_id: int
    name: str


def hosted_files(message: discord.Message) -> dict[str, str]:
    """Return the addresses of the files that lie at Discord, by their names."""
    urls = [attachment.url for attachment in message.attachments]
    urls += (media.url for media in _media(message.components))
    return {file.name: url for url in urls if (file := hosted_at(url)) is not None}


def hosted_at(url: str) -> Hosted | None:
    """Return which file of a message an address leads to, None for any other address."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return None
    # /attachments/<channel>/<attachment>/<file name>
    match path.split("/"):
        case [*_, "attachments", channel, number, name] if channel.isdecimal() and _NUMBER.fullmatch(number):
            return Hosted(int(number), unquote(name))
        case _:
            return None


def walk(parts: Sequence[Component]) -> Iterator[Component]:
    """Go through components and all within them."""
    for part in parts:
        yield part
        if isinstance(part, ContainerComponent | discord.ActionRow):
            yield from walk(part.children)
        elif isinstance(part, discord.SectionComponent):
            yield from walk([*part.children, part.accessory])


def _media(parts: Sequence[Component]) -> Iterator[discord.UnfurledMediaItem]:
    for part in walk(parts):
        if isinstance(part, discord.MediaGalleryComponent):
            yield from (item.media for item in part.items)
        elif isinstance(part, discord.ThumbnailComponent | discord.FileComponent):
            yield part.media
