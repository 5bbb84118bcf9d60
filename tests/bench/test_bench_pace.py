"""The measurements of looks at a small size: that they measure, and count as they say."""

import random
from statistics import mean

import pytest

from bench import month, notice, rush
from bench.crowd import under_way
from bench.mix import SORTS, Service


async def test_a_month_is_measured_against_looks_at_an_interval_and_the_mean_of_ten() -> None:
    part = await month.measure(1, days=4)
    played = month.play(1, days=4)

    looks, noticed, held = part.rows
    assert looks.ratio < 1
    assert noticed.ours == (played.delay(0.5),)
    assert held.ours[0] > held.baseline[0]
    assert part.series["calibration"]["what was learned"] == [played.held(claim) for claim in month.CLAIMS]
    assert part.series["days"]["the mean of the last ten"] == [held for _, held in played.by_days()]


def test_who_looks_at_an_interval_notices_after_half_of_it_in_the_mean() -> None:
    played = month.play(3, days=4)
    looks, delay = played.naive(10.0, random.Random(1))

    assert delay == pytest.approx(5.0, abs=0.7)  # pyright: ignore[reportUnknownMemberType] (pytest's own)
    assert looks == pytest.approx(mean(job.seconds for job in played.jobs) / 10 + 0.5, rel=0.02)  # pyright: ignore[reportUnknownMemberType] (pytest's own)


def test_what_is_under_way_is_longer_than_what_is_ordered() -> None:
    service = Service(random.Random(2))
    ordered = mean(service.job()[1] for _ in range(500))
    jobs = under_way(500, random.Random(2))

    assert mean(job.age + job.left for job in jobs) > 1.2 * ordered
    assert {job.sort for job in jobs} == set(SORTS)


def test_ours_keeps_to_its_limit_in_every_second_and_the_naive_bot_to_none() -> None:
    ours, naive = rush.play(1, jobs=400, seconds=100)

    assert ours.peak <= rush.LOOKS_PER_SECOND < naive.peak
    assert len(ours.delays) > 20


async def test_jobs_that_end_are_noticed_and_posted_by_both_bots() -> None:
    part = await notice.measure(1, jobs=80, seconds=3.0, settles=1.0)

    noticed, _, posted, late = part.rows
    for ours in (True, False):
        first, then = (row.ours if ours else row.baseline for row in (noticed, posted))
        assert 0 < first[0] < then[0] < 10
    assert late.cells()[6] == "<= 4 s"
