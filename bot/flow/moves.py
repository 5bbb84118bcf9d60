"""What a step finds, how long it waits for what, and the numbers behind that."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.core import events as ev
from bot.core import pace

# Discord gives three seconds for the first answer; one more for its record to arrive.
ACKNOWLEDGE_WITHIN: Final = timedelta(seconds=4)
# Bytes of a whole request with all its files: Discord's page says 25 MiB, some of which is not files.
REQUEST_ROOM: Final = 24 * 2**20
# What Discord takes of one file where nothing says more, and what it took before.
USUAL_ROOM: Final = 10 * 2**20
SMALLEST_ROOM: Final = 8 * 2**20
# An upload larger than usual that fails so many times in a row is taken to be too large.
STUMBLES: Final = 3


@dataclass(frozen=True, slots=True)
class Move:
    """What a step found: the event to commit, if any, and when to look again (None: never)."""

    event: ev.Event | None
    delay: float | None = 0.0


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for what, in seconds, and how many looks there may be."""

    look: pace.Bounds
    late_after: float
    give_up_after: float
    looks_per_second: float
    """At all jobs together."""

    def is_over(self, since: datetime | None, now: datetime) -> bool:
        """Tell whether what has gone on since then, which must be known, has gone on for too long."""
        assert since is not None
        return (now - since).total_seconds() >= self.give_up_after
