"""From a script for SQLite to the one of the same seed for PostgreSQL. Pure.

One rule: what befalls a file, its disk or its lock is left out. An event of that kind becomes one of a server
at the same moment, for as long; a life with a bad disk is a life without orders.
"""

from collections.abc import Mapping
from dataclasses import replace
from random import Random
from typing import Final

from proof.campaign.script import Event, LifeOrders, Misfortune, Script, Turn

_OF_A_FILE: Final = (Turn.DISK_FULL, Turn.LOCKED, Turn.SECOND_BOT)
_OF_A_SERVER: Final[Mapping[Turn, int]] = {
    Turn.SERVER_RESTARTED: 3,
    Turn.SERVER_CRASHES: 2,
    Turn.SESSIONS_ENDED: 3,
    Turn.TABLE_HELD: 1,
}

_THREADS: Final = 800_000_000
"""Bytes of address space that the threads reserve which speak to a server: eleven of them, 72 MB each."""


def on_server(script: Script) -> Script:
    """Return the script with nothing in it that only a file knows."""
    chance = Random(f"{script.seed} on PostgreSQL")
    return replace(
        script,
        misfortunes=tuple(_misfortune(one, chance) for one in script.misfortunes),
        lives=tuple(_life(life) for life in script.lives),
    )


def _misfortune(one: Misfortune, chance: Random) -> Misfortune:
    if not isinstance(one, Event) or one.turn not in _OF_A_FILE:
        return one
    (turn,) = chance.choices(tuple(_OF_A_SERVER), tuple(_OF_A_SERVER.values()))
    return replace(one, turn=turn)


def _life(life: LifeOrders) -> LifeOrders:
    memory = None if life.memory is None else life.memory + _THREADS
    return replace(life, power_lost=False, sync_seconds=0.0, sync_fails_at=None, memory=memory)
