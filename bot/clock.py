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
