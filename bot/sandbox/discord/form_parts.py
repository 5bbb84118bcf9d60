"""What a message holds: attachments, embeds and components in Discord's JSON.

Pure, like `form`; addresses of attachments are signed anew at every call.
"""

from collections.abc import Iterator, Mapping
from itertools import count
from typing import TYPE_CHECKING

from bot.sandbox.discord.foreign import Proxied
from bot.sandbox.discord.rules import CONTAINER, FILE, SEPARATOR, THUMBNAIL, UPLOADED
from bot.sandbox.discord.upload import SPOILER
from bot.sandbox.discord.wire import COMPONENTS_V2, Component, Embed, GalleryItem, Json, Media, walk

if TYPE_CHECKING:
    from bot.sandbox.discord.cdn import Attachment
    from bot.sandbox.discord.message import Revision

    Known = Mapping[str, Attachment | Proxied]

GALLERY_ITEM = 0
# Attachment flags, Discord's page "Message".
IS_SPOILER = 1 << 3
# What Discord's answers carry even where the request did not (its OpenAPI file, the `...Response` schemas).
ALWAYS: Mapping[int, Json] = {
    CONTAINER: {"accent_color": None, "spoiler": False},
    THUMBNAIL: {"description": None, "spoiler": False},
    FILE: {"name": None, "size": None, "spoiler": False},
    SEPARATOR: {"spacing": 1, "divider": True},
    GALLERY_ITEM: {"description": None, "spoiler": False},
}


def attachment(file: "Attachment") -> Json:
    """Describe an attachment with a freshly signed address."""
    url = file.url
    shape: dict[str, object] = {
        "id": str(file.id),
        "filename": file.filename,
        "size": file.size,
        "url": url,
        "proxy_url": url,
        "content_type": file.content_type,
        "ephemeral": file.ephemeral,
    }
    if file.filename.startswith(SPOILER):
        shape["flags"] = IS_SPOILER
    if file.description is not None:
        shape["description"] = file.description
    if file.width is not None:
        shape |= {"width": file.width, "height": file.height}
    return shape


def contents(now: "Revision") -> Json:
    """Describe all that a message holds."""
    # Of a v2 message Discord lists no attachments: its files are found in the components alone, which is
    # meant so (discord-api-docs, issue 8277).
    # A file that an embed shows is not listed either.
    shown = {url for embed in now.embeds for url in embed.pictures()}
    listed = () if now.flags & COMPONENTS_V2 else now.files
    known = _known(now)
    return {
        "content": now.content,
        "embeds": [_embed(embed, known) for embed in now.embeds],
        "attachments": [attachment(file) for file in listed if f"{UPLOADED}{file.filename}" not in shown],
        "components": _components(now),
    }


def _components(now: "Revision") -> list[Json]:
    """Describe components as Discord gives them back: numbered, and with addresses for what they show."""
    taken = {part.id for part in walk(now.components)}
    numbers = (number for number in count(1) if number not in taken)
    known = _known(now)
    return [_component(part, known, numbers) for part in now.components]


def _known(now: "Revision") -> "Known":
    """Return what Discord holds of a message's pictures, by the address that the message gives."""
    uploaded = {f"{UPLOADED}{file.filename}": file for file in now.files}
    return {**uploaded, **{picture.url: picture for picture in now.proxied}}


def _component(part: Component, known: "Known", numbers: Iterator[int]) -> Json:
    shape: dict[str, object] = {**ALWAYS.get(part.type, {}), **part.raw(), "id": part.id or next(numbers)}
    if part.components:
        shape["components"] = [_component(one, known, numbers) for one in part.components]
    for name, single in (("accessory", part.accessory), ("component", part.component)):
        if single is not None:
            shape[name] = _component(single, known, numbers)
    if part.items:
        shape["items"] = [_item(item, known) for item in part.items]
    for name, media in (("media", part.media), ("file", part.file)):
        if media is not None:
            shape[name] = _media(media, known)
    return shape


def _item(item: GalleryItem, known: "Known") -> Json:
    raw = item.model_dump(mode="json", exclude_unset=True)
    return {**ALWAYS[GALLERY_ITEM], **raw, "media": _media(item.media, known)}


def _media(media: Media, known: "Known") -> Json:
    file = known.get(media.url)
    if file is None:
        return {"id": "0", "url": media.url, "proxy_url": media.url, "width": None, "height": None}
    held = {"id": "0"} if isinstance(file, Proxied) else {"id": str(file.id), "attachment_id": str(file.id)}
    return {**held, **_picture(file), "loading_state": 2, "flags": 0}


def _picture(file: "Attachment | Proxied") -> dict[str, object]:
    url = file.url
    return {
        "url": url,
        "proxy_url": file.proxy_url if isinstance(file, Proxied) else url,
        "width": file.width,
        "height": file.height,
        "content_type": file.content_type,
    }


def _embed(embed: Embed, known: "Known") -> Json:
    shape: dict[str, object] = {"type": "rich", **embed.model_dump(mode="json", exclude_unset=True)}
    for name, media in (("image", embed.image), ("thumbnail", embed.thumbnail)):
        file = known.get(media.url or "") if media is not None else None
        if file is not None:
            shape[name] = {key: value for key, value in _picture(file).items() if value is not None}
    return shape
