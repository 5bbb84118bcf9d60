"""New messages about a job: the result, or why there is none. Each is sent once, however often it is tried.

A send carries the job's nonce; what an outage longer than Discord's memory has left open is looked for in
the channel first.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import cast

import discord

from bot.chat import calls, notes, results
from bot.chat.search import Search
from bot.core.errors import LostError, TooLargeError
from bot.core.ids import MessageId
from bot.core.job import Job, State
from bot.core.media import MediaFile

log = logging.getLogger(__name__)


class Posts(Search):
    """Posts into the channel of a job, or to its owner where that is closed."""

    def room(self, job: Job) -> int:
        """Return how many bytes a file in the channel may have, as far as is known.

        Raises PassingError where that will be known in a moment.
        """
        return self._places.room(job)

    async def post(self, job: Job, files: Sequence[MediaFile], *, apart: bool = False) -> MessageId:
        """Post the result under the card; TooLargeError where Discord does not take the files.

        `apart`: it was to be joined with its parent's, which was not possible.
        """
        return await self._deliver(job, lambda place: self._send_files(place, job, files, apart=apart))

    async def post_links(self, job: Job) -> MessageId:
        """Post the result's addresses under the card, in a plain message, where they unfurl."""
        return await self._deliver(job, lambda place: self._send_links(place, job))

    async def post_ending(self, job: Job) -> MessageId:
        """Tell the owner, under the card, why there is no result."""
        nonce = "u" if job.state is State.UNKNOWN else "f"
        return await self._deliver(
            job,
            lambda place: self._send_words(place, job, notes.ending(job, direct=_is_direct(place)), nonce),
        )

    async def _deliver(
        self, job: Job, send: Callable[[discord.abc.Messageable], Awaitable[discord.Message]]
    ) -> MessageId:
        """Send into the channel; if that is gone or closed, once to the owner directly."""
        try:
            return MessageId((await send(self._places.channel(job))).id)
        except TooLargeError:
            raise
        except LostError:
            place = await self._places.direct(job)
            if place is None:
                raise
            log.info("job %s: channel lost, to its owner", job.id, extra={"action": "direct", "job": job.id})
            return MessageId((await send(place)).id)

    async def _send_files(
        self, place: discord.abc.Messageable, job: Job, files: Sequence[MediaFile], *, apart: bool
    ) -> discord.Message:
        names, direct = results.file_names(job, files), _is_direct(place)

        async def send(reference: discord.MessageReference | None) -> discord.Message:
            uploads = [discord.File(file.path, name) for file, name in zip(files, names, strict=True)]
            return await place.send(
                view=results.result(job, files, names, direct=direct, apart=apart),
                files=[*uploads, *results.lists(job, is_wanted=results.needs_list(job, len(files)))],
                reference=_optional(reference),
                nonce=_nonce(job, "r"),
                allowed_mentions=_only(job),
            )

        return await self._replying(job, place, send, within=calls.UPLOAD)

    async def _send_links(self, place: discord.abc.Messageable, job: Job) -> discord.Message:
        found = notes.links(job, direct=_is_direct(place))

        async def send(reference: discord.MessageReference | None) -> discord.Message:
            return await place.send(
                found.words,
                view=results.Plain(job),
                files=results.lists(job, is_wanted=not found.is_whole),
                reference=_optional(reference),
                nonce=_nonce(job, "r"),
                allowed_mentions=_only(job),
            )

        return await self._replying(job, place, send, within=calls.QUICK)

    async def _send_words(
        self, place: discord.abc.Messageable, job: Job, words: str, nonce: str
    ) -> discord.Message:
        async def send(reference: discord.MessageReference | None) -> discord.Message:
            return await place.send(
                words,
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


def _is_direct(place: discord.abc.Messageable) -> bool:
    """Tell the owner's direct messages as the second choice; where a job is from there, it is a channel."""
    return isinstance(place, discord.DMChannel)


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
