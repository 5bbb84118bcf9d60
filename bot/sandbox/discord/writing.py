"""Messages of people and of other apps: their files, embeds, foreign pictures and replies.

What the bot under test writes comes over the API and is made in `posting`, never here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.sandbox.discord.foreign import Foreign
from bot.sandbox.discord.mentions import EVERYTHING, pings
from bot.sandbox.discord.message import Message, Revision
from bot.sandbox.discord.rules import Shape, message_faults
from bot.sandbox.discord.upload import Upload
from bot.sandbox.discord.wire import COMPONENTS_V2, Component, Embed, Json

if TYPE_CHECKING:
    from bot.sandbox.discord.channel import Channel
    from bot.sandbox.discord.member import Member

DEFAULT, REPLY = 0, 19


@dataclass(frozen=True)
class Letter:
    """What somebody writes."""

    text: str
    uploads: Sequence[Upload]
    reply_to: Message | None
    embeds: Sequence[Json]
    components: Sequence[Json]
    foreign: Sequence[Foreign]


def write(author: "Member", channel: "Channel", letter: Letter) -> Message:
    """Put a message into the channel; ValueError where Discord would have refused it to its author."""
    revision = _revision(author, channel, letter)
    shape = Shape(
        revision.content,
        revision.embeds,
        revision.components,
        frozenset(file.filename for file in revision.files),
        revision.flags,
    )
    if faults := list(message_faults(shape)):
        raise ValueError("; ".join(faults))
    to = letter.reply_to
    message = Message(
        author.world.snowflakes.next(),
        channel,
        author.id,
        revision,
        DEFAULT if to is None else REPLY,
        None if to is None else to.id,
    )
    _notify(message, to)
    channel.history.append(message)
    author.world.bell.ring()
    return message


def _revision(author: "Member", channel: "Channel", letter: Letter) -> Revision:
    cdn, proxy = author.world.cdn, author.world.proxy
    place = f"attachments/{channel.id}"
    return Revision(
        author.world.now(),
        letter.text,
        tuple(Embed.model_validate(one) for one in letter.embeds),
        tuple(Component.model_validate(one) for one in letter.components),
        tuple(cdn.hold(upload.save(cdn.room()), place) for upload in letter.uploads),
        COMPONENTS_V2 if letter.components else 0,
        tuple(proxy.hold(one.url, one.upload.save(cdn.room())) for one in letter.foreign),
    )


def _notify(message: Message, to: Message | None) -> None:
    guild = message.channel.guild
    present = {member.id for member in guild.members} if guild is not None else set[int]()
    replied_to = to.author_id if to is not None else None
    message.pings = pings(
        message.text, EVERYTHING, present=present, replied_to=replied_to, may_ping_everyone=False
    )
