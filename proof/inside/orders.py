"""What a life of the bot under proof is told: a file, written by the one who disturbs it and read in the bot.

Some orders hold for a whole life, the others can be changed while it runs. Knows nothing of how they are
carried out.
"""

import os
from enum import StrEnum
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict

NAME: Final = "orders.json"


class Phase(StrEnum):
    """Where around an effect."""

    BEFORE = "before"
    """It was decided on; nothing has left the process."""
    DURING = "during"
    """It is under way: half of a request is sent, or a transaction has not committed yet."""
    LOST = "answer lost"
    """It has happened, and whoever asked for it has not heard so."""
    AFTER = "after"
    """Whoever asked for it knows, and has done nothing about it yet."""


class Point(BaseModel):
    """A place in the code where something leaves the process, and where around it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seam: str
    phase: Phase
    nth: int = 1
    """Which time that the life comes by; 1 is the first."""


class Orders(BaseModel):
    """What becomes of a life. The first seven hold for the whole of it, the others can be changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kill_at: Point | None = None
    trace: Path | None = None
    """A file to which every point that the life comes by is appended, a line each."""
    history: Path | None = None
    """A file to which every change of a job's row is appended, a line each."""
    seed: int | None = None
    """Of all the chance in the bot."""
    memory: int | None = None
    """Bytes of address space."""
    is_shared: bool = False
    """Whether the database is a server's."""
    haste: float = 1.0
    """How much less patience a member has with an answer than Discord has; for a server's own limits."""

    platter: Path | None = None
    """A folder that holds what a power loss would leave of the database: only what was synced."""
    sync_seconds: float = 0.0
    """How much longer each sync of the disk takes."""
    sync_fails_at: int | None = None
    """Which sync of this life fails; 1 is the first."""
    disk_stays_broken: bool = False
    """Whether from that sync on nothing reaches the disk any more."""
    disk_is_full: bool = False
    """Whether the database may not grow."""

    clock_ahead: float = 0.0
    """Seconds by which the wall clock is wrong."""
    clock_speed: float = 1.0
    """How much faster than real time the flow's time passes; constant for a life."""

    def give(self, path: Path) -> None:
        """Write the orders, all of them at once."""
        draft = path.with_suffix(".draft")
        draft.write_text(self.model_dump_json(), "utf-8")
        draft.replace(path)


class Live:
    """The orders as they are now; the file is only read again after it has changed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int] | None = None
        self._orders = Orders()

    @property
    def now(self) -> Orders:
        """The orders in force."""
        status = os.stat(self._path)  # noqa: PTH116 (asked for very often, and a Path costs more)
        seen = status.st_mtime_ns, status.st_ino
        if seen != self._seen:
            self._orders = Orders.model_validate_json(self._path.read_bytes())
            self._seen = seen
        return self._orders
