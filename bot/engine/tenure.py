"""For how long this process may take itself for the one that follows its jobs.

Only by its own monotonic clock, which also runs while the process is stopped: nobody has to tell it.
"""

from bot.core.ports import Clock


class Tenure:
    """Begins with the first sign of life, is made longer by each further one, and once over stays over."""

    def __init__(self, clock: Clock, lasts: float) -> None:
        """`lasts`: seconds after a sign of life before which nobody takes a job over."""
        self._clock = clock
        self._lasts = lasts
        self._until = clock.monotonic() + lasts
        self._is_over = False

    @property
    def is_held(self) -> bool:
        """Whether nobody can have taken over."""
        if self._clock.monotonic() >= self._until:
            self._is_over = True
        return not self._is_over

    def renew(self, began: float) -> None:
        """Count from a sign of life that was sent no earlier than `began`, unless it is over."""
        if self.is_held:
            self._until = max(self._until, began + self._lasts)

    def end(self) -> None:
        """Let go."""
        self._is_over = True
