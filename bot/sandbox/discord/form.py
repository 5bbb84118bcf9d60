"""Everything the stand-in tells a bot, in Discord's JSON.

Pure: what is known in, a JSON object out, with ids as strings. Addresses of attachments are signed anew.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, timedelta
from itertools import count
from typing import TYPE_CHECKING

from bot.sandbox.discord.snowflake import made_at
from bot.sandbox.discord.wire import Command, Component, Json, Media, walk

if TYPE_CHECKING:
    from bot.sandbox.discord.cdn import Attachment
    from bot.sandbox.discord.channel import Channel, Guild
    from bot.sandbox.discord.interaction import Interaction
    from bot.sandbox.discord.member import Member
    from bot.sandbox.discord.message import Message, Revision
    from bot.sandbox.discord.world import World

JOINED = "2024-01-01T00:00:00+00:00"


def user(number: int, name: str, *, bot: bool = False) -> Json:
    """Describe a user, as far as bots look at one."""
    return {
        "id": str(number),
        "username": name,
        "global_name": name,
        "discriminator": "0",
        "avatar": None,
        "bot": bot,
        "public_flags": 0,
    }


def bot_user(world: "World") -> Json:
    """Describe the bot itself."""
    return user(world.bot_id, world.bot_name, bot=True)


def application(world: "World") -> Json:
    """Describe the bot's application, with the owner that discord.py's login asks for."""
    return {
        "id": str(world.bot_id),
        "name": world.bot_name,
        "icon": None,
        "description": "",
        "summary": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": 0,
        "owner": user(world.owner_id, "owner"),
        "team": None,
        "bot": bot_user(world),
    }


def _membership() -> dict[str, object]:
    return {
        "nick": None,
        "avatar": None,
        "roles": [],
        "joined_at": JOINED,
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "flags": 0,
        "pending": False,
        "communication_disabled_until": None,
    }


def member(who: "Member") -> Json:
    """Describe a member of a guild with their permissions, as interactions carry it."""
    return {**_membership(), "user": user(who.id, who.name), "permissions": str(int(who.permissions))}


def channel(where: "Channel") -> Json:
    """Describe a channel; what the bot is denied stands in its overwrites."""
    if where.guild is None:
        people = [user(where.recipient.id, where.recipient.name)] if where.recipient else []
        return {
            "id": str(where.id),
            "type": where.kind,
            "recipients": people,
            "last_message_id": None,
            "flags": 0,
        }
    overwrites = [{"id": str(where.world.bot_id), "type": 1, "allow": "0", "deny": str(int(where.denied))}]
    shape: dict[str, object] = {
        "id": str(where.id),
        "type": where.kind,
        "guild_id": str(where.guild.id),
        "name": where.name,
        "position": 0,
        "permission_overwrites": overwrites if where.denied else [],
        "nsfw": False,
        "topic": None,
        "rate_limit_per_user": 0,
        "parent_id": None,
        "last_message_id": None,
        "flags": 0,
    }
    return {**shape, **_thread(where)} if where.kind == 11 else shape


def _thread(where: "Channel") -> Json:
    meta = {"archived": False, "auto_archive_duration": 1440, "archive_timestamp": JOINED, "locked": False}
    counts = {"message_count": 0, "member_count": 1, "total_message_sent": 0}
    return {
        **counts,
        "thread_metadata": meta,
        "owner_id": str(where.world.owner_id),
        "parent_id": str(where.id),
    }


def guild(place: "Guild") -> Json:
    """Describe a guild as GUILD_CREATE carries it, with the bot as its one cached member."""
    world = place.world
    everyone = {
        "id": str(place.id),
        "name": "@everyone",
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "position": 0,
        "permissions": str(int(place.bot_permissions)),
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }
    return {
        "id": str(place.id),
        "name": place.name,
        "icon": None,
        "owner_id": str(world.owner_id),
        "premium_tier": place.premium_tier,
        "preferred_locale": place.locale,
        "features": [],
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "system_channel_flags": 0,
        "afk_timeout": 300,
        "roles": [everyone],
        "emojis": [],
        "stickers": [],
        "channels": [channel(one) for one in place.channels if one.kind != 11],
        "threads": [channel(one) for one in place.channels if one.kind == 11],
        "members": [{**_membership(), "user": bot_user(world)}],
        "member_count": len(place.members) + 1,
        "joined_at": JOINED,
        "large": False,
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
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
    if file.description is not None:
        shape["description"] = file.description
    if file.width is not None:
        shape |= {"width": file.width, "height": file.height}
    return shape


def components(parts: Sequence[Component], files: Sequence["Attachment"]) -> list[Json]:
    """Describe components as Discord gives them back: numbered, and with addresses for the uploaded files."""
    taken = {part.id for part in walk(parts)}
    numbers = (number for number in count(1) if number not in taken)
    known = {file.filename: file for file in files}
    return [_component(part, known, numbers) for part in parts]


def _component(part: Component, known: "Mapping[str, Attachment]", numbers: Iterator[int]) -> Json:
    shape: dict[str, object] = {**part.raw(), "id": part.id or next(numbers)}
    if part.components:
        shape["components"] = [_component(one, known, numbers) for one in part.components]
    for name, single in (("accessory", part.accessory), ("component", part.component)):
        if single is not None:
            shape[name] = _component(single, known, numbers)
    if part.items:
        items = [item.model_dump(mode="json", exclude_unset=True) for item in part.items]
        shape["items"] = [
            {**raw, "media": _media(item.media, known)} for raw, item in zip(items, part.items, strict=True)
        ]
    for name, media in (("media", part.media), ("file", part.file)):
        if media is not None:
            shape[name] = _media(media, known)
    return shape


def _media(media: Media, known: "Mapping[str, Attachment]") -> Json:
    file = known.get(media.url.removeprefix("attachment://"))
    if file is None:
        return {"url": media.url, "proxy_url": media.url, "width": None, "height": None, "content_type": None}
    url = file.url
    return {
        "id": str(file.id),
        "attachment_id": str(file.id),
        "url": url,
        "proxy_url": url,
        "width": file.width,
        "height": file.height,
        "content_type": file.content_type,
        "loading_state": 2,
        "flags": 0,
    }


def message(shown: "Message", *, whole: bool = True, with_nonce: bool = False) -> Json:
    """Describe a message; without `whole`, as other people's are shown without the content intent."""
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
        "mentions": [user(who.id, who.name) for who in world.members_named(shown.mentions)],
        "mention_roles": [],
        **(_contents(now) if whole else {"content": "", "embeds": [], "attachments": [], "components": []}),
    }
    if with_nonce and shown.nonce is not None:
        shape["nonce"] = shown.nonce
    if shown.reference is not None:
        shape |= _reference(shown)
    if shown.interaction is not None:
        shape |= _origin(shown.interaction)
    return shape


def _contents(now: "Revision") -> Json:
    return {
        "content": now.content,
        "embeds": [embed.model_dump(mode="json", exclude_unset=True) for embed in now.embeds],
        "attachments": [attachment(file) for file in now.files],
        "components": components(now.components, now.files),
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
        return bot_user(world)
    return user(shown.author_id, next((who.name for who in world.members_named([shown.author_id])), "gone"))


def _reference(shown: "Message") -> Json:
    where = shown.channel
    earlier = where.find(shown.reference or 0)
    reference: dict[str, object] = {
        "type": 0,
        "message_id": str(shown.reference),
        "channel_id": str(where.id),
    }
    if where.guild is not None:
        reference["guild_id"] = str(where.guild.id)
    quoted = message(earlier) if earlier is not None and earlier.reference is None else None
    return {"message_reference": reference, "referenced_message": quoted}


def _origin(cause: "Interaction") -> Json:
    world = cause.channel.world
    metadata: dict[str, object] = {
        "id": str(cause.id),
        "type": cause.kind,
        "user": user(cause.member.id, cause.member.name),
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
        "channel": {**channel(where), "permissions": str(int(who.permissions))},
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
        return {**shape, "user": user(who.id, who.name)}
    place = {"id": str(where.guild.id), "locale": where.guild.locale, "features": list[str]()}
    return {
        **shape,
        "guild_id": str(where.guild.id),
        "guild": place,
        "guild_locale": where.guild.locale,
        "member": member(who),
    }


def command(world: "World", registered: Command, guild_id: int | None) -> Json:
    """Describe a registered command as the API lists it."""
    shape: dict[str, object] = {
        "default_member_permissions": None,
        "version": str(registered.id),
        "nsfw": False,
        **registered.model_dump(mode="json", exclude_unset=True, exclude={"default_member_permissions"}),
        "id": str(registered.id),
        "type": registered.type,
        "description": registered.description,
        "application_id": str(world.bot_id),
    }
    if registered.default_member_permissions is not None:
        shape["default_member_permissions"] = str(registered.default_member_permissions)
    return shape if guild_id is None else {**shape, "guild_id": str(guild_id)}
