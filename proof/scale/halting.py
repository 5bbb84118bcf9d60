"""`python -m proof.scale.halting PLACE PHASE COMMAND ...`: the real bot, which stops itself once at a place.

By SIGSTOP, as a machine that is suspended; whoever has ordered it lets it go on. Installed from outside.
"""

import functools
import os
import re
import signal
import sys
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Any, Final

from aiohttp import ClientSession
from yarl import URL

from bot.__main__ import main
from bot.store.sql_store import SqlStore


class Phase(StrEnum):
    """Where around what is done."""

    BEFORE = "before"
    AFTER = "after"


CLAIM: Final = "claim"
CALLS: Final = {
    "submit": r"POST .*/v1/models/",
    "look": r"GET .*/v1/requests/[^/]+/status",
    "result": r"GET .*/v1/requests/[^/]+/result",
    "post": r"POST .*/channels/\d+/messages",
    "edit": r"PATCH .*(/webhooks/|/channels/\d+/messages/\d+)",
}
"""Calls of a job's life by their names."""
PLACES: Final = (CLAIM, *CALLS)

Call = Callable[..., Awaitable[Any]]


def install(place: str, phase: Phase) -> None:
    """Have this process stop once, around the first such call."""
    if place == CLAIM:
        SqlStore.claim = _halting(SqlStore.claim, phase, lambda *_: True)
        return
    wanted = re.compile(CALLS[place])

    def is_meant(_: ClientSession, method: str, url: str | URL) -> bool:
        return wanted.match(f"{method} {url}") is not None

    plain = ClientSession._request  # pyright: ignore[reportPrivateUsage] (all requests go through it, and nothing public does)
    ClientSession._request = _halting(plain, phase, is_meant)  # pyright: ignore[reportPrivateUsage, reportAttributeAccessIssue] (as above)


def _halting(call: Call, phase: Phase, is_meant: Callable[..., bool]) -> Any:
    left = [1]

    def halt(*about: Any) -> None:
        if left[0] and is_meant(*about):
            left[0] = 0
            os.kill(os.getpid(), signal.SIGSTOP)

    @functools.wraps(call)
    async def halted(*about: Any, **options: Any) -> Any:
        if phase is Phase.BEFORE:
            halt(*about)
        done = await call(*about, **options)
        if phase is Phase.AFTER:
            halt(*about)
        return done

    return halted


if __name__ == "__main__":
    place, phase, *command = sys.argv[1:]
    install(place, Phase(phase))
    sys.exit(main(command))
