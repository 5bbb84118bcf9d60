"""A thousand jobs under way and a limit of calls: how many looks fall into one second, and what that costs.

Played without waiting, by the bot's own rule and its calendar of looks. The naive bot has a task for each of
the same jobs, which began at random moments.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from statistics import median
from typing import Final

from bench.crowd import Remaining, under_way
from bench.load import percentile
from bench.mix import NAIVE_EVERY, SORTS, Service, Sort
from bench.report import Part, Row, ratio_at_most
from bot.core.durations import Durations, learned
from bot.core.pace import Bounds, Calendar, next_look

JOBS: Final = 1000
SECONDS: Final = 300
LOOKS_PER_SECOND: Final = 100.0
BOUNDS: Final = Bounds(2.0, 20.0)
_TAUGHT: Final = 60
# What all begin with together is not counted.
_SETTLES: Final = 60


@dataclass(frozen=True, slots=True)
class Rush:
    """The looks in each second, and the seconds after which jobs were noticed."""

    looks: Counter[int]
    delays: list[float]

    @property
    def peak(self) -> float:
        """The most looks in one second."""
        return float(max(self.looks.values()))

    @property
    def delay(self) -> float:
        """The usual one."""
        return percentile(self.delays, 0.5)


class _Crowd:
    """So many jobs under way at any time: where one ends, another is sent."""

    def __init__(self, jobs: Sequence[Remaining], seconds: int, chance: random.Random) -> None:
        service, self._chance = Service(chance), chance
        self._known: dict[Sort, Durations] = {
            sort: learned([service.seconds(sort) for _ in range(_TAUGHT)]) for sort in SORTS
        }
        self._service = service
        self._jobs, self._seconds = jobs, seconds

    def ours(self) -> Rush:
        """Follow them by the bot's rule."""
        calendar = Calendar(LOOKS_PER_SECOND)

        def wait(sort: Sort, elapsed: float, now: float) -> float:
            wish = next_look(elapsed, self._known[sort], BOUNDS, self._chance.random())
            return calendar.book(wish, now)

        return self._follow(wait)

    def naive(self) -> Rush:
        """Follow them at a fixed interval."""
        first = (self._chance.random() * NAIVE_EVERY for _ in self._jobs)

        def wait(_sort: Sort, _elapsed: float, _now: float) -> float:
            return next(first, NAIVE_EVERY)

        return self._follow(wait)

    def _follow(self, wait: Callable[[Sort, float, float], float]) -> Rush:
        rush = Rush(Counter(), [])
        due = [
            (wait(job.sort, job.age, 0.0), number, job.sort, -job.age, job.left)
            for number, job in enumerate(self._jobs)
        ]
        heapify(due)
        while due[0][0] < self._seconds:
            now, number, sort, sent, ends = heappop(due)
            counts = now >= _SETTLES
            rush.looks[int(now)] += counts
            if now >= ends:
                if counts:
                    rush.delays.append(now - ends)
                sort, seconds = self._service.job()
                sent, ends = now, now + seconds
            heappush(due, (now + wait(sort, now - sent, now), number, sort, sent, ends))
        return rush


def play(seed: int, jobs: int = JOBS, seconds: int = SECONDS) -> tuple[Rush, Rush]:
    """Return what ours and the naive bot did, from the same jobs on."""
    crowd = under_way(jobs, random.Random(seed))
    ours, naive = (_Crowd(crowd, seconds, random.Random(seed)) for _ in range(2))
    return ours.ours(), naive.naive()


async def measure(rounds: int) -> Part:
    """Play so many times."""
    played = [await asyncio.to_thread(play, seed) for seed in range(1, rounds + 1)]
    ours, naive = [each for each, _ in played], [each for _, each in played]
    return Part(
        (
            Row(
                f"looks a second at most, {JOBS:,} jobs",
                tuple(each.peak for each in ours),
                tuple(each.peak for each in naive),
                "{:.0f}",
                "naive",
                ratio_at_most(1 / 5),
            ),
            Row(
                "noticed p50, at so few looks",
                tuple(each.delay for each in ours),
                tuple(each.delay for each in naive),
                "{:.2f} s",
                "naive",
            ),
        ),
        (
            (
                f"Where looks were counted by the second, ours might make {LOOKS_PER_SECOND:g} in each, "
                f"{BOUNDS.shortest:g} to {BOUNDS.longest:g} s apart; it noticed 95 of 100 jobs within "
                f"{median(percentile(each.delays, 0.95) for each in ours):.1f} s."
            ),
        ),
    )
