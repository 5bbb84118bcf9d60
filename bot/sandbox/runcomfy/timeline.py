"""One pending step per key, due after some seconds on a clock that can be held.

Knows nothing of jobs. While it is held no step is taken, and no time passes for those that wait.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True)
class _Step:
    left: float
    then: Callable[[], None]
    since: float = 0.0
    timer: asyncio.TimerHandle | None = None


class Timeline:
    """Takes steps when they are due, unless held."""

    def __init__(self) -> None:
        self._steps: dict[str, _Step] = {}
        self._held = False
        self._speed = 1.0

    @property
    def speed(self) -> float:
        """How many of its seconds pass in a real one; a change holds for steps that are planned already."""
        return self._speed

    @speed.setter
    def speed(self, speed: float) -> None:
        was_held = self._held
        self.hold()
        self._speed = speed
        if not was_held:
            self.release()

    def after(self, key: str, seconds: float, then: Callable[[], None]) -> None:
        """Plan a step; it replaces the one that the key had."""
        self.drop(key)
        self._steps[key] = step = _Step(seconds, then)
        if not self._held:
            self._arm(key, step)

    def drop(self, key: str) -> None:
        """Forget the step of a key, if it has one."""
        step = self._steps.pop(key, None)
        if step and step.timer:
            step.timer.cancel()

    def hold(self) -> None:
        """Stop the clock."""
        if self._held:
            return
        self._held = True
        now = asyncio.get_running_loop().time()
        for step in self._steps.values():
            if step.timer:
                step.timer.cancel()
                step.left = max(0.0, step.left - (now - step.since) * self._speed)

    def release(self) -> None:
        """Let the clock go on."""
        if self._held:
            self._held = False
            for key, step in self._steps.items():
                self._arm(key, step)

    def close(self) -> None:
        """Forget all steps."""
        for key in list(self._steps):
            self.drop(key)

    def _arm(self, key: str, step: _Step) -> None:
        loop = asyncio.get_running_loop()
        step.since = loop.time()
        step.timer = loop.call_later(step.left / self._speed, self._take, key)

    def _take(self, key: str) -> None:
        self._steps.pop(key).then()
