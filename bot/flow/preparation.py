"""The first steps: see that the member has a card, and put the pictures where RunComfy can fetch them.

Nothing here costs anything; what is refused here was never paid for.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from bot.core import events as ev
from bot.core.errors import LostError, MemberError, PassingError, Problem, Reason, TooLargeError
from bot.core.ids import JobId
from bot.core.job import Job, Wish
from bot.core.media import Media, MediaFile
from bot.core.models import PictureRule
from bot.core.ports import Clock, Courier, Store
from bot.core.source import PictureSource
from bot.flow.at_a_time import AtATime
from bot.flow.lenders import Lenders
from bot.flow.moves import ACKNOWLEDGE_WITHIN, REQUEST_ROOM, SMALLEST_ROOM, STUMBLES, Move
from bot.flow.question import ANSWER_WITHIN, Question

# A picture that cannot be fetched for so long is gone.
PREPARE_WITHIN: Final = timedelta(minutes=10)
# A card's attachment address is good for about a day (PLATFORM.md, section 4).
RENEW_AFTER: Final = timedelta(hours=20)


class Preparation:
    """Prepares jobs, a bounded number at a time."""

    def __init__(
        self,
        *,
        media: Media,
        courier: Courier,
        store: Store,
        clock: Clock,
        chance: Callable[[], float],
        places: int = 16,
    ) -> None:
        self._media = media
        self._courier = courier
        self._clock = clock
        self._lenders = Lenders(store, courier)
        self._question = Question(media=media, courier=courier, clock=clock)
        self._fetching = AtATime(places, chance)
        self._stumbles = Counter[JobId]()

    async def prepare(self, job: Job) -> Move:
        """Fetch the pictures, mend them, and host them on the card; ask their owner where it must be."""
        if job.card_id is None:
            return await self._find_card(job)
        if job.wish is Wish.WISHED:
            self._question.forget(job)
            return Move(ev.Cancelled())
        rule = job.request.picture_rule
        if rule is None:
            return Move(ev.Prepared(()))
        return await self._fetching.run(lambda: self._fetch(job, rule))

    async def _fetch(self, job: Job, rule: PictureRule) -> Move:
        try:
            sources = await self._lenders.sources(job)
            if self._question.is_open(job):
                return await self._question.wait(job, sources, rule)
            self._question.forget(job)
            return Move(await self._host(job, sources, rule))
        except MemberError as error:
            may_ask = self._question.may_be_asked(job, error)
            return Move(ev.Asked(error.reason) if may_ask else ev.Refused(error.reason))
        except LostError as error:
            return Move(ev.Refused(error.reason))
        except PassingError:
            if not self._is_hopeless(job):
                raise
            return self._given_up(job)

    async def _host(self, job: Job, sources: tuple[PictureSource, ...], rule: PictureRule) -> ev.Prepared:
        rooms = _rooms(self._courier.card_room(job), len(sources))
        # An upload that is too large may end in nothing but a broken connection (PLATFORM.md, section 4).
        for room in rooms[min(self._stumbles[job.id] // STUMBLES, len(rooms) - 1) :]:
            pictures = self._media.pictures(sources, rule, framing=job.framing, room=room)
            async with pictures as files:
                with suppress(TooLargeError):
                    hosted = await self._upload(job, files)
                    return ev.Prepared(hosted, tuple(file.mended for file in files))
        least = rooms[-1]
        raise LostError(Problem.PICTURE_TOO_HEAVY, filename=sources[0].filename, size=least, limit=least)

    async def _upload(self, job: Job, files: Sequence[MediaFile]) -> tuple[str, ...]:
        try:
            hosted = await self._courier.host(job, files)
        except PassingError:
            self._stumbles[job.id] += 1
            raise
        del self._stumbles[job.id]
        return hosted

    def _is_hopeless(self, job: Job) -> bool:
        # The time for an answer is not taken from the time for the work.
        within = PREPARE_WITHIN + (ANSWER_WITHIN if job.asked_at is not None else timedelta(0))
        return self._since(job.asked_at or job.accepted_at) >= within

    def _given_up(self, job: Job) -> Move:
        if not self._stumbles.pop(job.id, 0):
            return _pictures_gone(job)
        return Move(ev.Refused(Reason(Problem.CHAT_UNREACHABLE)))

    async def _find_card(self, job: Job) -> Move:
        """Adopt the card of an answer whose record was lost; without a card nothing is done for money."""
        age = self._since(job.accepted_at)
        # A negative age is a clock that was set back, and proves nothing.
        if timedelta(0) <= age < ACKNOWLEDGE_WITHIN:
            return Move(None, (ACKNOWLEDGE_WITHIN - age).total_seconds())
        try:
            card_id = await self._courier.find_card(job)
        except LostError as error:
            return Move(ev.Refused(error.reason))
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


def _rooms(known: int, count: int) -> list[int]:
    """Return how large each picture may be, in bytes: as Discord says, then as a whole request may bear."""
    narrower = [total // count for total in (REQUEST_ROOM, SMALLEST_ROOM)]
    return [known, *(room for room in narrower if room < known)]


def _pictures_gone(job: Job) -> Move:
    return Move(ev.Refused(Reason(Problem.PICTURE_GONE, {"filename": job.sources[0].filename})))
