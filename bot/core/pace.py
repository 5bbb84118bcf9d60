"""When to look at a running job next, from how long such jobs took before. Pure: chance comes in."""

from dataclasses import dataclass

# Before anything is known of a model, and where a look is due although the job is overdue.
_UNKNOWN_TYPICAL = 60.0  # seconds
_OVERDUE_SHARE = 0.15


@dataclass(frozen=True, slots=True)
class Bounds:
    """The shortest and the longest time between two looks, in seconds, the first look included."""

    shortest: float
    longest: float

    def clamp(self, seconds: float) -> float:
        """Return the nearest time within the bounds."""
        return min(max(seconds, self.shortest), self.longest)


def next_look(elapsed: float, typical: float | None, bounds: Bounds, chance: float) -> float:
    """Return the seconds until the next look at a job that has run for `elapsed` seconds.

    Long before the typical end, wait for half of what is left; around it, look often; after it, ever
    less often. `chance` in [0, 1) spreads looks by a tenth so that they never fall into step.
    """
    expected = typical if typical is not None else _UNKNOWN_TYPICAL
    left = expected - elapsed
    wish = left / 2 if left > 0 else -left * _OVERDUE_SHARE
    spread = bounds.clamp(wish) * (0.9 + chance / 5)
    return bounds.clamp(spread)


def back_off(failures: int, chance: float, *, first: float = 1.0, most: float = 60.0) -> float:
    """Return the seconds to wait after so many failures in a row: doubling, with jitter, bounded."""
    return min(first * 2 ** min(failures - 1, 16), most) * (0.5 + chance / 2)
