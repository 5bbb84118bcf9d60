"""The first steps: see that the member has a card, and put the pictures where RunComfy can fetch them.

Nothing here costs anything; what is refused here was never paid for.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from bot.core import events as ev
from bot.core.errors import LostError, MemberError, PassingError, Problem, Reason
from bot.core.job import Job, Wish
from bot.core.media import Media
from bot.core.models import PictureRule
from bot.core.ports import Clock, Courier
from bot.flow.moves import ACKNOWLEDGE_WITHIN, Move

# A picture that cannot be fetched for so long is gone.
PREPARE_WITHIN: Final = timedelta(minutes=10)
# A card's attachment address is good for about a day (PLATFORM.md, section 4).
RENEW_AFTER: Final = timedelta(hours=20)
# Seconds until a job that found all places taken looks again.
_PLACE_LOOK: Final = 1.0


class Preparation:
    """Prepares jobs, a bounded number at a time."""

    def __init__(
        self, *, media: Media, courier: Courier, clock: Clock, chance: Callable[[], float], places: int = 16
    ) -> None:
        self._media = media
        self._courier = courier
        self._clock = clock
        self._chance = chance
        self._places = places

    async def prepare(self, job: Job) -> Move:
        """Fetch the pictures, judge them, and host them on the card."""
        if job.card_id is None:
            return await self._find_card(job)
        if job.wish is Wish.WISHED:
            return Move(ev.Cancelled())
        rule = job.request.picture_rule
        if rule is None:
            return Move(ev.Prepared(()))
        if self._places == 0:
            return Move(None, _PLACE_LOOK * (1 + self._chance()))
        self._places -= 1
        try:
            return await self._host(job, rule)
        finally:
            self._places += 1

    async def _host(self, job: Job, rule: PictureRule) -> Move:
        try:
            async with self._media.pictures(job.sources, rule) as files:
                return Move(ev.Prepared(await self._courier.host(job, files)))
        except (MemberError, LostError) as error:
            return Move(ev.Refused(error.reason))
        except PassingError:
            if self._since(job.accepted_at) < PREPARE_WITHIN:
                raise
            return _pictures_gone(job)

    async def _find_card(self, job: Job) -> Move:
        """Adopt the card of an answer whose record was lost; without a card nothing is done for money."""
        age = self._since(job.accepted_at)
        # A negative age is a clock that was set back, and proves nothing.
        if timedelta(0) <= age < ACKNOWLEDGE_WITHIN:
            return Move(None, (ACKNOWLEDGE_WITHIN - age).total_seconds())
        card_id = await self._courier.find_card(job)
        if card_id is None:
            return Move(ev.Refused(Reason(Problem.NEVER_ACKNOWLEDGED)))
        return Move(ev.Acknowledged(card_id))

    def is_stale(self, job: Job) -> bool:
        """Tell whether the pictures' addresses may have expired while the job waited."""
        return (
            job.prepared_at is not None and bool(job.pictures) and self._since(job.prepared_at) > RENEW_AFTER
        )

    async def renew(self, job: Job) -> Move:
        """Have the pictures' addresses signed anew; without the card they are gone."""
        try:
            return Move(ev.Prepared(await self._courier.renew(job)))
        except LostError:
            return _pictures_gone(job)

    def _since(self, moment: datetime) -> timedelta:
        return self._clock.now() - moment


def _pictures_gone(job: Job) -> Move:
    return Move(ev.Refused(Reason(Problem.PICTURE_GONE, {"filename": job.sources[0].filename})))
