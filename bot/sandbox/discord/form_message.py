"""What is said: attachments, components, messages and interactions in Discord's JSON.

Pure, like `form`; addresses of attachments are signed anew at every call.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, timedelta
from itertools import count
from typing import TYPE_CHECKING

from bot.sandbox.discord import form
from bot.sandbox.discord.foreign import Proxied
from bot.sandbox.discord.rules import CONTAINER, FILE, SEPARATOR, THUMBNAIL, UPLOADED
from bot.sandbox.discord.snowflake import made_at
from bot.sandbox.discord.upload import SPOILER
from bot.sandbox.discord.wire import COMPONENTS_V2, Component, Embed, GalleryItem, Json, Media, walk
from bot.sandbox.discord.world import Quoted

if TYPE_CHECKING:
    from bot.sandbox.discord.cdn import Attachment
    from bot.sandbox.discord.interaction import Interaction
    from bot.sandbox.discord.message import Message, Revision

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


def components(now: "Revision") -> list[Json]:
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


def message(
    shown: "Message", *, whole: bool = True, with_nonce: bool = False, quoted: Quoted = Quoted.EMPTY
) -> Json:
    """Describe a message; without `whole`, as other people's are shown without the content intent.

    `quoted` says how the message is described that this one replies to; the bot's own is always whole.
    """
    world, now = shown.channel.world, shown.now
    shape: dict[str, object] = {
        "id": str(shown.id),
        "channel_id": str(shown.channel.id),
        "type": shown.type,
        "author": _author(shown),
        "timestamp": made_at(shown.id).isoformat(),
        "edited_timestamp": _edited(shown),
        "flags": now.flags,
        "pinned": False,
        "tts": False,
        "mention_everyone": shown.pings.everyone,
        "mentions": [form.person(who) for who in world.members_named(shown.mentions)],
        "mention_roles": [],
        **(_contents(now) if whole else {"content": "", "embeds": [], "attachments": [], "components": []}),
    }
    if with_nonce and shown.nonce is not None:
        shape["nonce"] = shown.nonce
    if shown.reference is not None:
        shape |= _reference(shown, quoted)
    if shown.interaction is not None:
        shape |= _origin(shown.interaction)
    return shape


def _contents(now: "Revision") -> Json:
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
        "components": components(now),
    }


def _edited(shown: "Message") -> str | None:
    if not shown.revisions:
        return None
    return (
        (made_at(shown.id) + timedelta(seconds=shown.now.at - shown.revisions[0].at))
        .astimezone(UTC)
        .isoformat()
    )


def _author(shown: "Message") -> Json:
    world = shown.channel.world
    if shown.author_id == world.bot_id:
        return form.user(world.bot_id, world.bot_name, bot=True)
    found = next(iter(world.members_named([shown.author_id])), None)
    return form.user(shown.author_id, "gone") if found is None else form.person(found)


def _reference(shown: "Message", quoted: Quoted) -> Json:
    where = shown.channel
    earlier = where.find(shown.reference or 0)
    reference: dict[str, object] = {
        "type": 0,
        "message_id": str(shown.reference),
        "channel_id": str(where.id),
    }
    if where.guild is not None:
        reference["guild_id"] = str(where.guild.id)
    if quoted is Quoted.ABSENT:
        return {"message_reference": reference}
    return {"message_reference": reference, "referenced_message": _quoted(earlier, quoted)}


def _quoted(earlier: "Message | None", quoted: Quoted) -> Json | None:
    if earlier is None:
        return None
    # Of a reply that is itself replied to, only the reference is told.
    own = earlier.author_id == earlier.channel.world.bot_id
    return message(earlier, whole=own or quoted is Quoted.WHOLE, quoted=Quoted.ABSENT)


def _origin(cause: "Interaction") -> Json:
    world = cause.channel.world
    metadata: dict[str, object] = {
        "id": str(cause.id),
        "type": cause.kind,
        "user": form.person(cause.member),
        "authorizing_integration_owners": owners(cause),
    }
    return {
        "application_id": str(world.bot_id),
        "webhook_id": str(world.bot_id),
        "interaction_metadata": metadata,
    }


def owners(cause: "Interaction") -> Json:
    """Tell whose installation let the command be used: the guild's, or the user's own DM (guild 0)."""
    guild_id = cause.channel.guild.id if cause.channel.guild else 0
    return {"0": str(guild_id)}


def interaction(cause: "Interaction", data: Json) -> Json:
    """Build an INTERACTION_CREATE event."""
    where, who = cause.channel, cause.member
    shape: dict[str, object] = {
        "id": str(cause.id),
        "application_id": str(where.world.bot_id),
        "type": cause.kind,
        "token": cause.token,
        "version": 1,
        "data": data,
        "channel": {**form.channel(where), "permissions": str(int(who.permissions))},
        "channel_id": str(where.id),
        "app_permissions": str(int(where.bot_permissions)),
        "locale": who.locale,
        "entitlements": [],
        "entitlement_sku_ids": [],
        "authorizing_integration_owners": owners(cause),
        "context": 0 if where.guild else 1,
        "attachment_size_limit": cause.upload_limit,
    }
    if cause.source is not None:
        shape["message"] = message(cause.source)
    if where.guild is None:
        return {**shape, "user": form.person(who)}
    place = {"id": str(where.guild.id), "locale": where.guild.locale, "features": list[str]()}
    return {
        **shape,
        "guild_id": str(where.guild.id),
        "guild": place,
        "guild_locale": where.guild.locale,
        "member": form.member(who),
    }
