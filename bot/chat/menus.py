"""Which pictures a message offers: its files, its embeds, its components, what it answers, its author's face.

Pure. Other people's messages are read here: only what Discord itself hosts or passes on is taken, and only
what says that it is a picture. Whether it is one, its bytes tell later.
"""

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Final, Protocol
from urllib.parse import unquote, urlsplit

import discord
from discord.components import Component
from discord.components import Container as ContainerComponent

from bot.chat.subject import SPOILER_PREFIX
from bot.chat.texts import text
from bot.core.source import PictureSource

# A list that a member picks from has so many entries at most.
OFFERED: Final = 25
_FACES: Final = "https://cdn.discordapp.com"
_DISCORD: Final = ("discordapp.com", "discordapp.net", "discord.com")
_NAME: Final = 100  # characters of a file's name that are kept
# Where nothing is declared; some clients declare nothing for the last three.
_SUFFIXES: Final = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".heic", ".heif", ".avif"})
# A drawing by instructions, which is none of pixels.
_VECTOR: Final = "image/svg+xml"


class _Contents(Protocol):
    """What a message and a forwarded one have in common."""

    @property
    def attachments(self) -> list[discord.Attachment]: ...
    @property
    def embeds(self) -> list[discord.Embed]: ...
    @property
    def components(self) -> Sequence[Component]: ...


def pictures_of(message: discord.Message, locale: str) -> tuple[PictureSource, ...]:
    """Return the pictures that the message leads to, the nearest first, each once; 25 at most."""
    found: dict[str, PictureSource] = {}
    for source in _all(message, locale):
        found.setdefault(source.url, source)
    return tuple(found.values())[:OFFERED]


def _all(message: discord.Message, locale: str) -> Iterator[PictureSource]:
    yield from _shown(message)
    for forwarded in message.message_snapshots:
        yield from _shown(forwarded)
    answered = message.reference.resolved if message.reference is not None else None
    if isinstance(answered, discord.Message):
        yield from _shown(answered)
    yield from _avatar(message.author, locale)


def _shown(contents: _Contents) -> Iterator[PictureSource]:
    yield from _attached(contents.attachments)
    for embed in contents.embeds:
        yield from _embedded(embed)
    yield from _in_components(contents.components, is_covered=False)


def _attached(attachments: Sequence[discord.Attachment]) -> Iterator[PictureSource]:
    for file in attachments:
        if _is_picture(file.content_type, file.filename):
            yield PictureSource(
                url=file.url,
                filename=_name(file.filename, is_covered=file.is_spoiler()),
                size=file.size,
                width=file.width,
                height=file.height,
                content_type=file.content_type,
            )


def _embedded(embed: discord.Embed) -> Iterator[PictureSource]:
    for media in (embed.image, embed.thumbnail):
        url = _at_discord(media.proxy_url, media.url)
        if url is not None:
            name = _name(_last_part(media.url or url), is_covered=False)
            yield PictureSource(url, name, size=0, width=media.width or None, height=media.height or None)


def _in_components(parts: Sequence[Component], *, is_covered: bool) -> Iterator[PictureSource]:
    for part in parts:
        if isinstance(part, ContainerComponent):
            yield from _in_components(part.children, is_covered=is_covered or part.spoiler)
        elif isinstance(part, discord.SectionComponent):
            yield from _in_components([part.accessory], is_covered=is_covered)
        elif isinstance(part, discord.MediaGalleryComponent):
            for item in part.items:
                yield from _media(item.media, is_covered=is_covered or item.spoiler)
        elif isinstance(part, discord.ThumbnailComponent):
            yield from _media(part.media, is_covered=is_covered or part.spoiler)


def _media(media: discord.UnfurledMediaItem, *, is_covered: bool) -> Iterator[PictureSource]:
    name, url = _last_part(media.url), _at_discord(media.proxy_url, media.url)
    if url is not None and _is_picture(media.content_type, name):
        yield PictureSource(
            url=url,
            filename=_name(name, is_covered=is_covered),
            size=0,
            width=media.width or None,
            height=media.height or None,
            content_type=media.content_type,
        )


def _avatar(author: discord.abc.User, locale: str) -> Iterator[PictureSource]:
    """Give the author's own face; who has none has one of Discord's, which nobody wants to see move."""
    if author.avatar is None and author.display_avatar == author.default_avatar:
        return
    face = author.display_avatar.replace(format="png", size=1024)
    name = text("field.picture.avatar", locale, name=author.display_name)
    # A proxy for Discord's API alone has no faces.
    elsewhere = _FACES + urlsplit(face.url)._replace(scheme="", netloc="").geturl()
    others = () if elsewhere == face.url else (elsewhere,)
    yield PictureSource(face.url, name[:_NAME], size=0, others=others)


def _is_picture(content_type: str | None, name: str) -> bool:
    if content_type is None:
        return PurePosixPath(name).suffix.lower() in _SUFFIXES
    declared = content_type.partition(";")[0].strip().lower()
    return declared.startswith("image/") and declared != _VECTOR


def _at_discord(proxied: str | None, url: str | None) -> str | None:
    """Return where Discord itself has a picture, None where only a host that is anybody's has it."""
    if proxied:
        return proxied
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    host = parts.hostname or ""
    is_theirs = any(host == theirs or host.endswith(f".{theirs}") for theirs in _DISCORD)
    return url if parts.scheme == "https" and is_theirs else None


def _last_part(url: str) -> str:
    try:
        return unquote(PurePosixPath(urlsplit(url).path).name)
    except ValueError:
        return ""


def _name(name: str, *, is_covered: bool) -> str:
    """Return a file's name, at most so long; that it is covered stands in front, as Discord writes it."""
    short = name[-_NAME:] or "picture"
    return short if not is_covered or short.startswith(SPOILER_PREFIX) else SPOILER_PREFIX + short
