"""The judge's own copy of the law, written down from the design and not from the bot's code.

Nothing here may be derived from `bot.core`: a mistake there must not be repeated here.
"""

from typing import Final

HOLDS: Final = {
    "preparing": "reserved",
    "queued": "reserved",
    "submitting": "reserved",
    "running": "reserved",
    "ready": "reserved",
    "unknown": "returned",
    "delivered": "charged",
    "failed": "returned",
    "cancelled": "returned",
}
"""What has become of a job's credits, by its state."""

ENDED: Final = frozenset({"unknown", "delivered", "failed", "cancelled"})
"""Where nothing more is under way, and the owner must be told."""

_MOVES: Final = {
    "preparing": ("queued", "failed", "cancelled"),
    "queued": ("submitting", "failed", "cancelled"),
    "submitting": ("running", "failed", "queued", "unknown"),
    "running": ("ready", "failed", "cancelled"),
    "ready": ("delivered", "failed"),
    # A late answer; the operator.
    "unknown": ("running", "failed"),
    "delivered": (),
    "failed": (),
    "cancelled": (),
}

FIRST: Final = "preparing"

MODELS: Final = {
    "seedance-pro": "bytedance/seedance-v1.5-pro/image-to-video",
    "seedance-lite": "bytedance/seedance-1-0/lite/image-to-video",
    "seedance-fast": "bytedance/seedance-1-0/pro/fast/text-to-video",
    "seedream-edit": "bytedance/seedream-4-0/edit",
}
"""Which model each command means."""


def may_become(before: str, after: str) -> bool:
    """Tell whether a job may go from one state to the other, staying where it is included."""
    return before == after or after in _MOVES.get(before, ())
