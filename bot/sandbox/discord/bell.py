"""Waiting for a state of the stand-in without polling it.

Owns the wake-ups: every change rings, every waiter looks again. It never decides what a change is.
"""

import asyncio
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


class Bell:
    """Wakes everybody who waits whenever something has changed."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Event] = set()

    def ring(self) -> None:
        """Let every waiter look again."""
        for event in self._waiting:
            event.set()

    async def until(self, look: Callable[[], Found | None], *, timeout: float, what: str) -> Found:
        """Return the first thing `look` finds; raise TimeoutError naming `what` after `timeout` seconds."""
        event = asyncio.Event()
        self._waiting.add(event)
        try:
            async with asyncio.timeout(timeout):
                while (found := look()) is None:
                    await event.wait()
                    event.clear()
                return found
        except TimeoutError:
            raise TimeoutError(f"waited {timeout} s for {what}") from None
        finally:
            self._waiting.discard(event)
