"""The real clock. Nobody else asks the machine for the time, so that tests can bring their own."""

import asyncio
import time
from datetime import UTC, datetime


class SystemClock:
    """Time as the machine tells it; implements `ports.Clock`."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class DatabaseClock(SystemClock):
    """The time of the database that several processes share, so that none is early or late for another.

    Kept between two words of the database by the machine's own steady count.
    """

    def __init__(self) -> None:
        self._ahead = time.time() - time.monotonic()
        """How far the database's time is ahead of the steady count."""

    def keep_to(self, told: float, asked_at: float) -> None:
        """Take over the time, in seconds since 1970, that the database has told after `asked_at`."""
        # Half of the way was there; of an answer that took long, half is too much to be believed.
        way = time.monotonic() - asked_at
        if way < 1.0:
            self._ahead = told - asked_at - way / 2

    def now(self) -> datetime:
        return datetime.fromtimestamp(time.monotonic() + self._ahead, UTC)
