"""How long jobs take in the measurements: six kinds of one to a dozen minutes, at a tempo that drifts.

Invented: RunComfy publishes no durations. What makes them hard to foretell is in it: jobs of a kind differ by
a fifth, some wait in a queue first, and all become slower or faster together, slowly or at once.
"""

import random
from dataclasses import dataclass
from math import exp
from typing import Final

from bot.core.models import SeedanceFast

# The tempo is pulled back to the usual one by this share from job to job, and pushed at random.
_PULL: Final = 0.01
_PUSH: Final = 0.02
# So many jobs pass between two sudden changes of it, and what it then is, in the logarithm.
_BETWEEN_STEPS: Final = 400
_STEPS: Final = (0.0, 0.0, 0.4, -0.2)
_SHORTEST: Final = 20.0  # seconds
LONGEST_JOB: Final = 1500.0
NAIVE_EVERY: Final = 2.0
"""Seconds between two looks of the naive bot, as the vendor's command-line client has it."""
# Who waits first does so for this share of the work, in the mean.
_WAIT: Final = 0.4


@dataclass(frozen=True, slots=True)
class Sort:
    """Jobs of one kind."""

    request: SeedanceFast
    middle: float
    """Seconds of work in the middle."""
    spread: float
    """Of its logarithm."""
    waiting: float
    """The share that waits first."""
    weight: int
    """How many of all are of it."""


SORTS: Final = (
    Sort(SeedanceFast(prompt="a", resolution="480p", duration=2), 60, 0.18, 0.10, 3),
    Sort(SeedanceFast(prompt="a", resolution="480p", duration=5), 100, 0.20, 0.15, 3),
    Sort(SeedanceFast(prompt="a", resolution="720p", duration=5), 180, 0.22, 0.15, 3),
    Sort(SeedanceFast(prompt="a", resolution="720p", duration=10), 300, 0.22, 0.20, 2),
    Sort(SeedanceFast(prompt="a", resolution="1080p", duration=5), 480, 0.25, 0.20, 2),
    Sort(SeedanceFast(prompt="a", resolution="1080p", duration=10), 720, 0.25, 0.20, 2),
)


class Service:
    """Draws jobs, one after the other."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._drift = 0.0
        self._step = 0.0

    def job(self) -> tuple[Sort, float]:
        """Return what is ordered next, and how many seconds it takes."""
        (sort,) = self._chance.choices(SORTS, [sort.weight for sort in SORTS])
        return sort, self.seconds(sort)

    def seconds(self, sort: Sort) -> float:
        """Return how many seconds the next job of this kind takes."""
        self._drift += self._chance.gauss(0, _PUSH) - _PULL * self._drift
        if self._chance.random() < 1 / _BETWEEN_STEPS:
            self._step = self._chance.choice(_STEPS)
        work = sort.middle * exp(self._chance.gauss(0, sort.spread) + self._drift + self._step)
        waits = self._chance.random() < sort.waiting
        wait = self._chance.expovariate(1 / (_WAIT * sort.middle)) if waits else 0.0
        return min(max(work + wait, _SHORTEST), LONGEST_JOB)
