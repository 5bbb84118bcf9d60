"""The pace of all calls to RunComfy together: spaced evenly, and one pause for all when it says stop."""

import asyncio
from collections.abc import Callable
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
        self._per_second = per_second
        self._burst = burst
        self._interval = 1 / per_second
        self._slack = (burst - 1) * self._interval
        self._clock = clock
        self.tell: Callable[[float], None] | None = None
        """Who else is to know of a pause, and for how long it is; set where there are other processes."""
        self._urgent = asyncio.Lock()
        self._line = asyncio.Lock()
        # With no quiet time to draw on, the next turn is `_slack` before this.
        self._booked_until = 0.0
        self._held_until = 0.0

    @property
    def held(self) -> float:
        """Return how many seconds of the pause are left."""
        return max(self._held_until - self._clock.monotonic(), 0.0)

    def share(self, among: int) -> None:
        """Keep to an equal share of the pace from now on: so many processes call."""
        # Within a share nothing is given at once that was saved up: all might do it together.
        self._interval = among / self._per_second
        self._slack = (self._burst - 1) / self._per_second if among == 1 else 0.0

    def hold_off(self, seconds: float, *, tell: bool = False) -> None:
        """Give nobody a turn for so long; a pause that ends later stays. Other processes may be told."""
        if tell and self.tell is not None:
            self.tell(seconds)
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
