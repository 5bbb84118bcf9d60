"""The bot's clock under orders: a wall clock that is wrong or jumps, and time that passes faster.

Only what asks `SystemClock` is moved, and the engine, which dozes for as long as that clock says; the event
loop's own time, by which sockets wait, stays as it is.
"""

import asyncio
import time
from datetime import UTC, datetime, timedelta

from bot.clock import DatabaseClock, SystemClock
from bot.engine.local import LocalEngine
from proof.inside.orders import Live


def install(live: Live) -> None:
    """Have every `SystemClock` of this process tell the time as the orders say, and the engine keep to it."""
    speed = live.now.clock_speed
    began, began_at = time.monotonic(), time.time()

    def now(self: SystemClock) -> datetime:  # noqa: ARG001 (it is given as a method)
        passed = (time.monotonic() - began) * speed
        return datetime.fromtimestamp(began_at, UTC) + timedelta(seconds=passed + live.now.clock_ahead)

    def monotonic(self: SystemClock) -> float:  # noqa: ARG001 (as above)
        return time.monotonic() * speed

    async def sleep(self: SystemClock, seconds: float) -> None:  # noqa: ARG001 (as above)
        await asyncio.sleep(seconds / speed)

    doze_as_ever = LocalEngine._doze  # pyright: ignore[reportPrivateUsage] (its only timer)

    async def doze(self: LocalEngine, wait: float | None) -> None:
        await doze_as_ever(self, None if wait is None else wait / speed)

    def keep_to(self: DatabaseClock, told: float, asked_at: float) -> None:
        """Ask no database: its time is the machine's."""

    SystemClock.now, SystemClock.monotonic, SystemClock.sleep = now, monotonic, sleep
    DatabaseClock.now, DatabaseClock.keep_to = now, keep_to
    LocalEngine._doze = doze  # pyright: ignore[reportPrivateUsage] (as above)
