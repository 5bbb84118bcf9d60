"""All measurements in turn. One that fails is told and leaves the others alone."""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from bench import (
    accept,
    acknowledge,
    growth,
    ledger,
    many,
    memory,
    month,
    notice,
    reencode,
    relay,
    rush,
    start,
)
from bench.load import Load
from bench.report import Part

log = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Plan:
    """How much of each measurement; the default takes less than a quarter of an hour."""

    acknowledge_rounds: int = 5
    loads: Sequence[Load] = acknowledge.LOADS
    memory_rounds: int = 5
    size: int = memory.LARGE
    accept_rounds: int = 5
    ledger_rounds: int = 5
    entries: int = ledger.LONG
    many_rounds: int = 5
    relay_rounds: int = 5
    start_rounds: int = 5
    open_jobs: int = start.JOBS
    growth_rounds: int = 5
    sizes: Sequence[int] = growth.SIZES
    reencode_rounds: int = 5
    months: int = 5
    rush_rounds: int = 5
    notice_rounds: int = 5


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """What was measured, and the names of the measurements that failed."""

    parts: tuple[T, ...]
    failed: tuple[str, ...]


async def measure(plan: Plan, say: Callable[[str], None]) -> Outcome[Part]:
    """Run every measurement; `say` is told which one is under way."""
    works: dict[str, Callable[[], Awaitable[Part]]] = {
        "acknowledgement": lambda: acknowledge.measure(plan.acknowledge_rounds, plan.loads),
        "memory": lambda: memory.measure(plan.memory_rounds, plan.size),
        "acceptance": lambda: accept.measure(plan.accept_rounds),
        "ledger": lambda: ledger.measure(plan.ledger_rounds, plan.entries),
        "many jobs": lambda: many.measure(plan.many_rounds),
        "relay": lambda: relay.measure(plan.relay_rounds),
        "start": lambda: start.measure(plan.start_rounds, plan.open_jobs),
        "growth": lambda: growth.measure(plan.growth_rounds, plan.sizes),
        "re-encoding": lambda: reencode.measure(plan.reencode_rounds),
        "a month of jobs": lambda: month.measure(plan.months),
        "a thousand jobs": lambda: rush.measure(plan.rush_rounds),
        "noticed and posted": lambda: notice.measure(plan.notice_rounds),
    }
    return await in_turn(works, say)


async def in_turn(works: Mapping[str, Callable[[], Awaitable[T]]], say: Callable[[str], None]) -> Outcome[T]:
    """Run one measurement after the other."""
    parts: list[T] = []
    failed: list[str] = []
    for name, work in works.items():
        say(f"measuring: {name}")
        try:
            parts.append(await work())
        except Exception:
            log.exception("%s could not be measured", name)
            failed.append(name)
    return Outcome(tuple(parts), tuple(failed))
