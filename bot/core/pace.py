"""When to look at a running job next, from how long such jobs took before. Pure: time and chance come in.

Looks are dense where jobs usually end, and rare before and after. In proportion to the chance that a job ends
they would be fewest for the usual delay, by the root of it for the mean delay; they are between the two, so
that few wait long. All jobs together keep to a number of looks per second; each is slowed alike.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Final

from bot.core.durations import Durations

# A stretch of time in which so many of the jobs end that still run. Less means more looks and less delay.
LOOK_CHANCE: Final = 0.03
# How far looks follow that stretch: at 1 they are as far apart as it is long, at 0 always equally far.
_FOLLOWS: Final = 2 / 3
# Where it is so long, in seconds, they are as far apart in any case.
_EVEN: Final = 1.5
# A look that comes so much of its wait sooner or later hits as well, and is in step with no other.
_SPREAD: Final = 0.1
# So many looks share a stretch of the calendar where there may be few a second.
_IN_A_STRETCH: Final = 4


@dataclass(frozen=True, slots=True)
class Bounds:
    """The shortest and the longest time between two looks, in seconds, the first look included."""

    shortest: float
    longest: float

    def clamp(self, seconds: float) -> float:
        """Return the nearest time within the bounds."""
        return min(max(seconds, self.shortest), self.longest)


def next_look(elapsed: float, durations: Durations, bounds: Bounds, chance: float) -> float:
    """Return the seconds until the next look at a job that has run for `elapsed` seconds.

    `chance` in [0, 1) spreads looks by a tenth, within the bounds, so that they never fall into step.
    """
    due = durations.by(LOOK_CHANCE, elapsed)
    wish = bounds.longest if due is None else bounds.clamp(_EVEN * ((due - elapsed) / _EVEN) ** _FOLLOWS)
    low, high = bounds.clamp(wish * (1 - _SPREAD)), bounds.clamp(wish * (1 + _SPREAD))
    return low + chance * (high - low)


class Calendar:
    """The looks that are booked, by stretches of time; none is given more than there may be.

    Where the running jobs wish for more looks than there may be, all are slowed by the same factor, so nobody
    waits for ever behind those that are looked at often. Needs no memory per job.
    """

    def __init__(self, most: float) -> None:
        """`most`: looks per second."""
        self._most = most
        # In seconds: long enough for some looks.
        self._stretch = max(1.0, _IN_A_STRETCH / most)
        self._room = int(most * self._stretch)
        self._looks = Counter[int]()
        self._rates = defaultdict[int, float](float)
        self._wished = 0.0
        """Looks per second: a job counts from one look to its next."""
        self._now = 0

    def book(self, wish: float, now: float) -> float:
        """Return how long to wait where `wish` seconds are wished for: longer where too many wish."""
        self._forget(int(now / self._stretch))
        rate = 1 / wish
        self._wished += rate
        due = now + wish * max(1.0, self._wished / self._most)
        at = int(due / self._stretch)
        if self._looks[at] >= self._room:
            at = self._free_after(at)
            # As late in it as it would have been.
            due = at * self._stretch + due % self._stretch
        self._looks[at] += 1
        self._rates[at] += rate
        return due - now

    def _free_after(self, at: int) -> int:
        while self._looks[at] >= self._room:
            at += 1
        return at

    def _forget(self, now: int) -> None:
        if now == self._now:
            return
        self._now = now
        for past in [each for each in self._looks if each < now]:
            del self._looks[past]
            self._wished -= self._rates.pop(past, 0.0)
        if not self._looks:
            # Nothing of the roundings stays.
            self._wished = 0.0


def back_off(failures: int, chance: float, *, first: float = 1.0, most: float = 60.0) -> float:
    """Return the seconds to wait after so many failures in a row: doubling, with jitter, bounded."""
    return min(first * 2 ** min(failures - 1, 16), most) * (0.5 + chance / 2)
