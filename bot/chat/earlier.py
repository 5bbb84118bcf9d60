"""Messages of earlier jobs: what their files' addresses are now, and how a result is taken away.

A result whose channel was closed went to its owner directly, so it is looked for there as well.
"""

import discord

from bot.chat import calls
from bot.chat.hosted import hosted_at, hosted_files
from bot.chat.originals import LIST
from bot.chat.search import Search
from bot.core.errors import LostError, Problem
from bot.core.job import Job
from bot.core.source import Borrowed, Place


class Earlier(Search):
    """Reads and deletes messages whose ids are known."""

    async def lent(self, lender: Job, place: Place) -> tuple[str, ...]:
        """Return fresh addresses of the files in a message of an earlier job; LostError if it is gone."""
        return await (self._on_card(lender) if place is Place.CARD else self._in_result(lender))

    async def _on_card(self, lender: Job) -> tuple[str, ...]:
        gone = LostError(Problem.PICTURE_GONE, filename=Borrowed(lender.id, Place.CARD).filename)
        if lender.card_id is None:
            raise gone
        card = self._places.channel(lender).get_partial_message(lender.card_id)
        try:
            fresh = hosted_files(await calls.repeat(card.fetch))
        except LostError as error:
            raise gone from error
        names = [file.name if (file := hosted_at(url)) else "" for url in lender.pictures]
        if not fresh.keys() >= set(names):
            # A picture that is missing must not pass for the next one.
            raise gone
        return tuple(fresh[name] for name in names)

    async def _in_result(self, lender: Job) -> tuple[str, ...]:
        gone = LostError(Problem.NO_SUCH_RESULT)
        if lender.result_id is None:
            raise gone
        try:
            message = await self._read_result(lender, lender.result_id)
        except LostError as error:
            raise gone from error
        return tuple(url for name, url in hosted_files(message).items() if not name.endswith(LIST))

    async def _read_result(self, job: Job, result_id: int) -> discord.Message:
        result = self._places.channel(job).get_partial_message(result_id)
        try:
            return await calls.repeat(result.fetch)
        except LostError:
            direct = await self._places.direct(job)
            if direct is None:
                raise
        return await calls.repeat(direct.get_partial_message(result_id).fetch)

    async def withdraw(self, job: Job) -> None:
        """Delete the result where it is; LostError where it may still stand in a place that is closed."""
        if job.result_id is None:
            return
        try:
            await _delete(self._places.channel(job), job.result_id)
        except LostError as closed:
            if not await self._withdrawn_directly(job, job.result_id) and not isinstance(
                closed, calls.GoneError
            ):
                raise

    async def _withdrawn_directly(self, job: Job, result_id: int) -> bool:
        direct = await self._places.direct(job)
        if direct is None:
            return False
        try:
            await _delete(direct, result_id)
        except LostError:
            return False
        return True


async def _delete(place: discord.PartialMessageable | discord.DMChannel, message_id: int) -> None:
    await calls.repeat(place.get_partial_message(message_id).delete)
