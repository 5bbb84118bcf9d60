"""Posts an earlier result again, for its owner, where they are now. No job, no cost; two at a time.

The files come from the message that brought them, or from RunComfy while it keeps them. What goes wrong is
told privately in the place of the answer that was promised.
"""

import asyncio
import logging
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import zip_longest
from typing import Final

import discord

from bot.chat import answers, calls, notes, results
from bot.chat.hosted import hosted_files
from bot.chat.orders import is_covered_place, require_permissions
from bot.chat.places import DEFAULT_UPLOAD_LIMIT
from bot.chat.subject import has_result
from bot.chat.texts import text
from bot.core.errors import LostError, MemberError, PassingError, Problem, TooLargeError
from bot.core.events import Way
from bot.core.ids import JobId
from bot.core.job import Job
from bot.core.media import Media, MediaFile
from bot.core.models import Kind
from bot.core.ports import Courier
from bot.core.source import Place
from bot.flow.intake import Intake

log = logging.getLogger(__name__)

_AT_A_TIME: Final = 2
# Seconds; the token of the press is good for fifteen minutes.
_WITHIN: Final = 600.0


class Repost:
    """Brings results back."""

    def __init__(
        self, intake: Intake, media: Media, courier: Courier, spoiler_channels: Collection[int]
    ) -> None:
        self._intake = intake
        self._media = media
        self._courier = courier
        self._spoiler_channels = spoiler_channels
        self._room = asyncio.Semaphore(_AT_A_TIME)

    async def bring(self, interaction: discord.Interaction, job_id: JobId) -> None:
        """Post the result of a job here; raises MemberError before anything is promised."""
        job = await self._intake.find(job_id)
        if job.owner_id != interaction.user.id:
            raise MemberError(Problem.NOT_YOURS)
        if not has_result(job):
            raise MemberError(Problem.NO_SUCH_RESULT)
        require_permissions(interaction)
        job = replace(job, spoiler=job.spoiler or is_covered_place(interaction, self._spoiler_channels))
        if self._room.locked():
            await answers.tell(interaction, text("repost.busy", interaction.locale.value))
            return
        async with self._room:
            if await answers.promise_publicly(interaction):
                await self._bring_or_tell(interaction, job)

    async def _bring_or_tell(self, interaction: discord.Interaction, job: Job) -> None:
        try:
            async with asyncio.timeout(_WITHIN):
                await self._bring(interaction, job)
        except LostError as error:
            # Either Discord does not take it, or there is nothing to take.
            gone = "repost.gone.joined" if job.is_one_clip else "repost.gone"
            why = "repost.failed" if error.reason.problem is Problem.UNDELIVERABLE else gone
        except (PassingError, TimeoutError):
            why = "repost.late"
        else:
            return
        log.info("job %s: not posted again: %s", job.id, why, extra={"action": "repost", "job": job.id})
        await answers.tell_instead(interaction, text(why, interaction.locale.value))

    async def _bring(self, interaction: discord.Interaction, job: Job) -> None:
        """Post the files, or links where they are too large for this place."""
        limit = interaction.filesize_limit
        if job.way is not Way.LINKED or (job.size is not None and job.size <= limit):
            try:
                async with self._media.earlier(await self._addresses(job), _kind(job)) as files:
                    await _post(interaction, job, files)
            except TooLargeError:
                pass
            except LostError as error:
                if error.reason.problem is Problem.RESULT_GONE and job.is_one_clip:
                    await self._bring_part(interaction, job)
                    return
                if error.reason.problem is not Problem.RESULT_TOO_LARGE:
                    raise
            else:
                return
        await _post_links(interaction, replace(job, room=limit))

    async def _bring_part(self, interaction: discord.Interaction, job: Job) -> None:
        """Post the link to the last part of a joined clip that is gone; LostError where that is gone too."""
        try:
            async with self._media.earlier([[output.url] for output in job.outputs], _kind(job)):
                # Nobody is led to where there is nothing.
                pass
        except LostError as error:
            # What is too large for us is there for whoever follows the link.
            if error.reason.problem is not Problem.RESULT_TOO_LARGE:
                raise
        await _post_links(interaction, job, text("repost.part", job.locale))

    async def _addresses(self, job: Job) -> list[list[str]]:
        """Return where each file may be, the best place first."""
        posted: Sequence[str] = ()
        if job.way is not Way.LINKED:
            with suppress(LostError):
                posted = await self._courier.lent(job, Place.RESULT)
        # A joined clip was made here: RunComfy has only its last part.
        made = () if job.is_one_clip else [output.url for output in job.outputs]
        found = [[url for url in pair if url] for pair in zip_longest(posted, made)]
        if not found:
            raise LostError(Problem.RESULT_GONE)
        return found


async def _post(interaction: discord.Interaction, job: Job, files: Sequence[MediaFile]) -> None:
    if any(file.size > interaction.filesize_limit for file in files):
        raise TooLargeError(Problem.UNDELIVERABLE)
    if job.size is not None and not job.is_joined and max(file.size for file in files) >= job.size:
        # It was made to fit where it was posted first; here the original does.
        job = replace(job, way=Way.WHOLE)
    names = results.file_names(job, files)
    apart = _is_apart(job, files)

    async def edit() -> object:
        uploads = [discord.File(file.path, name) for file, name in zip(files, names, strict=True)]
        return await interaction.edit_original_response(
            view=results.result(job, files, names, apart=apart),
            attachments=[*uploads, *results.lists(job, is_wanted=results.needs_list(job, len(files)))],
            allowed_mentions=answers.nobody(),
        )

    try:
        await calls.repeat(edit, within=calls.UPLOAD)
    except PassingError as error:
        # An upload that is too large may end in nothing but a broken connection (PLATFORM.md, section 4).
        if max(file.size for file in files) <= DEFAULT_UPLOAD_LIMIT:
            raise
        if not await _is_there(interaction, names):
            raise TooLargeError(Problem.UNDELIVERABLE) from error


async def _is_there(interaction: discord.Interaction, names: Sequence[str]) -> bool:
    """Tell whether the files are in the answer although we have not heard of it."""
    return hosted_files(await calls.repeat(interaction.original_response)).keys() >= set(names)


async def _post_links(interaction: discord.Interaction, job: Job, why: str | None = None) -> None:
    found = notes.links(job, direct=False, why=why)

    async def edit() -> object:
        return await interaction.edit_original_response(
            content=found.words,
            view=results.Plain(job),
            attachments=results.lists(job, is_wanted=not found.is_whole),
            allowed_mentions=answers.nobody(),
        )

    await calls.repeat(edit)


def _kind(job: Job) -> Kind:
    """Return what RunComfy made, which may be another kind than was asked for."""
    return job.outputs[0].kind if job.outputs else job.request.makes


def _is_apart(job: Job, files: Sequence[MediaFile]) -> bool:
    """Tell whether what was to be joined is the new part alone; of a posted clip only its length tells."""
    if not job.is_one_clip:
        return job.is_joined
    seconds, asked = files[0].seconds, job.request.settings().get("duration")
    if seconds is None or not isinstance(asked, int):
        return False
    # A part is no second longer than was asked for, and the one before it has two seconds at least.
    return seconds < asked + 1
