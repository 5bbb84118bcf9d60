"""How long the jobs of a worker that is killed are with nobody."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg

from bot.sandbox.runcomfy import Pace
from proof.judging.evidence import Finding
from proof.scale.crowd import Crowd, crowd, gateways, workers

_WITHIN: Final = 120.0  # seconds

_BY_EACH: Final = """
    SELECT worker_id, count(*) FROM procrastinate_jobs WHERE status = 'doing' GROUP BY worker_id
"""


@dataclass(frozen=True, slots=True)
class TakenOver:
    """What came of it."""

    bound: float
    jobs: int
    orphans: int
    seconds: float
    """From the kill until the last of its jobs was followed by another."""
    findings: tuple[Finding, ...]


async def taking_over(folder: Path, *, bound: float, jobs: int) -> TakenOver:
    """Kill one of three workers while so many jobs run, and count who follows them."""
    settings = {"ENGINE__TAKEOVER_AFTER": str(bound), "ENGINE__SUBMITS_AT_A_TIME": "16"}
    pace = Pace(queue=0.3, work=bound + 20)
    async with crowd(folder, [*gateways(1), *workers(3)], pace=pace, settings=settings) as here:
        await here.start()
        await here.ask_all(jobs)
        await _until(lambda: sum(_by_each(here).values()) >= jobs)
        followed = _by_each(here)
        victim = here.processes[1]
        began = time.monotonic()
        here.kills += 1
        await victim.kill()
        # Which of the numbers it was shows in who falls silent: the others' only grow.
        await _until(lambda: _is_whole(here, followed, jobs))
        seconds = time.monotonic() - began
        living = _by_each(here)
        orphans = sum(count for worker, count in followed.items() if worker not in living)
        late = await here.rest(_WITHIN)
        return TakenOver(bound, jobs, orphans, seconds, (*late, *here.judged()))


def _by_each(here: Crowd) -> dict[int | None, int]:
    with psycopg.connect(here.url) as session:
        return dict(session.execute(_BY_EACH.encode()).fetchall())


def _is_whole(here: Crowd, before: dict[int | None, int], jobs: int) -> bool:
    now = _by_each(here)
    return (
        len([worker for worker in now if worker in before]) == len(before) - 1 and sum(now.values()) == jobs
    )


async def _until(reached: Callable[[], Any]) -> None:
    async with asyncio.timeout(_WITHIN):
        while not reached():  # noqa: ASYNC110 (the database rings no bell)
            await asyncio.sleep(0.05)
