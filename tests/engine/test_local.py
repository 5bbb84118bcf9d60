"""The engine of one process: who is advanced when, how often, and how many at a time."""

import asyncio
import random
from collections import Counter

import pytest

from bot.core.ids import JobId
from tests.engine.timing import jobs, settle, staged, until

A, B, C = JobId("a"), JobId("b"), JobId("c")


async def test_jobs_are_advanced_in_the_order_in_which_they_come_due() -> None:
    async with staged() as stage:
        for job_id, delay in ((C, 30.0), (A, 10.0), (B, 20.0)):
            stage.engine.enqueue(job_id, delay)
        assert stage.engine.waiting == 3
        await stage.wind(9)
        assert stage.begun == []
        await stage.wind(2)
        assert stage.begun == [A]
        await stage.wind(100)
        assert stage.begun == [A, B, C]


async def test_of_jobs_due_at_the_same_time_the_first_enqueued_goes_first() -> None:
    async with staged(pollers=1) as stage:
        for job_id in (C, A, B):
            stage.engine.enqueue(job_id, 5.0)
        await stage.wind(5)
        assert stage.begun == [C, A, B]


async def test_a_job_is_due_at_once_without_a_delay() -> None:
    async with staged() as stage:
        stage.engine.enqueue(A, 0.0)
        await settle()
        assert stage.begun == [A]


async def test_enqueueing_again_moves_a_due_time_earlier_and_never_later() -> None:
    async with staged() as stage:
        stage.engine.enqueue(A, 20.0)
        stage.engine.enqueue(A, 10.0)
        stage.engine.enqueue(A, 30.0)
        assert stage.engine.waiting == 1
        await stage.wind(10)
        assert stage.begun == [A]
        await stage.wind(100)
        assert stage.begun == [A]


async def test_a_job_is_advanced_again_after_the_delay_that_its_advance_returned() -> None:
    async with staged() as stage:
        stage.answers[A] = [7.0, 0.0]
        stage.engine.enqueue(A, 0.0)
        await stage.wind(6)
        assert stage.begun == [A]
        await stage.wind(1)
        assert stage.begun == [A, A, A]


async def test_a_job_whose_advance_returns_none_is_forgotten() -> None:
    async with staged() as stage:
        stage.answers[A] = [5.0, None]
        stage.engine.enqueue(A, 0.0)
        await stage.wind(5)
        assert stage.engine.waiting == 0
        await stage.wind(1000)
        assert stage.begun == [A, A]


async def test_a_job_enqueued_while_it_is_advanced_runs_again_afterwards_and_not_beside() -> None:
    async with staged() as stage:
        stage.close()
        stage.engine.enqueue(A, 0.0)
        await settle()
        for _ in range(3):
            stage.engine.enqueue(A, 0.0)
        await settle()
        assert stage.begun == [A]

        stage.open.set()
        await settle()
        assert stage.begun == [A, A]
        assert stage.most_of_one == 1
        await stage.wind(100)
        assert stage.begun == [A, A]


async def test_the_earlier_holds_of_what_was_asked_meanwhile_and_what_the_advance_returned() -> None:
    async with staged() as stage:
        stage.close()
        stage.answers = {A: [50.0], B: [5.0]}
        for job_id in (A, B):
            stage.engine.enqueue(job_id, 0.0)
        await settle()
        stage.engine.enqueue(A, 20.0)
        stage.engine.enqueue(B, 20.0)
        stage.open.set()
        await stage.wind(5)
        assert stage.begun == [A, B, B]
        await stage.wind(15)
        assert Counter(stage.begun) == {A: 2, B: 2}
        await stage.wind(100)
        assert Counter(stage.begun) == {A: 2, B: 2}


async def test_time_that_passes_during_an_advance_counts_for_what_was_asked_meanwhile() -> None:
    async with staged() as stage:
        stage.close()
        stage.engine.enqueue(A, 0.0)
        await settle()
        stage.engine.enqueue(A, 10.0)
        await stage.wind(10)
        stage.open.set()
        await settle()
        assert stage.begun == [A, A]


async def test_no_more_advances_run_at_a_time_than_there_are_pollers() -> None:
    async with staged(pollers=4) as stage:
        stage.close()
        for job_id in jobs(20):
            stage.engine.enqueue(job_id, 0.0)
        await settle()
        assert stage.begun == jobs(4)
        stage.open.set()
        await until(lambda: len(stage.ended) == 20)
        assert stage.begun == jobs(20)
        assert stage.most_at_once == 4


async def test_after_a_long_pause_everything_overdue_runs_in_order_and_within_the_bound() -> None:
    async with staged(pollers=4) as stage:
        for number, job_id in enumerate(jobs(200)):
            stage.engine.enqueue(job_id, 1.0 + number)
        await stage.wind(1_000_000)
        await until(lambda: len(stage.ended) == 200)
        assert stage.begun == jobs(200)
        assert stage.most_at_once == 4


async def test_a_job_that_becomes_due_earlier_than_the_one_waited_for_is_not_late() -> None:
    async with staged() as stage:
        stage.engine.enqueue(A, 1000.0)
        await settle()
        stage.engine.enqueue(B, 0.0)
        await settle()
        assert stage.begun == [B]


async def test_the_engine_wakes_by_itself_when_a_job_comes_due() -> None:
    """In real time, with the loop's own clock: no bell."""
    loop = asyncio.get_running_loop()
    async with staged() as stage:
        begun = loop.time()
        stage.clock.monotonic = loop.time
        stage.engine.enqueue(A, 0.05)
        await until(lambda: stage.begun == [A])
        assert loop.time() - begun >= 0.05


@pytest.mark.parametrize("seed", range(20))
async def test_whatever_happens_a_job_never_runs_beside_itself_and_no_wish_for_it_is_lost(seed: int) -> None:
    chance = random.Random(seed)
    wanted = dict.fromkeys(jobs(6), 0)
    async with staged(pollers=3) as stage:
        for _ in range(300):
            job_id = chance.choice(jobs(6))
            stage.engine.enqueue(job_id, chance.choice((0.0, 0.0, 3.0)))
            wanted[job_id] = len(stage.begun)
            stage.answers.setdefault(job_id, []).append(chance.choice((None, 0.0, 2.0)))
            if chance.random() < 0.3:
                stage.close()
            if chance.random() < 0.6:
                stage.open.set()
            for _ in range(chance.randrange(4)):
                await asyncio.sleep(0)
            if chance.random() < 0.2:
                await stage.wind(chance.random() * 4)
        stage.open.set()
        for _ in range(400):
            await stage.wind(1)
            if stage.engine.waiting == 0:
                break
        assert stage.engine.waiting == 0
        assert stage.most_of_one == 1
        assert stage.most_at_once <= 3
        for job_id, seen in wanted.items():
            assert job_id in stage.begun[seen:]
