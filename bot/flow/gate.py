"""Whether RunComfy takes orders at the moment: one gate, so that no job fails for another's reason."""

import logging

from bot.core.errors import Problem, Reason
from bot.core.ports import Clock

log = logging.getLogger(__name__)

OPERATORS_PROBLEMS = frozenset({Problem.TOKEN_REJECTED, Problem.BALANCE_EMPTY})

_ADVICE = {
    Problem.TOKEN_REJECTED: "RunComfy rejects the token: check runcomfy.token. Jobs wait meanwhile.",
    Problem.BALANCE_EMPTY: "The RunComfy balance is empty: top it up. Jobs wait, and go on by themselves.",
}


class Gate:
    """Closes on a problem that only the operator can mend, and lets a single job through to try again.

    The pause between two tries doubles from `first` to `most` seconds.
    """

    def __init__(self, clock: Clock, *, first: float = 5.0, most: float = 60.0) -> None:
        self._clock = clock
        self._first = first
        self._most = most
        self._pause = 0.0
        self._until = 0.0
        self._trying = False
        self.reason: Reason | None = None
        """Why it is closed; None while it is open."""

    def try_enter(self) -> bool:
        """Tell whether a job may be submitted now; while closed, one try a pause.

        The caller must be the head of the line while it is closed: another's try would come to nothing.
        """
        if self.reason is None:
            return True
        if self.remaining() > 0:
            return False
        self._until = self._clock.monotonic() + self._pause
        self._trying = True
        return True

    def remaining(self) -> float:
        """Return the seconds until the next try; 0 if one may be made now."""
        return 0.0 if self.reason is None else max(0.0, self._until - self._clock.monotonic())

    def close(self, reason: Reason) -> None:
        """Pause all submits; the operator reads about it once, not once a try.

        What was under way when it closed finds it closed, and makes no pause longer; a failed try does.
        """
        if self.reason is None or self.reason.problem is not reason.problem:
            advice = _ADVICE.get(reason.problem, "RunComfy takes no orders. Jobs wait meanwhile.")
            log.error(advice, extra={"action": "pause", "problem": reason.problem.value})
            self._pause = self._first
        elif self._trying:
            self._pause = min(self._pause * 2, self._most)
        else:
            return
        self.reason = reason
        self._trying = False
        self._until = self._clock.monotonic() + self._pause

    def open(self) -> None:
        """Go on: RunComfy has taken an order."""
        if self.reason is not None:
            log.info("RunComfy takes orders again", extra={"action": "resume"})
        self.reason = None
        self._trying = False
        self._pause = 0.0
