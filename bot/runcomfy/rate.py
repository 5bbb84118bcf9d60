"""The pace of all calls to RunComfy together: spaced evenly, and one pause for all when it says stop."""

import asyncio
from typing import Final

from bot.core.ports import Clock

# Seconds: what is left of a wait after rounding is no wait.
_TICK: Final = 1e-9


class CallRate:
    """Gives one turn after the other, urgent callers first, at most `per_second` of them.

    After quiet time up to `burst` turns are given at once; after a pause never, so that those who waited
    through it do not all arrive together.
    """

    def __init__(self, per_second: float, clock: Clock, *, burst: int = 3) -> None:
        self._interval = 1 / per_second
        self._slack = (burst - 1) * self._interval
        self._clock = clock
        self._urgent = asyncio.Lock()
        self._line = asyncio.Lock()
        # With no quiet time to draw on, the next turn is `_slack` before this.
        self._booked_until = 0.0
        self._held_until = 0.0

    @property
    def held(self) -> float:
        """Return how many seconds of the pause are left."""
        return max(self._held_until - self._clock.monotonic(), 0.0)

    def hold_off(self, seconds: float) -> None:
        """Give nobody a turn for so long; a pause that ends later stays."""
        until = self._clock.monotonic() + seconds
        self._held_until = max(self._held_until, until)
        self._booked_until = max(self._booked_until, until + self._slack)

    async def turn(self, *, urgent: bool = False) -> None:
        """Wait for a turn, in order of arrival."""
        async with self._urgent if urgent else self._line:
            while (wait := self._wait(urgent=urgent)) > _TICK:
                await self._clock.sleep(wait)
            self._booked_until = max(self._booked_until, self._clock.monotonic()) + self._interval

    def _wait(self, *, urgent: bool) -> float:
        wait = self._booked_until - self._slack - self._clock.monotonic()
        # The lock is held for as long as anybody urgent waits.
        return max(wait, self._interval) if not urgent and self._urgent.locked() else wait
