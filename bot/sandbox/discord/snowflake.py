"""Discord's ids: a time in the upper bits, a count in the lower ones.

Owns the making of ids; two ids from one source never compare wrongly in time.
"""

from collections.abc import Callable
from datetime import UTC, datetime

# 2015-01-01T00:00:00Z in milliseconds, from Discord's API reference.
EPOCH = 1_420_070_400_000


class Snowflakes:
    """A source of ids that only ever grow, even when the clock does not."""

    def __init__(self, wall: Callable[[], float]) -> None:
        self._wall = wall
        self._last = 0

    def next(self) -> int:
        """Return an id newer than every earlier one."""
        fresh = (int(self._wall() * 1000) - EPOCH) << 22
        self._last = max(fresh, self._last + 1)
        return self._last


def made_at(snowflake: int) -> datetime:
    """Return when the id was made."""
    return datetime.fromtimestamp(((snowflake >> 22) + EPOCH) / 1000, UTC)
