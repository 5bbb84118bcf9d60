"""Crash points: wherever something leaves the process, the life can be told to end, at that very place.

There are three ways out, each hooked once; the names come from the running stack. So a new effect of the bot
has its points without anybody's adding them.
"""

from proof.inside import children, commits, requests, wrapping
from proof.inside.crossings import Crossings
from proof.inside.orders import Live


def install(live: Live) -> None:
    """Watch the three ways out, where the orders name a point or ask for a trace."""
    orders = live.now
    if orders.kill_at is None and orders.trace is None:
        return
    crossings = Crossings(orders)
    wrapping.install(crossings)
    if orders.is_shared:
        from proof.inside import commits_server  # noqa: PLC0415 (it loads the driver)

        commits_server.install(crossings)
    else:
        commits.install(crossings)
    requests.install(crossings)
    children.install(crossings)
