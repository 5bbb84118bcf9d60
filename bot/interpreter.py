"""How Python itself is set for a process that answers people: its garbage collector, and its threads' turns.

Called once, when all is open and before anything runs. Changes when things happen, never what.
"""

import gc
import sys
from typing import Final

# Seconds after which a thread that computes lets another go on. The database's thread asks for its turn at
# every statement, some ten of them for an acceptance; at Python's 5 ms each, a busy loop would hold it up
# for longer than all its work takes.
TURN: Final = 0.0005
# Python's own are 700, 10, 10: a collection of the young for every few answers. Five thousand objects are
# looked through in a fraction of a millisecond, and what survives so many is rare.
THRESHOLDS: Final = (5_000, 20, 20)


def settle() -> None:
    """Leave what was made by now to itself, and have the rest collected in small portions.

    Modules, classes and commands, some eighty thousand objects, stay until the end. Looking through them
    took 25 ms, in the middle of somebody's answer.
    """
    sys.setswitchinterval(TURN)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
