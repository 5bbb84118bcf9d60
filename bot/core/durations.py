"""How long a job may still take, as a distribution learned from how long such jobs took before. Pure.

Every duration that is known stands for a few around it, and recent ones count more. A doubt is mixed in: one
more job, of which little is known. It keeps a long tail open where few jobs were seen.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from math import exp, log, sqrt
from statistics import NormalDist
from typing import Final

# Where nothing at all is known: the middle, in seconds; and how wide a doubt is. Of what lasts longer than
# the middle, or than any later moment, half still runs after 2 to the power of this times as long.
_UNKNOWN: Final = 60.0
_WIDE: Final = 1.0
# The doubt beside what is known.
_DOUBT: Final = 0.5
# A job counts half as much as the one that ended so many jobs of its kind later.
HALF_AFTER: Final = 15
# Older ones than so many count for nothing any more.
MOST: Final = 60
# Jobs of other kinds count so much less, and not at all beside enough of its own kind.
_BORROWED: Final = 0.3
ENOUGH: Final = 8
# How far around itself one duration speaks for: little where many are known.
_SMEAR: Final = 0.05
_SMEAR_OF_ONE: Final = 0.3

_FIVE: Final = tuple(NormalDist().inv_cdf((number + 0.5) / 5) for number in range(5))
# In the logarithm, with the weight that ends by each: halves of halves, far out on both sides.
_HALVES: Final = tuple((end * log(2), 0.5 ** (half + 1)) for half in range(1, 13) for end in (1 - half, half))

_Points = list[tuple[float, float]]


class Durations:
    """By when which share of the jobs has ended: rising, between two known moments a straight line."""

    def __init__(self, points: Iterable[tuple[float, float]], known: int) -> None:
        """`points`: seconds and the weight that lies there; `known`: how many jobs are behind them."""
        ordered = sorted(points)
        total = sum(weight for _, weight in ordered)
        self._ends = (0.0, *(end for end, _ in ordered))
        # Rounding may leave the last one a little beside 1.
        shares = [share / total for share in accumulate(weight for _, weight in ordered)][:-1]
        self._shares = (0.0, *shares, 1.0)
        self.known = known
        """How many jobs are behind it; 0: it is a guess."""

    def ended(self, by: float) -> float:
        """Return which share of the jobs has ended by then."""
        at = bisect_right(self._ends, by)
        if at >= len(self._ends):
            return 1.0
        return _between(by, self._ends[at - 1 : at + 1], self._shares[at - 1 : at + 1])

    def by(self, share: float, after: float = 0.0) -> float | None:
        """Return by when so large a share of those jobs has ended that last longer than `after`.

        More than `after`; None where no job is known to last that long.
        """
        gone = self.ended(after)
        wanted = gone + share * (1 - gone)
        at = min(bisect_left(self._shares, wanted), len(self._shares) - 1)
        if gone >= 1 or at < 1:
            return None
        end = _between(wanted, self._shares[at - 1 : at + 1], self._ends[at - 1 : at + 1])
        return end if end > after else None


def learned(own: Sequence[float], borrowed: Sequence[float] = ()) -> Durations:
    """Return the distribution after jobs of its own kind, and others made comparable, both newest first."""
    known = _weighted(own[:MOST], 1.0)
    if len(own) < ENOUGH:
        known += _weighted(borrowed[:ENOUGH], _BORROWED)
    if not known:
        return Durations(_doubt(_UNKNOWN, _WIDE), known=0)
    smear = _SMEAR + _SMEAR_OF_ONE / sqrt(len(known)) / max(1, len(own))
    points = [point for end, weight in known for point in _around(end, weight, smear)]
    return Durations([*points, *_doubt(_middle(known), _DOUBT)], known=len(known))


def _weighted(durations: Sequence[float], weight: float) -> _Points:
    # A wall clock that was set back in between would count against zero.
    return [(max(end, 1.0), weight * 0.5 ** (age / HALF_AFTER)) for age, end in enumerate(durations)]


def _around(end: float, weight: float, smear: float) -> _Points:
    return [(end * exp(smear * node), weight / len(_FIVE)) for node in _FIVE]


def _doubt(middle: float, width: float) -> _Points:
    return [(middle * exp(width * node), weight) for node, weight in _HALVES]


def _middle(known: _Points) -> float:
    half = sum(weight for _, weight in known) / 2
    ordered = sorted(known)
    sums = list(accumulate(weight for _, weight in ordered))
    return ordered[min(bisect_left(sums, half), len(ordered) - 1)][0]


def _between(value: float, given: Sequence[float], wanted: Sequence[float]) -> float:
    """Return what belongs to a value between two given ones."""
    (low, high), (start, end) = given, wanted
    return end if high <= low else start + (end - start) * (value - low) / (high - low)
