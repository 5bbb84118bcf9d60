"""The last step but one: bring the result into the channel, once, by the first way that Discord takes.

The ways are tried in order, and each is committed before it is tried: the file as it is, a smaller version,
a link.
"""

from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Final

from bot.core import events as ev
from bot.core import pace
from bot.core.errors import LostError, PassingError, Problem, Reason, TooLargeError
from bot.core.events import Way
from bot.core.ids import JobId, MessageId
from bot.core.job import Job, Wish
from bot.core.media import Media
from bot.core.ports import Clock, Courier
from bot.flow.at_a_time import AtATime
from bot.flow.moves import REQUEST_ROOM, SMALLEST_ROOM, STUMBLES, USUAL_ROOM, Move, Patience
from bot.flow.once import Once
from bot.flow.tailor import Outfit, Tailor

# A result that is broken so many times in a row will not get better.
BROKEN_RESULTS: Final = 4
# The longest time between two tries to send, in seconds; longer where minutes of work precede each.
_PAUSE: Final = 60.0
_LONG_PAUSE: Final = 300.0
_OF_A_FILE: Final = frozenset({Problem.RESULT_GONE, Problem.RESULT_BROKEN})


class Delivery:
    """Delivers, a bounded number at a time; what takes long does not stand in the way of what does not."""

    def __init__(
        self,
        *,
        media: Media,
        courier: Courier,
        tailor: Tailor,
        once: Once,
        clock: Clock,
        chance: Callable[[], float],
        patience: Patience,
        places: int = 8,
        workbenches: int = 2,
    ) -> None:
        """`workbenches`: how many results are joined or made smaller, or wait to be, beside `places`."""
        self._media = media
        self._courier = courier
        self._tailor = tailor
        self._once = once
        self._clock = clock
        self._chance = chance
        self._patience = patience
        self._relaying = AtATime(places, chance)
        self._tailoring = AtATime(workbenches, chance)
        self._broken = Counter[JobId]()
        self._stumbles = Counter[JobId]()

    async def deliver(self, job: Job) -> Move:
        """Bring the result into the channel, once."""
        if job.wish is Wish.WISHED:
            return Move(ev.CancelRefused())
        if not self._once.may_send(job):
            return await self._search(job)
        at_a_time = self._tailoring if _takes_long(job) else self._relaying
        return await at_a_time.run(lambda: self._try(job))

    async def _try(self, job: Job) -> Move:
        try:
            move = await self._relay(job)
        except LostError as error:
            move = await self._after_loss(job, error)
        except PassingError as error:
            move = await self._after_stumble(job, error)
        if not isinstance(move.event, ev.Posting):
            del self._broken[job.id], self._stumbles[job.id]
        return move

    async def _relay(self, job: Job) -> Move:
        if job.way is Way.LINKED:
            return await self._send(job, lambda: self._courier.post_links(job))
        async with AsyncExitStack() as stack:
            files = await stack.enter_async_context(self._media.results(job.outputs))
            size = max(file.size for file in files)
            outfit = await stack.enter_async_context(self._tailor.joined(job, files))
            room = job.room or self._courier.room(job)
            if job.way is Way.WHOLE and outfit.largest > room:
                return await self._reroute(job, ev.Rerouted(Way.FITTED, room, size))
            if job.way is Way.FITTED:
                try:
                    outfit = await stack.enter_async_context(self._tailor.fitted(job, outfit, room))
                except TooLargeError:
                    return await self._reroute(job, ev.Rerouted(Way.LINKED, room, size))
            return await self._post(job, outfit, room, size)

    async def _post(self, job: Job, outfit: Outfit, room: int, size: int) -> Move:
        try:
            return await self._send(job, lambda: self._courier.post(job, outfit.files, apart=outfit.apart))
        except TooLargeError:
            return await self._reroute(job, _next_way(outfit, room, size))
        except PassingError as error:
            # An upload that is too large may end in nothing but a broken connection (PLATFORM.md, section 4).
            self._stumbles[job.id] += 1
            if outfit.largest <= USUAL_ROOM or self._stumbles[job.id] < STUMBLES:
                error.retry_after = max(error.retry_after or 0.0, self._pause(job))
                raise
            return await self._reroute(job, _next_way(outfit, room, size))

    async def _reroute(self, job: Job, rerouted: ev.Rerouted) -> Move:
        """Go another way, unless an earlier life has got through on this one without hearing of it."""
        found = None if self._once.is_untried(job) else await self._once.search(job)
        return Move(rerouted if found is None else ev.Delivered(found))

    async def _send(self, job: Job, post: Callable[[], Awaitable[MessageId]]) -> Move:
        # What came before may have taken longer than Discord remembers.
        if not self._once.may_send(job):
            return await self._search(job)
        if (found := await self._once.earlier(job)) is not None:
            return Move(ev.Delivered(found))
        self._once.trying(job)
        return Move(ev.Delivered(await post()))

    async def _search(self, job: Job) -> Move:
        found = await self._once.search(job)
        if found is not None:
            return Move(ev.Delivered(found))
        return Move(ev.Posting(), self._pause(job))

    def _pause(self, job: Job) -> float:
        """Return the seconds until a send that failed is tried again, and all that leads up to it."""
        stumbles = self._stumbles[job.id]
        most = _LONG_PAUSE if _takes_long(job) else _PAUSE
        return pace.back_off(stumbles, self._chance(), most=most) if stumbles else 0.0

    async def _after_loss(self, job: Job, error: LostError) -> Move:
        """Go on with the addresses where they may lead somewhere: a file too large, or one of several."""
        is_carried = error.reason.problem is not Problem.RESULT_TOO_LARGE
        if is_carried and (error.reason.problem not in _OF_A_FILE or len(job.outputs) < 2):
            return Move(ev.Undeliverable(error.reason))
        return await self._last_way(job, error.reason)

    async def _after_stumble(self, job: Job, error: PassingError) -> Move:
        """Go the last way where it has gone on for too long; raise the error again otherwise."""
        if error.reason.problem is Problem.RESULT_BROKEN:
            self._broken[job.id] += 1
            if self._broken[job.id] >= BROKEN_RESULTS:
                return await self._after_loss(job, LostError(Problem.RESULT_BROKEN))
        if self._patience.is_over(job.finished_at, self._clock.now()):
            return await self._last_way(job, Reason(Problem.UNDELIVERABLE))
        raise error

    async def _last_way(self, job: Job, reason: Reason) -> Move:
        """Post the addresses; where those were posted in vain, nothing is left."""
        if job.way is Way.LINKED:
            return Move(ev.Undeliverable(reason))
        limit = int(reason.facts.get("limit", 0)) or job.room or self._courier.room(job)
        return await self._reroute(job, ev.Rerouted(Way.LINKED, limit, job.size or limit))


def _takes_long(job: Job) -> bool:
    """Tell whether the result is joined or made smaller before each try."""
    return job.way is Way.FITTED or job.is_one_clip


def _next_way(outfit: Outfit, room: int, size: int) -> ev.Rerouted:
    """Return what is left to try where Discord has refused files of this size."""
    for total in (REQUEST_ROOM, USUAL_ROOM, SMALLEST_ROOM):
        narrower = total // len(outfit.files)
        if narrower < outfit.largest:
            return ev.Rerouted(Way.FITTED, narrower, size)
    return ev.Rerouted(Way.LINKED, room, size)
