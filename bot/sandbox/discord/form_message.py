"""What is said: messages and interactions in Discord's JSON.

Pure, like `form`; what a message holds is in `form_parts`.
"""

from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from bot.sandbox.discord import form
from bot.sandbox.discord.form_parts import contents
from bot.sandbox.discord.snowflake import made_at
from bot.sandbox.discord.wire import Json
from bot.sandbox.discord.world import Quoted

if TYPE_CHECKING:
    from bot.sandbox.discord.interaction import Interaction
    from bot.sandbox.discord.message import Message


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
        **(contents(now) if whole else {"content": "", "embeds": [], "attachments": [], "components": []}),
    }
    if with_nonce and shown.nonce is not None:
        shape["nonce"] = shown.nonce
    if shown.reference is not None:
        shape |= _reference(shown, quoted)
    if shown.interaction is not None:
        shape |= _origin(shown.interaction)
    return shape


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
    return {
        "application_id": str(world.bot_id),
        "webhook_id": str(world.bot_id),
        "interaction_metadata": _metadata(cause),
    }


def _metadata(cause: "Interaction") -> Json:
    metadata: dict[str, object] = {
        "id": str(cause.id),
        "type": cause.kind,
        "user": form.person(cause.member),
        "authorizing_integration_owners": owners(cause),
    }
    if cause.trigger is not None:
        metadata["triggering_interaction_metadata"] = _metadata(cause.trigger)
    elif cause.source is not None:
        metadata["interacted_message_id"] = str(cause.source.id)
    return metadata


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
