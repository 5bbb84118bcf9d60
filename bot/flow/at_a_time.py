"""A bounded number of jobs at a time: whoever finds all places taken comes again a little later."""

from collections.abc import Awaitable, Callable
from typing import Final

from bot.flow.moves import Move

# Seconds until a job that found all places taken looks again.
_LOOK: Final = 1.0


class AtATime:
    """Lets so many through; nobody waits inside, since a waiting step would hold a poller."""

    def __init__(self, places: int, chance: Callable[[], float]) -> None:
        self._free = places
        self._chance = chance

    async def run(self, step: Callable[[], Awaitable[Move]]) -> Move:
        """Take the step if a place is free; otherwise nothing happens, soon again."""
        if self._free == 0:
            return Move(None, _LOOK * (1 + self._chance()))
        self._free -= 1
        try:
            return await step()
        finally:
            self._free += 1
