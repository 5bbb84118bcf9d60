"""New messages about a job: the result, or why there is none. Each is sent once, however often it is tried.

A send carries the job's nonce; what an outage longer than Discord's memory has left open is looked for in
the channel first.
"""

import io
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Final, cast

import discord

from bot.chat import calls, cards, notes
from bot.chat.places import Places
from bot.chat.traces import is_about, is_card
from bot.core.errors import LostError
from bot.core.ids import MessageId
from bot.core.job import Job, State
from bot.core.media import MediaFile

log = logging.getLogger(__name__)

# How much of a channel is searched: a busy one writes some thousand messages in an outage.
_HISTORY: Final = 2000
# How far the clock here may be ahead of Discord's, which numbers the messages.
_SKEW: Final = timedelta(minutes=2)


class Posts:
    """Posts into the channel of a job, or to its owner where that is closed."""

    def __init__(self, places: Places) -> None:
        self._places = places

    async def post(self, job: Job, files: Sequence[MediaFile]) -> MessageId:
        """Post the result under the card, as files, or as links where they are too large."""
        if all(file.size <= self._places.upload_limit(job) for file in files):
            names = [_result_name(job, number, file) for number, file in enumerate(files, 1)]
            try:
                return await self._deliver(job, lambda place: self._send_files(place, job, files, names))
            except calls.TooLargeError:
                log.info("job %s: too large for the channel", job.id, extra={"action": "link", "job": job.id})
        return await self._deliver(job, lambda place: self._send_links(place, job, files))

    async def post_ending(self, job: Job) -> MessageId:
        """Tell the owner, under the card, why there is no result."""
        nonce = "u" if job.state is State.UNKNOWN else "f"
        return await self._deliver(
            job,
            lambda place: self._send_words(place, job, notes.ending(job, direct=_is_direct(place)), nonce),
        )

    async def find_post(self, job: Job) -> MessageId | None:
        """Look for what an earlier life of ours has posted about this state of the job."""
        since = discord.utils.time_snowflake((job.posting_at or job.accepted_at) - _SKEW)
        try:
            found = await self._find(self._places.channel(job), job, since, is_about)
        except LostError:
            found = None
        # A channel that can be read may still be closed to what we post.
        return found or await self._find_directly(job, since)

    async def find_answer(self, job: Job) -> MessageId | None:
        """Look through the channel for the first answer to the job's interaction, if that is its card."""
        try:
            return await self._find(self._places.channel(job), job, job.interaction_id, is_card)
        except LostError:
            return None

    async def _find_directly(self, job: Job, since: int) -> MessageId | None:
        try:
            direct = await self._places.direct(job)
            return None if direct is None else await self._find(direct, job, since, is_about)
        except LostError:
            return None

    async def _find(
        self,
        place: discord.abc.Messageable,
        job: Job,
        since: int,
        is_it: Callable[[discord.Message, Job], bool],
    ) -> MessageId | None:
        for message in await calls.repeat(lambda: _read(place, discord.Object(since))):
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
                view=cards.result(job, files, names, direct=_is_direct(place)),
                files=[discord.File(file.path, name) for file, name in zip(files, names, strict=True)],
                reference=_optional(reference),
                nonce=_nonce(job, "r"),
                allowed_mentions=_only(job),
            )

        return await self._replying(job, place, send, within=calls.UPLOAD)

    async def _send_links(
        self, place: discord.abc.Messageable, job: Job, files: Sequence[MediaFile]
    ) -> discord.Message:
        limit = self._places.upload_limit(job)
        found = notes.links(job, files, limit, direct=_is_direct(place))
        return await self._send_words(place, job, found.words, "r", with_list=not found.is_whole)

    async def _send_words(
        self, place: discord.abc.Messageable, job: Job, words: str, nonce: str, *, with_list: bool = False
    ) -> discord.Message:
        async def send(reference: discord.MessageReference | None) -> discord.Message:
            return await place.send(
                words,
                files=[_list_of_links(job)] if with_list else [],
                reference=_optional(reference),
                nonce=_nonce(job, nonce),
                allowed_mentions=_only(job),
            )

        return await self._replying(job, place, send, within=calls.QUICK)

    async def _replying(
        self,
        job: Job,
        place: discord.abc.Messageable,
        send: Callable[[discord.MessageReference | None], Awaitable[discord.Message]],
        *,
        within: float,
    ) -> discord.Message:
        """Send as a reply to the card where there is one here, and where replies are allowed."""

        async def repeat(reference: discord.MessageReference | None) -> discord.Message:
            return await calls.repeat(lambda: send(reference), within=within, trusted=calls.NONCE_TRUSTED)

        if job.card_id is None or _is_direct(place):
            return await repeat(None)
        reference = discord.MessageReference(
            message_id=job.card_id, channel_id=job.channel_id, guild_id=job.guild_id, fail_if_not_exists=False
        )
        try:
            return await repeat(reference)
        except calls.NoReplyError:
            return await repeat(None)


async def _read(place: discord.abc.Messageable, after: discord.Object) -> list[discord.Message]:
    return [message async for message in place.history(after=after, limit=_HISTORY, oldest_first=True)]


def _is_direct(place: discord.abc.Messageable) -> bool:
    """Tell the owner's direct messages as the second choice; where a job is from there, it is a channel."""
    return isinstance(place, discord.DMChannel)


def _list_of_links(job: Job) -> discord.File:
    urls = "\n".join(output.url for output in job.outputs)
    return discord.File(io.BytesIO(urls.encode()), f"zoetrope-{job.id}-links.txt")


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
