"""Whether what is under way may still touch the world: asked right before each call that somebody would see.

An advance that was paused, or cut off from the database, for so long that another process may have taken its
job over does nothing more; whatever it has in hand is decided by the row. Commands are not bound to it.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar

Permit = Callable[[], bool]
"""Tells whether it still holds. One that has lapsed never holds again."""

_permit: ContextVar[Permit | None] = ContextVar("permit", default=None)


@contextmanager
def acting_by(permit: Permit) -> Generator[None]:
    """Bind to a permit all that is done inside, and the tasks that are begun there."""
    token = _permit.set(permit)
    try:
        yield
    finally:
        _permit.reset(token)


class LapsedError(OSError):
    """The call was not made: somebody else may be at it by now."""


def may_act() -> bool:
    """Tell whether the caller may still touch the world."""
    permit = _permit.get()
    return permit is None or permit()
