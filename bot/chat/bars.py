"""A bar of blocks that shows how much of something is used. Pure."""

from typing import Final

BLOCKS: Final = 20
"""As many as a narrow phone has room for."""
_USED, _RESERVED, _LEFT = "█▒░"


def bar(used: int, reserved: int, allowed: int) -> str:
    """Return the bar: whatever there is shows at least one block; it is full only where nothing is left."""
    least = (used > 0) + (reserved > 0)
    taken = max(_blocks(used + reserved, allowed), least)
    solid = min(_blocks(used, allowed), taken - (reserved > 0))
    return _USED * solid + _RESERVED * (taken - solid) + _LEFT * (BLOCKS - taken)


def _blocks(count: int, of: int) -> int:
    if count <= 0:
        return 0
    return BLOCKS if count >= of else max(1, count * BLOCKS // of)
