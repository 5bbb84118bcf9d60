"""A bar of blocks that shows how much of something is used. Pure."""

from typing import Final

BLOCKS: Final = 20
"""As many as a narrow phone has room for."""
_USED, _RESERVED, _LEFT = "█▓░"


def bar(used: int, reserved: int, allowed: int) -> str:
    """Return the bar: something used shows one block at least, and it is full only where nothing is left."""
    taken = _blocks(used + reserved, allowed)
    solid = min(_blocks(used, allowed), taken)
    if reserved > 0 and solid == taken > 1:
        solid -= 1
    return _USED * solid + _RESERVED * (taken - solid) + _LEFT * (BLOCKS - taken)


def _blocks(count: int, of: int) -> int:
    if count <= 0:
        return 0
    return BLOCKS if count >= of else max(1, count * BLOCKS // of)
