"""Short lives of the real store, each a process of its own on a disk that a test disturbs.

Run as a program, so that it may fork. What was answered to whom is written beside the database, past the disk
that fails.
"""

import asyncio
import itertools
import os
import signal
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from bot.core.errors import PassingError, StoreUnusable
from bot.core.ids import JobId
from bot.store.sqlite import SqliteStore
from proof.disks.power import lose_power
from proof.inside import disk, vfs
from proof.inside.orders import NAME, Live, Orders, Phase, Point
from proof.inside.vfs import Deed
from tests.builders import NOON, PLENTY, a_job, no_engine

DATABASE, SAID, FIRED = "zoetrope.db", "said", "fired"
JOBS = 2
KILLED = -signal.SIGKILL


@dataclass
class Failing:
    """A disk that fails at its n-th deed of a kind, once or from then on in all."""

    deed: Deed
    nth: int
    for_good: bool
    fired: Path
    seen: int = 0
    is_broken: bool = False

    def may(self, deed: Deed, file: Path) -> int:
        self.seen += deed is self.deed
        if self.is_broken or (deed is self.deed and self.seen == self.nth):
            self.is_broken = self.for_good
            self.fired.write_text(f"{deed} {file.name}")
            return vfs.REFUSALS[deed]
        return 0

    def done(self, deed: Deed, file: Path) -> None:
        pass


class Careless(sqlite3.Connection):
    """A connection of a bot that does not have its commits synced."""

    def execute(self, sql: str, values: Any = (), /) -> sqlite3.Cursor:
        return super().execute(sql.replace("synchronous = FULL", "synchronous = NORMAL"), values)


async def admit_some(home: Path, *, then_die: bool = False) -> None:
    """Admit jobs one after the other, and write down what was answered of each."""
    async with SqliteStore.open(home / DATABASE, NOON) as store:
        for number in range(JOBS):
            job = a_job(id=JobId(f"job-{number}"))
            try:
                await store.admit(job, PLENTY, no_engine)
            except PassingError:
                say(home, f"refused {job.id}")
            except StoreUnusable:
                say(home, f"unknown {job.id}")
            else:
                say(home, f"done {job.id}")
        if then_die:
            os.kill(os.getpid(), signal.SIGKILL)


async def look(home: Path) -> None:
    """Write down which jobs there are, and die."""
    async with SqliteStore.open(home / DATABASE, NOON) as store:
        for job_id, _ in await store.unfinished():
            say(home, f"done {job_id}")
        os.kill(os.getpid(), signal.SIGKILL)


def say(home: Path, line: str) -> None:
    with (home / SAID).open("a") as said:
        said.write(f"{line}\n")


def have_a_platter(home: Path, kill_at: Point | None = None) -> None:
    Orders(platter=home / "platter", kill_at=kill_at).give(home / NAME)
    disk.install(Live(home / NAME), home / disk.RECORD)


def forked(life: Callable[[], None]) -> int:
    """Live in a process of its own, and return how it ended: its exit code, or minus a signal."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            life()
            code = 0
        except StoreUnusable:
            code = 69
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


# --- what can happen at the n-th; each returns how the life ended, and whether there was an n-th at all --


def fails(home: Path, nth: int, deed: str, for_good: str) -> tuple[int, bool]:
    def life() -> None:
        vfs.install(Failing(Deed(deed), nth, for_good == "for good", home / FIRED))
        asyncio.run(admit_some(home))

    return forked(life), (home / FIRED).exists()


def loses_power(home: Path, nth: int, phase: str, torn: str) -> tuple[int, bool]:
    code = forked(partial(_die_at, home, nth, Phase(phase)))
    lose_power(home / DATABASE, home / "platter", Random(nth) if torn == "torn" else None)
    return code, code == KILLED


def loses_power_after_a_look(home: Path, nth: int) -> tuple[int, bool]:
    """Die in the n-th sync; a second life looks at what that left, and then the power is lost."""
    if (code := forked(partial(_die_at, home, nth, Phase.BEFORE))) != KILLED:
        return code, False
    (home / SAID).unlink(missing_ok=True)

    def second() -> None:
        have_a_platter(home)
        asyncio.run(look(home))

    code = forked(second)
    lose_power(home / DATABASE, home / "platter")
    return code, True


def loses_power_at_the_end(home: Path, nth: int, care: str) -> tuple[int, bool]:
    """Die after the last answer, in a life that is careful or not."""

    def life() -> None:
        if care == "careless":
            sqlite3.connect = partial(sqlite3.connect, factory=Careless)
        have_a_platter(home)
        asyncio.run(admit_some(home, then_die=True))

    code = forked(life)
    lose_power(home / DATABASE, home / "platter")
    return code, nth == 1


def _die_at(home: Path, nth: int, phase: Phase) -> None:
    have_a_platter(home, Point(seam=disk.SYNC_SEAM, phase=phase, nth=nth))
    asyncio.run(admit_some(home))


MISHAPS: dict[str, Callable[..., tuple[int, bool]]] = {
    happening.__name__: happening
    for happening in (fails, loses_power, loses_power_after_a_look, loses_power_at_the_end)
}


def main(folder: str, mishap: str, *how: str) -> None:
    """Have it happen at the n-th, for n = 1, 2, 3 ... until there is none; print how each life has ended."""
    for nth in itertools.count(1):
        home = Path(folder) / f"{nth}"
        home.mkdir()
        code, has_happened = MISHAPS[mishap](home, nth, *how)
        sys.stdout.write(f"{code}\n")
        sys.stdout.flush()
        if not has_happened:
            break


if __name__ == "__main__":
    main(*sys.argv[1:])
