"""A month of jobs at a service that drifts: how many looks ours takes, and whether its estimates hold.

Played without waiting, by the bot's own rule: a job knows of those that have ended before it is sent. The
naive bot looks at the same jobs, at an interval that gives it the same usual delay. The mean of the last ten
is what most bots tell that tell anything.
"""

import asyncio
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from math import floor
from statistics import mean, median
from typing import Final

from bench.load import percentile
from bench.mix import NAIVE_EVERY, Service, Sort
from bench.report import Aim, Part, Row, Series, ratio_at_most
from bot.core.durations import Durations, learned
from bot.core.pace import Bounds, next_look

DAYS: Final = 30
JOBS: Final = 200
"""A day."""
# `runcomfy.look_min` is a second, half of the default, so that the usual delay is that of the naive bot.
BOUNDS: Final = Bounds(1.0, 20.0)
CLAIMS: Final = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
TOLD: Final = 0.8
"""The chance that a card names."""
_DAY: Final = 86_400.0
# Jobs that teach before any is counted: a day of them.
_TAUGHT: Final = JOBS
_REMEMBERED: Final = 200
_TEN: Final = 10


@dataclass(frozen=True, slots=True)
class Watched:
    """One job: how it was looked at, and what was said of it before."""

    day: int
    seconds: float
    looks: int
    delay: float
    """Seconds until it was noticed."""
    ends: tuple[float, ...]
    """By when it should be done with a chance as in CLAIMS."""
    ten: float
    """The mean of the last ten."""


@dataclass(slots=True)
class Month:
    """All that was watched."""

    jobs: list[Watched] = field(default_factory=list[Watched])

    def looks(self) -> float:
        """Return how many a job has taken."""
        return mean(job.looks for job in self.jobs)

    def delay(self, share: float) -> float:
        """Return the seconds after which so large a share was noticed."""
        return percentile([job.delay for job in self.jobs], share)

    def naive(self, every: float, chance: random.Random) -> tuple[float, float]:
        """Return the looks a job, and the usual delay, of who looks at a fixed interval."""
        firsts = [chance.random() * every for _ in self.jobs]
        looks = [
            1 + floor(max(0.0, job.seconds - first) / every) + (job.seconds > first)
            for job, first in zip(self.jobs, firsts, strict=True)
        ]
        delays = [
            first + (number - 1) * every - job.seconds
            for job, first, number in zip(self.jobs, firsts, looks, strict=True)
        ]
        return mean(looks), median(delays)

    def held(self, claim: float) -> float:
        """Return which share was done by when it should be, with this chance."""
        at = CLAIMS.index(claim)
        return mean(job.seconds <= job.ends[at] for job in self.jobs)

    def held_by_ten(self) -> float:
        """Return which share was done by the mean of the last ten."""
        return mean(job.seconds <= job.ten for job in self.jobs)

    def by_days(self) -> list[tuple[float, float]]:
        """Return for each day which share was done by the time told, and by the mean of the last ten."""
        at = CLAIMS.index(TOLD)
        days = [
            [job for job in self.jobs if job.day == day] for day in sorted({job.day for job in self.jobs})
        ]
        return [
            (mean(job.seconds <= job.ends[at] for job in day), mean(job.seconds <= job.ten for job in day))
            for day in days
        ]


def play(seed: int, days: int = DAYS, bounds: Bounds = BOUNDS) -> Month:
    """Play a month."""
    chance = random.Random(seed)
    service, month = Service(chance), Month()
    past = dict[Sort, list[float]]()
    under_way = list[tuple[float, int, Sort, float]]()
    now = 0.0
    for number in range(days * JOBS):
        now += chance.expovariate(JOBS / _DAY)
        while under_way and under_way[0][0] <= now:
            _, _, sort, seconds = heappop(under_way)
            known = past.setdefault(sort, [])
            known.insert(0, seconds)
            del known[_REMEMBERED:]
        sort, seconds = service.job()
        if number >= _TAUGHT and len(own := past.get(sort, [])) >= _TEN:
            month.jobs.append(_watch(int(now / _DAY), seconds, own, bounds, chance))
        heappush(under_way, (now + seconds, number, sort, seconds))
    return month


def _watch(day: int, seconds: float, own: Sequence[float], bounds: Bounds, chance: random.Random) -> Watched:
    durations = learned(own)
    at, looks = 0.0, 0
    while at < seconds:
        at += next_look(at, durations, bounds, chance.random())
        looks += 1
    return Watched(day, seconds, looks, at - seconds, _ends(durations), mean(own[:_TEN]))


def _ends(durations: Durations) -> tuple[float, ...]:
    ends = (durations.by(claim) for claim in CLAIMS)
    return tuple(_DAY if end is None else end for end in ends)


async def measure(rounds: int, days: int = DAYS) -> Part:
    """Play so many months, which are the rounds."""
    months = [await asyncio.to_thread(play, seed, days) for seed in range(1, rounds + 1)]
    fair, usual = list[tuple[float, float]](), list[tuple[float, float]]()
    for number, month in enumerate(months):
        fair.append(month.naive(2 * month.delay(0.5), random.Random(number)))
        usual.append(month.naive(NAIVE_EVERY, random.Random(number)))
    rows = (
        Row(
            "looks a job, same usual delay",
            tuple(month.looks() for month in months),
            tuple(looks for looks, _ in fair),
            "{:.1f}",
            "naive",
            ratio_at_most(1 / 3),
        ),
        Row(
            "noticed p50",
            tuple(month.delay(0.5) for month in months),
            tuple(delay for _, delay in usual),
            "{:.2f} s",
            "naive, 2 s",
        ),
        Row(
            "80 % estimates that held",
            tuple(100 * month.held(TOLD) for month in months),
            tuple(100 * month.held_by_ten() for month in months),
            "{:.1f} %",
            "last ten",
            Aim("78 to 82 %", lambda row: 78 <= row.figure <= 82),
        ),
    )
    return Part(rows, _notes(months, fair, usual, days), series=_series(months))


def _series(months: Sequence[Month]) -> Mapping[str, Series]:
    days = months[0].by_days()
    return {
        "calibration": {
            "said": CLAIMS,
            "what was learned": [mean(month.held(claim) for month in months) for claim in CLAIMS],
            "the mean of the last ten": [mean(month.held_by_ten() for month in months)] * len(CLAIMS),
        },
        "days": {
            "what was learned, said to be 8 in 10": [held for held, _ in days],
            "the mean of the last ten": [held for _, held in days],
        },
    }


def _notes(
    months: Sequence[Month],
    fair: Sequence[tuple[float, float]],
    usual: Sequence[tuple[float, float]],
    days: int,
) -> tuple[str, ...]:
    length = median(mean(job.seconds for job in month.jobs) for month in months)
    late = median(month.delay(0.95) for month in months)
    often = median(looks for looks, _ in usual)
    delay = median(delay for _, delay in fair)
    return (
        (
            f"A month of estimates is {days * JOBS:,} jobs, {length:.0f} s long in the mean; "
            f"looks are {BOUNDS.shortest:g} to {BOUNDS.longest:g} s apart; "
            f"95 of 100 jobs were noticed within {late:.1f} s."
        ),
        (
            f"The naive bot that is compared by its looks notices after {delay:.2f} s; "
            f"every {NAIVE_EVERY:g} s it looks {often:.1f} times a job."
        ),
    )
