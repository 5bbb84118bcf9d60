"""What a life of the bot holds, by /proc and by its own word about tasks: at rest the same as at its start.

Looks from outside; the list of tasks is written by `proof.inside.tasks`, and empty for a bot without it (I9).
"""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

from bot.sandbox.stage import Stage
from proof.inside import tasks
from proof.judging.evidence import Finding

THREADS: Final = min(32, (os.cpu_count() or 1) + 4)
"""The event loop's pool grows to this when it is used, and stays (concurrent.futures.ThreadPoolExecutor)."""
CONNECTIONS: Final = 24
"""Sockets more than at the start: what the sessions keep alive for the next call, for 15 s each (aiohttp).

As many as were in use at a time; 16 were measured after twenty commands at once.
"""
MEMORY: Final = 48 * 2**20
"""Bytes more than at the start: 5 MB were measured after eighty jobs, and allocators give back late."""
_ANSWER_WITHIN: Final = 10.0  # seconds
_GATEWAY: Final = ("Shard.", "DiscordWebSocket.", "AutoShardedClient.")
CONNECTED: Final = {"gateway": 2}
"""Tasks of a life that has come up: the one that connects, and one of a shard, whatever that is doing."""
AT_WORK: Final = {**CONNECTED, "sleep": 1, "?": 1}
"""Those of one with a queue: its worker waits until it is time to ask for jobs, and listens for the next."""
_TASKS: Final = TypeAdapter(dict[str, int])


@dataclass(frozen=True, slots=True)
class Weight:
    """What one life holds."""

    pid: int
    files: Counter[str]
    """Open descriptors by what they lead to: a path, or socket, pipe and the kinds of the kernel."""
    threads: int
    children: int
    tasks: Counter[str]
    """Tasks of the event loop by their coroutine."""
    memory: int = 0
    """Resident bytes."""


async def weigh(stage: Stage) -> Weight:
    """Return what the present life holds now."""
    pid = stage.bot.pid
    running = await _tasks(stage.bot.folder / tasks.NAME, pid)
    return _weight(Path(f"/proc/{pid}"), pid, running)


async def weigh_start(stage: Stage, least: Mapping[str, int] = CONNECTED) -> Weight:
    """Return the same of a life that has just begun, once it has these tasks at least."""
    async with asyncio.timeout(_ANSWER_WITHIN):
        while Counter(least) - (weight := await weigh(stage)).tasks:  # noqa: ASYNC110 (another process's tasks)
            await asyncio.sleep(0.01)
    return weight


async def still_held(
    stage: Stage, start: Weight, *, within: float = 10.0, connections: int = CONNECTIONS
) -> list[Finding]:
    """Return what is still held beyond the start after some seconds; none as soon as there is nothing.

    What has just ended takes a moment to be gone, and the library is busy for two seconds after a start.
    """
    until = asyncio.get_running_loop().time() + within
    while found := list(leaks(start, await weigh(stage), connections)):
        if asyncio.get_running_loop().time() > until:
            break
        await asyncio.sleep(0.1)
    return found


def leaks(start: Weight, rest: Weight, connections: int = CONNECTIONS) -> Iterator[Finding]:
    """Judge what a life at rest holds beyond what it held when it had just become ready.

    `connections`: how many more sockets may be kept alive; more where many commands came at once.
    """
    assert start.pid == rest.pid, "two lives cannot be compared"
    sockets = rest.files["socket"] - start.files["socket"]
    if sockets > connections:
        yield Finding("I9", f"{sockets} connections more than at the start")
    for kind, count in (rest.files - start.files).items():
        if kind != "socket":
            yield Finding("I9", f"{count} open files more than at the start: {kind}")
    if rest.threads - start.threads > THREADS:
        yield Finding("I9", f"{rest.threads} threads, {start.threads} at the start")
    if rest.children:
        yield Finding("I9", f"{rest.children} child processes are left")
    if rest.memory - start.memory > MEMORY:
        yield Finding("I9", f"{rest.memory >> 20} MiB of memory, {start.memory >> 20} at the start")
    for kind, count in (rest.tasks - start.tasks).items():
        yield Finding("I9", f"{count} tasks more than at the start: {kind}")


def born_at(stage: Stage) -> float | None:
    """Return when the present life began, in seconds as `time.monotonic` counts; None if there is none."""
    try:
        about = Path(f"/proc/{stage.bot.pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    # proc(5): the third field is the state, the twenty-second the whole ticks before it began, since boot.
    return None if about[0] == "Z" else (int(about[19]) + 1) / os.sysconf("SC_CLK_TCK")


def _weight(process: Path, pid: int, running: Counter[str]) -> Weight:
    return Weight(
        pid=pid,
        files=_files(process),
        threads=len(list((process / "task").iterdir())),
        children=sum(len(path.read_text().split()) for path in process.glob("task/*/children")),
        tasks=running,
        memory=int((process / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE"),
    )


def _files(process: Path) -> Counter[str]:
    found = Counter[str]()
    for link in (process / "fd").iterdir():
        # It may have been closed since it was listed.
        with suppress(FileNotFoundError):
            found[_kind(link.readlink())] += 1
    return found


def _kind(target: Path) -> str:
    name = str(target)
    return name.partition(":")[0] if name.startswith(("socket:", "pipe:")) else name


async def _tasks(path: Path, pid: int) -> Counter[str]:
    if not _catches(pid, signal.SIGUSR1):
        return Counter()
    _forget(path)
    os.kill(pid, signal.SIGUSR1)
    async with asyncio.timeout(_ANSWER_WITHIN):
        while (answer := _read(path)) is None:  # noqa: ASYNC110 (another process writes it)
            await asyncio.sleep(0.01)
    return _kinds(_TASKS.validate_json(answer))


def _kinds(found: Mapping[str, int]) -> Counter[str]:
    """Count by kind; the library's tasks for the gateway are of one kind, whatever they do."""
    kinds = Counter[str]()
    for kind, count in found.items():
        kinds["gateway" if kind.startswith(_GATEWAY) else kind] += count
    return kinds


def _forget(path: Path) -> None:
    path.unlink(missing_ok=True)


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


def _catches(pid: int, number: int) -> bool:
    """Tell whether a process has a handler for a signal, which would end it otherwise."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    (mask,) = (line.split()[1] for line in lines if line.startswith("SigCgt:"))
    return bool(int(mask, 16) >> (number - 1) & 1)
