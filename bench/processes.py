"""What Linux tells of a process's memory, from /proc; other systems are not measured.

Sizes are in MB of a million bytes.
"""

import asyncio
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

PROC: Final = Path("/proc")
LOOK_EVERY: Final = 0.02  # seconds
_RESET_PEAK: Final = "5"  # proc_pid_clear_refs(5)


def resident(pid: int) -> float:
    """Return what a process holds in memory now."""
    return _status(pid, "VmRSS")


def peak(pid: int) -> float:
    """Return the most that it has held since `forget_peak`."""
    return _status(pid, "VmHWM")


def forget_peak(pid: int) -> None:
    """Begin to count its peak anew."""
    (PROC / str(pid) / "clear_refs").write_text(_RESET_PEAK)


@asynccontextmanager
async def children(pid: int, every: float = LOOK_EVERY) -> AsyncGenerator[list[float]]:
    """Note every so many seconds what all descendants of a process hold together."""
    seen: list[float] = []
    task = asyncio.create_task(_note(pid, every, seen))
    try:
        yield seen
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _note(pid: int, every: float, seen: list[float]) -> None:
    while True:
        seen.append(sum(resident(child) for child in _descendants(pid)))
        await asyncio.sleep(every)


def niceness_of(pid: int, name: str) -> list[int]:
    """Return how nice those descendants of a process are whose programs' names begin so."""
    found: list[int] = []
    for child in _descendants(pid):
        with suppress(FileNotFoundError, ProcessLookupError):
            if (PROC / str(child) / "comm").read_text().startswith(name):
                found.append(os.getpriority(os.PRIO_PROCESS, child))
    return found


def _descendants(pid: int) -> set[int]:
    parents = {int(path.name): _parent(int(path.name)) for path in PROC.iterdir() if path.name.isdecimal()}
    found: set[int] = set()
    while more := {child for child, parent in parents.items() if parent in {pid, *found}} - found:
        found |= more
    return found


def _parent(pid: int) -> int:
    try:
        # After the name, which may hold spaces and brackets: the state, then the parent (proc_pid_stat(5)).
        return int((PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0


def _status(pid: int, key: str) -> float:
    """Return one line of the process's status; 0 where it has just ended."""
    try:
        lines = (PROC / str(pid) / "status").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    kibibytes = next((line.split()[1] for line in lines if line.startswith(f"{key}:")), "0")
    return int(kibibytes) * 1024 / 1_000_000
