"""When the jobs at RunComfy are looked at, and by when they are likely done: what was learned of each kind.

Durations are the store's; here they are kept in memory by kind, so that a look asks no further question.
"""

from collections.abc import Callable
from itertools import chain
from typing import Final

from bot.core import pace
from bot.core.durations import ENOUGH, Durations, learned
from bot.core.likeness import Likeness, likeness, others, scale
from bot.core.models import Request
from bot.core.ports import Clock, Store

# The share of jobs that are done by the moment that a card names.
LIKELY: Final = 0.8
# An estimate that is over is replaced by one at least so much later, as a share of what has passed.
_LATER: Final = 0.1
# Kinds in memory; there are some eighty.
_KINDS: Final = 256
# After so many seconds the store is asked again: another process may have seen jobs end.
_GOOD_FOR: Final = 600.0


class Lookout:
    """What is known of how long jobs take, and the looks that follow from it."""

    def __init__(
        self, store: Store, clock: Clock, chance: Callable[[], float], bounds: pace.Bounds, most: float
    ) -> None:
        """`most`: looks per second at all jobs together."""
        self._store = store
        self._clock = clock
        self._chance = chance
        self._bounds = bounds
        self._calendar = pace.Calendar(most)
        self._known: dict[Likeness, tuple[float, Durations]] = {}

    async def of(self, request: Request) -> Durations:
        """Return how long jobs of its kind take; asks the store only where that is not in memory."""
        kind, now = likeness(request), self._clock.monotonic()
        if (known := self._known.get(kind)) is not None and now - known[0] < _GOOD_FOR:
            return known[1]
        durations = await self._learn(request)
        self._known.pop(kind, None)
        if len(self._known) >= _KINDS:
            del self._known[next(iter(self._known))]
        self._known[kind] = now, durations
        return durations

    def forget(self, request: Request) -> None:
        """Have its kind learned again: a job of it has ended."""
        self._known.pop(likeness(request), None)

    def first_look(self, request: Request) -> float:
        """Return the seconds until the first look at a job just sent. Asks nobody: its claim has asked."""
        known = self._known.get(likeness(request))
        return self._bounds.shortest if known is None else self.next_look(0.0, known[1])

    def next_look(self, elapsed: float, durations: Durations) -> float:
        """Return the seconds until the next look at a job that has run for so long, and count on it."""
        wish = pace.next_look(elapsed, durations, self._bounds, self._chance())
        return self._calendar.book(wish, self._clock.monotonic())

    def next_rare_look(self, wish: float) -> float:
        """Return the same for a job about whose end nothing is known any more."""
        return self._calendar.book(wish, self._clock.monotonic())

    async def _learn(self, request: Request) -> Durations:
        own = await self._store.durations(request)
        if len(own) >= ENOUGH:
            return learned(own)
        borrowed = [
            [duration * scale(other, request) for duration in await self._store.durations(other)]
            for other in others(request)
        ]
        # A few of each: one that is ordered often does not speak for all.
        return learned(own, list(chain.from_iterable(each[:2] for each in borrowed)))


def estimate(durations: Durations, elapsed: float = 0.0) -> tuple[float | None, float | None]:
    """Return the middle and the likely end, in seconds since the job was sent, of one that still runs.

    None where there is nothing to say: no job was seen, or none that took so long.
    """
    if not durations.known:
        return None, None
    likely = durations.by(LIKELY, elapsed)
    return durations.by(0.5), None if likely is None else max(likely, elapsed * (1 + _LATER))
