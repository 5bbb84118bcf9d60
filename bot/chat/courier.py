"""Brings cards, results and bad news to the member. Implements `core.ports.Courier`.

While an interaction's token lives, the card is edited with it (no rate limit of the bot's is spent);
afterwards with the bot's own. Every call here may be repeated.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import cast

import discord

from bot.chat import calls, cards, notes, questions
from bot.chat.earlier import Earlier
from bot.chat.hosted import hosted_at, hosted_files
from bot.chat.posts import Posts
from bot.chat.traces import is_card
from bot.core.errors import LostError, PassingError, Problem
from bot.core.ids import MessageId
from bot.core.job import Job
from bot.core.media import MediaFile
from bot.core.mending import Framing

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
    found = [hosted_at(url) for url in job.pictures]
    return [Kept(file.attachment_id, file.name) for file in found if file is not None]


class DiscordCourier(Posts, Earlier):
    """The courier of one bot: the card's side here, new messages in `Posts`, old ones in `Earlier`."""

    async def find_card(self, job: Job) -> MessageId | None:
        """Ask for the interaction's first answer, which is the card; without a token, look for it.

        LostError where it is none of ours, which only another process with our token can have given.
        """
        webhook = self._places.webhook(job)
        if webhook is None:
            return await self.find_answer(job)
        # The library types message ids as integers; Discord names the first answer by this word.
        original = cast("int", "@original")
        try:
            message = await calls.repeat(lambda: webhook.fetch_message(original))
        except calls.TokenDeadError:
            return await self.find_answer(job)
        except LostError:
            return None
        if is_card(message, job):
            return MessageId(message.id)
        if message.flags.ephemeral:
            return None
        log.error(
            "job %s: another process has answered its command. Two bots run with one token: stop one.",
            job.id,
            extra={"action": "double", "job": job.id},
        )
        raise LostError(Problem.ANSWERED_BY_ANOTHER)

    async def show(self, job: Job, done: float | None = None) -> None:
        """Make the card tell the job's state, and the share of what is being done to its result."""
        if job.card_id is None:
            return
        keep = kept(job)
        shown = [f"attachment://{file.to_dict()['filename']}" for file in keep]
        await self._edit(
            job, lambda: cards.card(job, shown, done), lambda: [_as_attachment(file) for file in keep]
        )

    def card_room(self, job: Job) -> int:
        """Return how many bytes a file on the card may have now, as far as is known."""
        return self._places.card_room(job)

    async def host(self, job: Job, files: Sequence[MediaFile]) -> tuple[str, ...]:
        """Put the pictures on the card; TooLargeError where Discord does not take them: it is as it was."""
        names = [f"picture-{number}{file.suffix}" for number, file in enumerate(files, 1)]
        message = await self._edit(
            job,
            lambda: cards.card(job, [f"attachment://{name}" for name in names]),
            lambda: [discord.File(file.path, name) for file, name in zip(files, names, strict=True)],
            within=calls.UPLOAD,
        )
        hosted = hosted_files(message)
        if not hosted.keys() >= set(names):
            raise PassingError(Problem.CHAT_UNREACHABLE)
        return tuple(hosted[name] for name in names)

    async def renew(self, job: Job) -> tuple[str, ...]:
        """Read the card again: Discord signs its files' addresses anew."""
        assert job.card_id is not None
        message = await calls.repeat(self._places.channel(job).get_partial_message(job.card_id).fetch)
        fresh = hosted_files(message)
        return tuple(fresh.get(_name(url), url) for url in job.pictures)

    async def ask(self, job: Job, previews: Mapping[Framing, MediaFile]) -> None:
        """Ask the owner alone what to do about a picture's shape; LostError if the token is dead.

        A question that is repeated after a lost answer is seen twice by one person: no harm.
        """
        webhook = self._places.webhook(job)
        if webhook is None:
            raise LostError(Problem.UNDELIVERABLE)
        names = {framing: f"{framing}{file.suffix}" for framing, file in previews.items()}
        await calls.repeat(
            lambda: webhook.send(
                view=questions.question(job, names),
                files=[discord.File(file.path, names[framing]) for framing, file in previews.items()],
                ephemeral=True,
                allowed_mentions=_nobody(),
            ),
            within=calls.UPLOAD,
        )

    async def retract(self, job: Job) -> None:
        """Delete the card and tell its owner alone why, both by the interaction's token."""
        webhook = self._places.webhook(job)
        if webhook is None or job.card_id is None or job.reason is None:
            raise LostError(Problem.UNDELIVERABLE)
        card_id = job.card_id
        try:
            await calls.repeat(lambda: webhook.delete_message(card_id))
        except calls.TokenDeadError:
            raise
        except LostError:
            log.info("job %s: its card was gone already", job.id, extra={"action": "retract", "job": job.id})
        # A private note that is repeated after a lost answer is seen twice by one person: no harm.
        for words in notes.retraction(job):
            await calls.repeat(partial(webhook.send, words, ephemeral=True, allowed_mentions=_nobody()))

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
