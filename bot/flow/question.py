"""The one question that a job may ask: what to do about a picture whose shape its model does not take.

Asked once in a life of the bot, privately, by the interaction's token; the answer comes as a press.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from bot.core import events as ev
from bot.core.errors import LostError, MemberError, Problem
from bot.core.ids import JobId
from bot.core.job import Job
from bot.core.media import Media
from bot.core.models import PictureRule
from bot.core.ports import Clock, Courier
from bot.core.source import PictureSource
from bot.flow.moves import Move

# Long enough to look at two pictures; a token lives for a few minutes more, to say what became of it.
ANSWER_WITHIN: Final = timedelta(minutes=10)


class Question:
    """Asks, and waits for the answer."""

    def __init__(self, *, media: Media, courier: Courier, clock: Clock) -> None:
        self._media = media
        self._courier = courier
        self._clock = clock
        self._asked = set[JobId]()

    def is_open(self, job: Job) -> bool:
        """Tell whether an answer is waited for."""
        return job.asked_at is not None and job.framing is None

    def may_be_asked(self, job: Job, error: MemberError) -> bool:
        """Tell whether this is something that the owner can decide, and can still be asked about."""
        is_about_shape = error.reason.problem is Problem.PICTURE_ASPECT and job.framing is None
        return is_about_shape and job.token is not None and job.token.is_alive(self._clock.now())

    def forget(self, job: Job) -> None:
        """Keep nothing of a question that is over."""
        self._asked.discard(job.id)

    async def wait(self, job: Job, sources: Sequence[PictureSource], rule: PictureRule) -> Move:
        """Ask if this life has not, and wait for as long as the answer may take."""
        assert job.asked_at is not None
        assert job.reason is not None
        left = ANSWER_WITHIN - (self._clock.now() - job.asked_at)
        if left <= timedelta(0):
            self.forget(job)
            return Move(ev.Refused(job.reason))
        if job.id not in self._asked:
            try:
                async with self._media.previews(sources, rule) as previews:
                    await self._courier.ask(job, previews)
            except LostError:
                return Move(ev.Refused(job.reason))
            self._asked.add(job.id)
        # A clock that was set back does not make the wait longer.
        return Move(None, min(left, ANSWER_WITHIN).total_seconds())
