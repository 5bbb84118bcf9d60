"""New messages about a job: the result, or why there is none. Each is sent once, however often it is tried.

A send carries the job's nonce; what an outage longer than Discord's memory has left open is looked for in
the channel first.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, cast

import discord

from bot.chat import calls, cards
from bot.chat.places import Places
from bot.chat.texts import say, text
from bot.core.errors import LostError
from bot.core.ids import MessageId
from bot.core.job import Job, State
from bot.core.ports import MediaFile

log = logging.getLogger(__name__)

# How far back a lost post is looked for: a busy channel writes some thousand messages in an outage.
_HISTORY: Final = 2000


class Posts:
    """Posts into the channel of a job, or to its owner where that is closed."""

    def __init__(self, places: Places) -> None:
        self._places = places

    async def post(self, job: Job, files: Sequence[MediaFile]) -> MessageId:
        """Post the result under the card, as files, or as a link where they are too large."""
        if all(file.size <= self._places.upload_limit(job) for file in files):
            names = [_result_name(job, number, file) for number, file in enumerate(files, 1)]
            try:
                return await self._deliver(job, lambda place: self._send_files(place, job, files, names))
            except calls.TooLargeError:
                log.info("job %s: too large for the channel", job.id, extra={"action": "link", "job": job.id})
        words = text(
            "result.link",
            job.locale,
            owner=job.owner_id,
            size=max(file.size for file in files),
            limit=self._places.upload_limit(job),
            url="\n".join(output.url for output in job.outputs),
        )
        return await self._deliver(job, lambda place: self._send_words(place, job, words, "r"))

    async def post_ending(self, job: Job) -> MessageId:
        """Tell the owner, under the card, why there is no result."""
        assert job.reason is not None
        words = text(
            "ending", job.locale, owner=job.owner_id, reason=say(job.reason, job.locale), cost=job.cost
        )
        nonce = "u" if job.state is State.UNKNOWN else "f"
        return await self._deliver(job, lambda place: self._send_words(place, job, words, nonce))

    async def find_post(self, job: Job) -> MessageId | None:
        """Look for what an earlier life of ours has posted about this state of the job."""
        try:
            return await self._find(self._places.channel(job), job, _is_about)
        except LostError:
            return await self._find_directly(job)

    async def find_answer(self, job: Job) -> MessageId | None:
        """Look through the channel for the first answer to the job's interaction."""
        try:
            return await self._find(self._places.channel(job), job, _answers)
        except LostError:
            return None

    async def _find_directly(self, job: Job) -> MessageId | None:
        try:
            direct = await self._places.direct(job)
            return None if direct is None else await self._find(direct, job, _is_about)
        except LostError:
            return None

    async def _find(
        self, place: discord.abc.Messageable, job: Job, is_it: Callable[[discord.Message, Job], bool]
    ) -> MessageId | None:
        after = discord.Object(job.interaction_id)
        for message in await calls.repeat(lambda: _read(place, after)):
            if message.author.id == self._places.own_id and is_it(message, job):
                return MessageId(message.id)
        return None

    async def _deliver(
        self, job: Job, send: Callable[[discord.abc.Messageable], Awaitable[discord.Message]]
    ) -> MessageId:
        """Send into the channel; if that is gone or closed, once to the owner directly."""
        try:
            return MessageId((await send(self._places.channel(job))).id)
        except calls.TooLargeError:
            raise
        except LostError:
            place = await self._places.direct(job)
            if place is None:
                raise
            log.info("job %s: channel lost, to its owner", job.id, extra={"action": "direct", "job": job.id})
            return MessageId((await send(place)).id)

    async def _send_files(
        self, place: discord.abc.Messageable, job: Job, files: Sequence[MediaFile], names: Sequence[str]
    ) -> discord.Message:
        async def send(reference: discord.MessageReference | None) -> discord.Message:
            return await place.send(
                view=cards.result(job, files, names),
                files=[discord.File(file.path, name) for file, name in zip(files, names, strict=True)],
                reference=_optional(reference),
                nonce=_nonce(job, "r"),
                allowed_mentions=_only(job),
            )

        return await self._replying(job, place, send)

    async def _send_words(
        self, place: discord.abc.Messageable, job: Job, words: str, nonce: str
    ) -> discord.Message:
        async def send(reference: discord.MessageReference | None) -> discord.Message:
            return await place.send(
                f"{words}\n-# {text('card.id', job.locale, id=job.id)}",
                reference=_optional(reference),
                nonce=_nonce(job, nonce),
                allowed_mentions=_only(job),
            )

        return await self._replying(job, place, send)

    async def _replying(
        self,
        job: Job,
        place: discord.abc.Messageable,
        send: Callable[[discord.MessageReference | None], Awaitable[discord.Message]],
    ) -> discord.Message:
        """Send as a reply to the card where there is one here, and where replies are allowed."""
        if job.card_id is None or isinstance(place, discord.DMChannel):
            return await calls.repeat(lambda: send(None))
        reference = discord.MessageReference(
            message_id=job.card_id, channel_id=job.channel_id, guild_id=job.guild_id, fail_if_not_exists=False
        )
        try:
            return await calls.repeat(lambda: send(reference))
        except calls.NoReplyError:
            return await calls.repeat(lambda: send(None))


async def _read(place: discord.abc.Messageable, after: discord.Object) -> list[discord.Message]:
    return [message async for message in place.history(after=after, limit=_HISTORY, oldest_first=True)]


def _answers(message: discord.Message, job: Job) -> bool:
    cause = message.interaction_metadata
    return cause is not None and cause.id == job.interaction_id


def _is_about(message: discord.Message, job: Job) -> bool:
    """Tell a message about this state of the job: a result has its files or links, an ending has none."""
    named = any(job.id in attachment.filename for attachment in message.attachments)
    linked = any(output.url in message.content for output in job.outputs)
    if job.state is State.READY:
        return named or linked
    return job.id in message.content and not linked


def _result_name(job: Job, number: int, file: MediaFile) -> str:
    counter = "" if number == 1 else f"-{number}"
    return f"zoetrope-{job.id}{counter}{file.suffix}"


def _nonce(job: Job, purpose: str) -> str:
    """Return the nonce of one message about a job: within minutes, Discord sends it once only."""
    return f"{job.id}:{purpose}"


def _optional(reference: discord.MessageReference | None) -> discord.MessageReference:
    # The library takes None here; the overloads of its types do not say so.
    return cast("discord.MessageReference", reference)


def _only(job: Job) -> discord.AllowedMentions:
    return discord.AllowedMentions(
        everyone=False, roles=False, users=[discord.Object(job.owner_id)], replied_user=False
    )
