"""Brings cards, results and bad news to the member. Implements `core.ports.Courier`.

While an interaction's token lives, the card is edited with it (no rate limit of the bot's is spent);
afterwards with the bot's own. Every call here may be repeated.
"""

import logging
from collections.abc import Callable, Sequence
from typing import cast

import discord

from bot.chat import calls, cards
from bot.chat.hosted import hosted_at, hosted_files
from bot.chat.posts import Posts
from bot.chat.texts import say, text
from bot.chat.traces import is_card
from bot.core.errors import LostError, Problem
from bot.core.ids import MessageId
from bot.core.job import Job
from bot.core.media import MediaFile

log = logging.getLogger(__name__)


class Kept:
    """A file that is on the card already and shall stay there, in the form the library asks for."""

    def __init__(self, attachment_id: int, filename: str) -> None:
        self._payload = {"id": attachment_id, "filename": filename}

    def to_dict(self) -> dict[str, str | int]:
        """Return what an edit lists of a file that it keeps."""
        return dict(self._payload)


def kept(job: Job) -> list[Kept]:
    """Return the job's pictures that are hosted on its card, from their addresses."""
    found = [hosted_at(url) for url in job.pictures if not _is_source(job, url)]
    return [Kept(file.attachment_id, file.name) for file in found if file is not None]


def _is_source(job: Job, url: str) -> bool:
    return any(source.url == url for source in job.sources)


class DiscordCourier(Posts):
    """The courier of one bot: the card's side here, new messages in `Posts`."""

    async def find_card(self, job: Job) -> MessageId | None:
        """Ask for the interaction's first answer, which is the card; without a token, look for it."""
        webhook = self._places.webhook(job)
        if webhook is None:
            return await self.find_answer(job)
        # The library types message ids as integers; Discord names the first answer by this word.
        original = cast("int", "@original")
        try:
            message = await calls.repeat(lambda: webhook.fetch_message(original))
        except LostError:
            return None
        return MessageId(message.id) if is_card(message, job) else None

    async def show(self, job: Job) -> None:
        """Make the card tell the job's state."""
        if job.card_id is None:
            return
        keep = kept(job)
        shown = [f"attachment://{file.to_dict()['filename']}" for file in keep]
        await self._edit(job, lambda: cards.card(job, shown), lambda: [_as_attachment(file) for file in keep])

    async def host(self, job: Job, files: Sequence[MediaFile]) -> tuple[str, ...]:
        """Put the pictures on the card; those too large for the channel keep the command's own address."""
        # By the interaction's token the member's own limit holds, which may be higher than the server's.
        limit = job.upload_limit if self._places.webhook(job) else self._places.upload_limit(job)
        names = {
            f"picture-{number}{file.suffix}": file
            for number, file in enumerate(files, 1)
            if file.size <= limit
        }
        try:
            hosted = await self._upload(job, names)
        except calls.TooLargeError:
            hosted = {}
        return tuple(
            hosted.get(f"picture-{number}{file.suffix}", source.url)
            for number, (file, source) in enumerate(zip(files, job.sources, strict=True), 1)
        )

    async def _upload(self, job: Job, names: dict[str, MediaFile]) -> dict[str, str]:
        message = await self._edit(
            job,
            lambda: cards.card(job, [f"attachment://{name}" for name in names]),
            lambda: [discord.File(file.path, name) for name, file in names.items()],
            within=calls.UPLOAD,
        )
        return hosted_files(message)

    async def renew(self, job: Job) -> tuple[str, ...]:
        """Read the card again: Discord signs its files' addresses anew."""
        assert job.card_id is not None
        message = await calls.repeat(self._places.channel(job).get_partial_message(job.card_id).fetch)
        fresh = hosted_files(message)
        return tuple(url if _is_source(job, url) else fresh.get(_name(url), url) for url in job.pictures)

    async def retract(self, job: Job) -> None:
        """Delete the card and tell its owner alone why, both by the interaction's token."""
        webhook = self._places.webhook(job)
        if webhook is None or job.card_id is None or job.reason is None:
            raise LostError(Problem.UNDELIVERABLE)
        card_id, words = job.card_id, text("refusal", job.locale, reason=say(job.reason, job.locale))
        try:
            await calls.repeat(lambda: webhook.delete_message(card_id))
        except calls.TokenDeadError:
            raise
        except LostError:
            log.info("job %s: its card was gone already", job.id, extra={"action": "retract", "job": job.id})
        # A private note that is repeated after a lost answer is seen twice by one person: no harm.
        await calls.repeat(lambda: webhook.send(words, ephemeral=True, allowed_mentions=_nobody()))

    async def _edit(
        self,
        job: Job,
        layout: Callable[[], cards.Layout],
        attachments: Callable[[], Sequence[discord.Attachment | discord.File]],
        within: float = calls.QUICK,
    ) -> discord.Message:
        """Edit the card; layout and files are made anew for each try, since the library uses them up."""
        assert job.card_id is not None
        card_id = job.card_id
        if webhook := self._places.webhook(job):
            try:
                return await calls.repeat(
                    lambda: webhook.edit_message(
                        card_id, view=layout(), attachments=attachments(), allowed_mentions=_nobody()
                    ),
                    within=within,
                )
            except calls.TokenDeadError:
                self._places.bury_token(job)
        partial = self._places.channel(job).get_partial_message(card_id)
        return await calls.repeat(
            lambda: partial.edit(view=layout(), attachments=attachments(), allowed_mentions=_nobody()),
            within=within,
        )


def _name(url: str) -> str:
    file = hosted_at(url)
    return "" if file is None else file.name


def _as_attachment(file: Kept) -> discord.Attachment:
    # The library asks of a kept file nothing but `to_dict`.
    return cast("discord.Attachment", file)


def _nobody() -> discord.AllowedMentions:
    return discord.AllowedMentions.none()
