"""Routes with the bot's own token: messages in channels, and direct messages.

Owns the permissions of the bot in a channel, and the nonce.
"""

from bot.sandbox.discord import form, form_message
from bot.sandbox.discord.arrival import Arrival, Reply, Route
from bot.sandbox.discord.channel import THREAD, Channel
from bot.sandbox.discord.message import Message
from bot.sandbox.discord.permission import Permission
from bot.sandbox.discord.posting import Draft, edit, post
from bot.sandbox.discord.refusal import (
    ApiError,
    invalid_form,
    missing_access,
    missing_permissions,
    unknown_channel,
    unknown_message,
)
from bot.sandbox.discord.wire import EPHEMERAL, MessageBody, Reference, Strict
from bot.sandbox.discord.world import Posted, World

MESSAGES = "/channels/{channel_id}/messages"
MESSAGE = "/channels/{channel_id}/messages/{message_id}"


class Recipient(Strict):
    """Whom a direct message channel is for."""

    recipient_id: int


class ChannelApi:
    """Answers for channels and the messages in them."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("GET", "/channels/{channel_id}", "bot", lambda arrival: form.channel(self._seen(arrival))),
            Route("GET", MESSAGES, "bot", self.list_messages),
            Route("POST", MESSAGES, "bot", self.create_message),
            Route("GET", MESSAGE, "bot", self.get_message),
            Route("PATCH", MESSAGE, "bot", self.edit_message),
            Route("DELETE", MESSAGE, "bot", self.delete_message),
            Route("POST", "/users/@me/channels", "bot", self.open_dm),
        ]

    def create_message(self, arrival: Arrival) -> Reply:
        """Post a message, or return the one its nonce has already made."""
        channel = self._seen(arrival)
        body = arrival.parse(MessageBody)
        self._check_may_post(channel, body, with_files=bool(arrival.files))
        nonce = str(body.nonce) if body.nonce is not None else None
        if (
            nonce is not None
            and body.enforce_nonce
            and (earlier := self._world.posted_before(channel.id, nonce))
        ):
            return form_message.message(earlier, with_nonce=True)
        reference = self._reference(channel, body.message_reference)
        body = body.model_copy(update={"flags": (body.flags or 0) & ~EPHEMERAL})
        message = post(
            self._world, channel, Draft(body, arrival.files, channel.upload_limit), reference=reference
        )
        if nonce is not None:
            self._world.nonces.append(Posted(self._world.now(), channel.id, nonce, message))
        return form_message.message(message, with_nonce=True)

    def list_messages(self, arrival: Arrival) -> Reply:
        """Public messages, the newest first; none without the permission to read history."""
        channel = self._seen(arrival)
        if Permission.READ_MESSAGE_HISTORY not in channel.bot_permissions:
            return []
        limit = int(arrival.query.get("limit", "50"))
        if not 1 <= limit <= 100:
            raise invalid_form(f"limit: {limit} is not between 1 and 100")
        return [self._fetched(message) for message in reversed(_page(channel.messages, arrival, limit))]

    def get_message(self, arrival: Arrival) -> Reply:
        """One public message."""
        channel = self._seen(arrival)
        if Permission.READ_MESSAGE_HISTORY not in channel.bot_permissions:
            raise missing_access()
        return self._fetched(self._message(channel, arrival))

    def edit_message(self, arrival: Arrival) -> Reply:
        """Change a message of the bot, whoever's token it was made with."""
        channel = self._seen(arrival)
        message = self._message(channel, arrival)
        body = arrival.parse(MessageBody)
        if message.author_id != self._world.bot_id:
            raise ApiError(403, 50005, "Cannot edit a message authored by another user")
        if arrival.files and Permission.ATTACH_FILES not in channel.bot_permissions:
            raise missing_permissions()
        edit(self._world, message, Draft(body, arrival.files, channel.upload_limit))
        return form_message.message(message)

    def delete_message(self, arrival: Arrival) -> Reply:
        """Delete the bot's own message, or any with the permission to manage them."""
        channel = self._seen(arrival)
        message = self._message(channel, arrival)
        if message.author_id != self._world.bot_id:
            if channel.guild is None:
                raise ApiError(403, 50003, "Cannot execute action on a DM channel")
            if Permission.MANAGE_MESSAGES not in channel.bot_permissions:
                raise missing_permissions()
        message.delete()
        return None

    def open_dm(self, arrival: Arrival) -> Reply:
        """Return the direct message channel with a member; posting there may still be refused."""
        member = self._world.members.get(arrival.parse(Recipient).recipient_id)
        if member is None:
            raise ApiError(400, 50033, "Invalid Recipient(s)")
        return form.channel(member.dm)

    def _seen(self, arrival: Arrival) -> Channel:
        channel = self._world.channels.get(arrival.number("channel_id"))
        if channel is None or channel.gone:
            raise unknown_channel()
        if Permission.VIEW_CHANNEL not in channel.bot_permissions:
            raise missing_access()
        return channel

    def _message(self, channel: Channel, arrival: Arrival) -> Message:
        message = channel.find(arrival.number("message_id"))
        if message is None or message.ephemeral:
            raise unknown_message()
        return message

    def _check_may_post(self, channel: Channel, body: MessageBody, *, with_files: bool) -> None:
        if channel.recipient is not None and not channel.recipient.accepts_dms:
            raise ApiError(403, 50007, "Cannot send messages to this user")
        send = Permission.SEND_MESSAGES_IN_THREADS if channel.kind == THREAD else Permission.SEND_MESSAGES
        needed = (
            send
            | (Permission.ATTACH_FILES if with_files else send)
            | (Permission.EMBED_LINKS if body.embeds else send)
        )
        if needed & ~channel.bot_permissions:
            raise missing_permissions()

    def _reference(self, channel: Channel, reference: Reference | None) -> int | None:
        if reference is None:
            return None
        if Permission.READ_MESSAGE_HISTORY not in channel.bot_permissions:
            raise ApiError(403, 160002, "Cannot reply without permission to read message history")
        found = channel.find(reference.message_id)
        if found is not None and not found.ephemeral:
            return found.id
        if reference.fail_if_not_exists:
            # A message deleted in between is nobody's mistake, though Discord answers with its form error.
            raise ApiError(400, 50035, "Invalid Form Body", ("message_reference: Unknown message",))
        return None

    def _fetched(self, message: Message) -> dict[str, object]:
        # A nonce is never given back later, it only accompanies the answer to the request that carried it.
        return dict(form_message.message(message, whole=_readable(message)))


def _readable(message: Message) -> bool:
    """Tell what a bot reads in full without the content intent: its own, direct ones, those that name it."""
    world = message.channel.world
    own = message.author_id == world.bot_id
    return own or message.channel.guild is None or f"<@{world.bot_id}>" in message.content


def _page(messages: list[Message], arrival: Arrival, limit: int) -> list[Message]:
    if "after" in arrival.query:
        return [one for one in messages if one.id > int(arrival.query["after"])][:limit]
    if "before" in arrival.query:
        return [one for one in messages if one.id < int(arrival.query["before"])][-limit:]
    if "around" in arrival.query:
        middle = int(arrival.query["around"])
        first = sum(one.id < middle for one in messages) - limit // 2
        return messages[max(0, first) : max(0, first + limit)]
    return messages[-limit:]
