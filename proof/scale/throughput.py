"""Jobs a second, from the wish to the posted result, by one, two and four workers in turn on one machine.

With what it cost: the processor's time of the workers, of the database and of the stand-ins, which share it.
"""

import os
import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.sandbox.runcomfy import Pace
from proof.judging.evidence import Finding
from proof.scale.crowd import crowd, gateways, workers

_WITHIN: Final = 300.0  # seconds
_TICKS: Final = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Carried:
    """What so many workers have carried; seconds of the processor's time for each job."""

    workers: int
    jobs_a_second: float
    by_workers: float
    by_gateway: float
    by_database: float
    by_stand_ins: float
    findings: tuple[Finding, ...]


async def throughput(folder: Path, *, counts: Sequence[int] = (1, 2, 4), jobs: int = 200) -> list[Carried]:
    """Carry the same jobs with each number of workers."""
    found: list[Carried] = []
    for count in counts:
        place = folder / str(count)
        place.mkdir()
        found.append(await _carried(place, count, jobs))
    return found


async def _carried(folder: Path, count: int, jobs: int) -> Carried:
    settings = {"ENGINE__SUBMITS_AT_A_TIME": "32"}
    parts = [*gateways(1), *workers(count)]
    async with crowd(folder, parts, pace=Pace(queue=0.1, work=0.2), settings=settings) as here:
        await here.start()
        gateway, *rest = here.processes
        before = [_used(process.pid) for process in here.processes], _family(here.database.pid), _own()
        began = time.monotonic()
        await here.ask_all(jobs)
        late = await here.rest(_WITHIN, jobs)
        seconds = time.monotonic() - began
        spent = [_used(process.pid) - was for process, was in zip((gateway, *rest), before[0], strict=True)]
        return Carried(
            workers=count,
            jobs_a_second=jobs / seconds,
            by_workers=sum(spent[1:]) / jobs,
            by_gateway=spent[0] / jobs,
            by_database=(_family(here.database.pid) - before[1]) / jobs,
            by_stand_ins=(_own() - before[2]) / jobs,
            findings=(*late, *here.judged()),
        )


def _used(pid: int) -> float:
    """Return the seconds of the processor that a process has had (proc(5): words 14 and 15)."""
    words = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / _TICKS


def _family(pid: int) -> float:
    """Return those of a process and of all that it has begun, ended ones included."""
    words = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    ended = (int(words[13]) + int(words[14])) / _TICKS
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    return _used(pid) + ended + sum(map(_used_if_there, map(int, children)))


def _used_if_there(pid: int) -> float:
    try:
        return _used(pid)
    except OSError:
        # It has ended since it was counted, and is among those that were waited for.
        return 0.0


def _own() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
