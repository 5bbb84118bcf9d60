"""A power loss: the database's files become what the disk had of them; what was not synced is gone, or torn.

Done between two lives, from outside. The stand-ins know nothing of it: the world has moved on.
"""

from pathlib import Path
from random import Random
from typing import Final, TypeVar

_T = TypeVar("_T")

_SECTOR: Final = 512
"""Bytes that a disk writes whole or not at all, as SQLite assumes at worst."""


def lose_power(database: Path, platter: Path, chance: Random | None = None) -> None:
    """Leave of a dead bot's database what was synced.

    With `chance`, of each sector that was not synced either version is left, as a disk may write what it has
    been given in any order.
    """
    for ending in ("", "-wal", "-journal"):
        file = database.with_name(f"{database.name}{ending}")
        synced, written = _content(platter / file.name), _content(file)
        left = synced if chance is None else _torn(synced, written, chance)
        if left is None:
            file.unlink(missing_ok=True)
        else:
            file.write_bytes(left)
    # In memory only; whoever opens the database first makes it anew.
    database.with_name(f"{database.name}-shm").unlink(missing_ok=True)


def _content(file: Path) -> bytes | None:
    return file.read_bytes() if file.exists() else None


def _torn(synced: bytes | None, written: bytes | None, chance: Random) -> bytes | None:
    if synced is None or written is None:
        return _either(synced, written, chance)
    size = len(_either(synced, written, chance))
    sectors = (
        _either(synced[at : at + _SECTOR], written[at : at + _SECTOR], chance)
        for at in range(0, max(len(synced), len(written)), _SECTOR)
    )
    return b"".join(sector.ljust(_SECTOR, b"\0") for sector in sectors)[:size].ljust(size, b"\0")


def _either(first: _T, second: _T, chance: Random) -> _T:
    return first if chance.random() < 0.5 else second
