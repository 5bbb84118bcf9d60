"""Making and changing messages: the one place where a request becomes what members see.

Owns the order of the checks: size, rules, emptiness. Either everything is done or nothing has changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.sandbox.discord.cdn import Attachment, safe_name
from bot.sandbox.discord.channel import Channel
from bot.sandbox.discord.interaction import Interaction
from bot.sandbox.discord.mentions import Pings, pings
from bot.sandbox.discord.message import Message, Revision
from bot.sandbox.discord.permission import Permission
from bot.sandbox.discord.refusal import ApiError, invalid_form
from bot.sandbox.discord.rules import Shape, message_faults, upload_faults
from bot.sandbox.discord.upload import SavedFile
from bot.sandbox.discord.wire import COMPONENTS_V2, EPHEMERAL, LOADING, MessageBody
from bot.sandbox.discord.world import World

# Flags a bot may set: suppress embeds, ephemeral, suppress notifications, components v2.
SETTABLE = 1 << 2 | EPHEMERAL | 1 << 12 | COMPONENTS_V2
DEFAULT, REPLY, CHAT_INPUT_REPLY = 0, 19, 20


@dataclass(frozen=True)
class Draft:
    """A message as a request brings it: its body, its files, and how big each may be."""

    body: MessageBody
    files: Sequence[SavedFile]
    limit: int
    settable: int = SETTABLE


def post(
    world: World,
    channel: Channel,
    draft: Draft,
    *,
    interaction: Interaction | None = None,
    reference: int | None = None,
) -> Message:
    """Make a new message of the bot."""
    revision = _compose(world, channel, draft, Revision(world.now()))
    kind = CHAT_INPUT_REPLY if interaction else REPLY if reference else DEFAULT
    nonce = None if draft.body.nonce is None else str(draft.body.nonce)
    message = Message(world.snowflakes.next(), channel, world.bot_id, revision, kind, reference, nonce)
    message.interaction = interaction
    message.pings = _pings(message, draft.body)
    channel.history.append(message)
    world.bell.ring()
    return message


def thinking(world: World, interaction: Interaction, flags: int) -> Message:
    """Make the message that says the bot is thinking."""
    revision = Revision(world.now(), flags=(flags & EPHEMERAL) | LOADING)
    message = Message(
        world.snowflakes.next(),
        interaction.channel,
        world.bot_id,
        revision,
        CHAT_INPUT_REPLY,
        interaction=interaction,
    )
    interaction.channel.history.append(message)
    return message


def edit(world: World, message: Message, draft: Draft) -> None:
    """Change a message; what the request does not name stays."""
    # Whether a message is private is settled by its first version.
    draft = replace(draft, settable=SETTABLE & ~EPHEMERAL)
    message.revise(_compose(world, message.channel, draft, message.now))


def _compose(world: World, channel: Channel, draft: Draft, before: Revision) -> Revision:
    _check_sizes(draft)
    kept = _kept(draft.body, before)
    shape = _shape(draft, before, kept)
    uploaded = frozenset(file.index for file in draft.files)
    faults = [
        *upload_faults(draft.body, uploaded, frozenset(file.id for file in before.files)),
        *_flag_faults(draft.body, before),
        *message_faults(shape),
    ]
    if faults:
        raise invalid_form(*faults)
    files = (*kept, *_held(world, channel, draft))
    if not (
        shape.content
        or shape.embeds
        or shape.components
        or files
        or draft.body.sticker_ids
        or draft.body.poll
    ):
        raise ApiError(400, 50006, "Cannot send an empty message", blames=True)
    return Revision(
        world.now(), shape.content, tuple(shape.embeds), tuple(shape.components), files, shape.flags
    )


def _check_sizes(draft: Draft) -> None:
    if any(file.size > draft.limit for file in draft.files):
        raise ApiError(413, 40005, "Request entity too large")


def _shape(draft: Draft, before: Revision, kept: Sequence[Attachment]) -> Shape:
    body = draft.body
    names = {entry.id: entry.filename for entry in body.attachments or ()}
    uploaded = {safe_name(names.get(file.index) or file.filename) for file in draft.files}
    return Shape(
        content=(body.content or "") if body.sets("content") else before.content,
        embeds=(body.embeds or ()) if body.sets("embeds") else before.embeds,
        components=(body.components or ()) if body.sets("components") else before.components,
        filenames=frozenset(uploaded | {file.filename for file in kept}),
        flags=(before.flags & ~LOADING) | ((body.flags or 0) & draft.settable),
    )


def _flag_faults(body: MessageBody, before: Revision) -> list[str]:
    if before.flags & COMPONENTS_V2 and body.flags is not None and not body.flags & COMPONENTS_V2:
        return ["the components v2 flag cannot be removed"]
    return []


def _kept(body: MessageBody, before: Revision) -> list[Attachment]:
    if not body.sets("attachments"):
        return list(before.files)
    entries = {entry.id: entry for entry in body.attachments or ()}
    kept = [file for file in before.files if file.id in entries]
    return [replace(file, description=entries[file.id].description or file.description) for file in kept]


def _held(world: World, channel: Channel, draft: Draft) -> list[Attachment]:
    entries = {entry.id: entry for entry in draft.body.attachments or ()}
    held: list[Attachment] = []
    for file in draft.files:
        entry = entries.get(file.index)
        named = replace(file, filename=(entry.filename if entry else None) or file.filename)
        description = entry.description if entry else None
        held.append(world.cdn.hold(named, f"attachments/{channel.id}", description=description))
    return held


def _pings(message: Message, body: MessageBody) -> Pings:
    channel = message.channel
    members = channel.guild.members if channel.guild else [one for one in (channel.recipient,) if one]
    present = {member.id for member in members}
    earlier = channel.find(message.reference) if message.reference else None
    return pings(
        message.text,
        body.allowed_mentions,
        present=present,
        replied_to=earlier.author_id if earlier else None,
        may_ping_everyone=Permission.MENTION_EVERYONE in channel.bot_permissions,
    )
