"""The database's disk under orders: slow, failing, full, or without power; and what it would still have then.

Carries the orders out and writes down what it did, so that whoever gave them sees that they were.
"""

import os
import shutil
import signal
import time
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from proof.inside import sqlite_types as sq
from proof.inside import vfs
from proof.inside.orders import Live, Orders, Phase
from proof.inside.vfs import Deed, NoSharedLibraryError

RECORD: Final = "disk.log"
SYNC_SEAM: Final = "disk.sync"
"""As a point to be killed at: BEFORE or AFTER the n-th sync of a life."""


class Outcome(StrEnum):
    """What became of a deed that was ordered or is counted."""

    SYNCED = "synced"
    FAILED = "failed"
    FULL = "full"
    ENDED = "ended"
    """The process, in its middle."""


@dataclass(frozen=True, slots=True)
class Line:
    """Of the record: what became of which file, after how many syncs of that life."""

    syncs: int
    outcome: Outcome
    file: str


@dataclass(frozen=True, slots=True)
class Record:
    """A file with a line for each sync and for whatever was refused, of all the lives that wrote it."""

    path: Path

    def note(self, line: Line) -> None:
        """Append a line, whole or not at all."""
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(descriptor, f"{line.syncs} {line.outcome} {line.file}\n".encode())
        finally:
            os.close(descriptor)

    def lines(self) -> list[Line]:
        """Return all that was noted."""
        text = self.path.read_text("utf-8") if self.path.exists() else ""
        fields = (line.split(" ", 2) for line in text.splitlines())
        return [Line(int(syncs), Outcome(outcome), file) for syncs, outcome, file in fields]

    def count(self, outcome: Outcome) -> int:
        """Return how often this was the outcome."""
        return sum(line.outcome is outcome for line in self.lines())


class _Disk:
    """The disk of one life."""

    def __init__(self, live: Live, record: Record) -> None:
        self._live = live
        self._record = record
        self._syncs = 0
        self._is_broken = False

    def may(self, deed: Deed, file: Path) -> int:
        orders = self._live.now
        if deed is Deed.SYNC:
            return self._may_sync(orders, file)
        if self._is_broken:
            return self._refuse(vfs.REFUSALS[deed], Outcome.FAILED, file)
        if orders.disk_is_full and deed is Deed.GROW:
            return self._refuse(sq.FULL, Outcome.FULL, file)
        return sq.OK

    def done(self, deed: Deed, file: Path) -> None:
        platter = self._live.now.platter
        if deed is Deed.SYNC:
            if platter is not None:
                _keep(file, platter)
            self._record.note(Line(self._syncs, Outcome.SYNCED, file.name))
            self._die_at(Phase.AFTER, file)
        elif deed is Deed.DELETE_DURABLY and platter is not None:
            (platter / file.name).unlink(missing_ok=True)

    def _may_sync(self, orders: Orders, file: Path) -> int:
        self._syncs += 1
        self._die_at(Phase.BEFORE, file)
        if orders.sync_seconds:
            time.sleep(orders.sync_seconds)
        if self._is_broken or self._syncs == orders.sync_fails_at:
            self._is_broken = orders.disk_stays_broken
            return self._refuse(sq.IOERR_FSYNC, Outcome.FAILED, file)
        return sq.OK

    def _refuse(self, code: int, outcome: Outcome, file: Path) -> int:
        self._record.note(Line(self._syncs, outcome, file.name))
        return code

    def _die_at(self, phase: Phase, file: Path) -> None:
        point = self._live.now.kill_at
        if point is not None and (point.seam, point.phase, point.nth) == (SYNC_SEAM, phase, self._syncs):
            self._record.note(Line(self._syncs, Outcome.ENDED, file.name))
            os.kill(os.getpid(), signal.SIGKILL)


def _keep(file: Path, platter: Path) -> None:
    """Put what has just been synced on the platter, at one stroke."""
    platter.mkdir(exist_ok=True)
    draft = platter / f"{file.name}.draft"
    shutil.copyfile(file, draft)
    draft.replace(platter / file.name)


def install(live: Live, record: Path) -> None:
    """Give the database such a disk. Raises NoSharedLibraryError where the orders ask for one in vain."""
    try:
        vfs.install(_Disk(live, Record(record)))
    except NoSharedLibraryError:
        orders = live.now
        if orders.platter or orders.sync_seconds or orders.sync_fails_at or orders.disk_is_full:
            raise
