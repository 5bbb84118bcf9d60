"""The time in a play: all clocks begin where the script says, and pass faster than real time."""

import time
from dataclasses import dataclass, field
from typing import Final

SPEED: Final = 3.0
"""How much faster than real time the bot's and the stand-ins' time passes.

Discord's three seconds become one, which a busy machine still keeps.
"""


@dataclass(slots=True)
class Truth:
    """The time that it truly is, whatever the bot's clock shows."""

    began: float
    since: float = field(default_factory=time.monotonic)
    skipped: float = 0.0
    """Seconds in which nobody did anything."""

    def wall(self) -> float:
        """Return the seconds since 1970."""
        return self.began + self.skipped + (time.monotonic() - self.since) * SPEED

    @property
    def ahead(self) -> float:
        """By how many seconds it is ahead of the machine's own clock."""
        return self.wall() - time.time()
