"""A clock that is wound by hand: time passes only when a test says so."""

import asyncio
import heapq
import itertools
from datetime import UTC, datetime, timedelta

NOON = datetime(2025, 6, 15, 12, tzinfo=UTC)


class HandClock:
    """Implements `ports.Clock`."""

    def __init__(self) -> None:
        self._seconds = 0.0
        self._count = itertools.count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self._seconds)

    def monotonic(self) -> float:
        return self._seconds

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._seconds + seconds, next(self._count), woken))
        await woken

    async def wind(self, seconds: float) -> None:
        """Let time pass, and everybody do at their time what they wait for."""
        until = self._seconds + seconds
        await self._settle()
        while self._sleepers and self._sleepers[0][0] <= until:
            self._seconds, _, woken = heapq.heappop(self._sleepers)
            if not woken.done():
                woken.set_result(None)
            await self._settle()
        self._seconds = until

    async def _settle(self) -> None:
        # Nothing here waits for anything but the clock and locks: a few rounds of the loop finish it.
        for _ in range(20):
            await asyncio.sleep(0)
