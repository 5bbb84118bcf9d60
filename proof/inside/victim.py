"""`python -m proof.inside.victim ORDERS COMMAND ...`: the real bot, whole, disturbed as ordered.

Everything is installed from outside, before the bot begins; the bot's own code has no hook for it.
"""

import random
import resource
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.__main__ import main
from proof.inside import clock, disk, history, seams, tasks
from proof.inside.orders import Live


def live(arguments: Sequence[str]) -> int:
    """Live one life of the bot and return its exit code, if it comes to that."""
    path, *command = arguments
    orders = Live(Path(path))
    if orders.now.seed is not None:
        random.seed(orders.now.seed)
    if orders.now.memory is not None:
        resource.setrlimit(resource.RLIMIT_AS, (orders.now.memory, orders.now.memory))
    clock.install(orders)
    if orders.now.is_shared:
        from proof.inside import waits  # noqa: PLC0415 (it loads the driver and the queue)

        waits.install(orders)
    disk.install(orders, Path(path).with_name(disk.RECORD))
    seams.install(orders)
    history.install(orders)
    tasks.install(Path(path).with_name(tasks.NAME))
    return main(command)


if __name__ == "__main__":
    sys.exit(live(sys.argv[1:]))
