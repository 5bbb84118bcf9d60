"""Finds messages of ours whose id was lost, by what they show."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

import discord

from bot.chat import calls
from bot.chat.places import Places
from bot.chat.traces import is_about, is_card
from bot.core.errors import LostError
from bot.core.ids import MessageId
from bot.core.job import Job

# How much of a channel is searched: a busy one writes some thousand messages in an outage.
_HISTORY: Final = 2000
# How far the clock here may be ahead of Discord's, which numbers the messages.
_SKEW: Final = timedelta(minutes=2)


class Search:
    """Looks through the places of a job."""

    def __init__(self, places: Places) -> None:
        self._places = places

    async def find_post(self, job: Job) -> MessageId | None:
        """Look for what an earlier life of ours has posted about this state of the job."""
        since = discord.utils.time_snowflake((job.posting_at or job.accepted_at) - _SKEW)
        # Our clock may have been wrong; by Discord's own, nothing about a job is older than its command.
        for after in sorted({max(since, job.interaction_id), job.interaction_id}, reverse=True):
            if found := await self._find_since(job, after):
                return found
        return None

    async def find_answer(self, job: Job) -> MessageId | None:
        """Look through the channel for the first answer to the job's interaction, if that is its card."""
        try:
            return await self._find(self._places.channel(job), job, job.interaction_id, is_card)
        except LostError:
            return None

    async def _find_since(self, job: Job, since: int) -> MessageId | None:
        try:
            found = await self._find(self._places.channel(job), job, since, is_about)
        except LostError:
            found = None
        # A channel that can be read may still be closed to what we post.
        return found or await self._find_directly(job, since)

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


async def _read(place: discord.abc.Messageable, after: discord.Object) -> list[discord.Message]:
    return [message async for message in place.history(after=after, limit=_HISTORY, oldest_first=True)]
