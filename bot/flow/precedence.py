"""Who waits for a card goes first: while somebody does, no job takes its next step, for a moment.

A command has three seconds and a person before it; the next step of a job has neither.
"""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import Final

# Seconds for which a step gives way at the most; so fifty of them a second are taken whoever asks.
LONGEST: Final = 0.02


class Precedence:
    """Knows whether somebody waits, and has steps wait in turn."""

    def __init__(self, longest: float = LONGEST) -> None:
        self._longest = longest
        self._waiting = 0
        self._nobody = asyncio.Event()
        self._nobody.set()
        self._turns = asyncio.Lock()

    @contextmanager
    def answering(self) -> Generator[None]:
        """Have steps give way until this is left."""
        self._waiting += 1
        self._nobody.clear()
        try:
            yield
        finally:
            self._waiting -= 1
            if self._waiting == 0:
                self._nobody.set()

    async def give_way(self) -> None:
        """Wait while somebody waits, but not for long; one step after the other, as they came."""
        async with self._turns:
            # Else all steps that are due would be begun before the next command is even read.
            await asyncio.sleep(0)
            if self._waiting:
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._longest):
                        await self._nobody.wait()
