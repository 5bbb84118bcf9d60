"""Where a life crosses from itself into the world: each crossing counted, noted, and died at if so ordered.

Knows neither what leaves nor how; the three mechanisms in `commits`, `requests` and `children` tell it.
"""

import os
import signal
import threading
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict

from proof.inside.orders import Orders, Phase

ANY: Final = "*"
"""The seam of a point that is counted over all seams of a life."""


class What(StrEnum):
    """What a line of a trace tells."""

    CROSSED = "crossed"
    """Something left the process."""
    RETURNED = "returned"
    """Whoever had asked for it has heard of it."""
    VISITED = "visited"
    """A port's method was called, whether or not anything left."""
    KILLED = "killed"
    """The life ended here, as ordered."""


class Line(BaseModel):
    """One line of a trace."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    what: What
    seam: str
    nth: int = 1
    effects: tuple[str, ...] = ()
    """The functions of the bot on the stack, the innermost first, each with what was called in the end."""
    visit: str = ""
    """The port's method or the function that asked for it."""
    phase: Phase | None = None


@dataclass(frozen=True, slots=True)
class Crossing:
    """One time that a life comes by a seam."""

    seam: str
    nth: int
    number: int
    """Among all crossings of the life, from 1."""


class Crossings:
    """The crossings of one life; used from the event loop and from the database's thread."""

    def __init__(self, orders: Orders) -> None:
        self._point = orders.kill_at
        self._trace = orders.trace
        self._counts = Counter[str]()
        self._lock = threading.Lock()

    def expected(self, seam: str) -> Crossing:
        """Return what the next crossing of this seam would be; nothing is counted yet."""
        with self._lock:
            return Crossing(seam, self._counts[seam] + 1, self._counts[ANY] + 1)

    def crossing(self, seam: str, *, effects: tuple[str, ...], visit: str) -> Crossing:
        """Count a crossing and note it."""
        with self._lock:
            self._counts.update((seam, ANY))
            crossed = Crossing(seam, self._counts[seam], self._counts[ANY])
        self._note(Line(what=What.CROSSED, seam=seam, nth=crossed.nth, effects=effects, visit=visit))
        return crossed

    def visited(self, name: str) -> None:
        """Note that a port's method was called."""
        self._note(Line(what=What.VISITED, seam="", visit=name))

    def returned(self, crossing: Crossing) -> None:
        """Note that whoever asked for it knows; the last phase of a crossing."""
        self._note(Line(what=What.RETURNED, seam=crossing.seam, nth=crossing.nth))
        self.reach(crossing, Phase.AFTER)

    def ends(self, crossing: Crossing, phase: Phase) -> bool:
        """Tell whether the life is to end in this phase of this crossing."""
        point = self._point
        if point is None or point.phase is not phase:
            return False
        if point.seam == ANY:
            return point.nth == crossing.number
        return point.seam == crossing.seam and point.nth == crossing.nth

    def reach(self, crossing: Crossing, phase: Phase) -> None:
        """Come to a phase of a crossing, and no further if that was ordered."""
        if self.ends(crossing, phase):
            self.die(crossing, phase)

    def die(self, crossing: Crossing, phase: Phase) -> None:
        """End the life, here and now, as a power cut would."""
        self._note(Line(what=What.KILLED, seam=crossing.seam, nth=crossing.nth, phase=phase))
        os.kill(os.getpid(), signal.SIGKILL)

    def _note(self, line: Line) -> None:
        if self._trace is None:
            return
        # One write a line: two threads note, and the next line may be the last.
        with self._trace.open("ab", buffering=0) as file:
            file.write(line.model_dump_json(exclude_defaults=True).encode() + b"\n")


def read_trace(path: Path) -> list[Line]:
    """Return what a life has noted, in order."""
    if not path.exists():
        return []
    return [Line.model_validate_json(line) for line in path.read_bytes().splitlines()]
