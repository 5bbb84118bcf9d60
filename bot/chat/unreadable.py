"""Events and commands of the gateway that the library cannot read: noted, and passed over.

The library lets such an error end the whole client. Nothing of what came is logged: it may be a prompt.
"""

import logging
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import discord

log = logging.getLogger(__name__)

# Without these there is no session: better to end than to wait for ever.
_NEEDED: Final = frozenset({"READY", "RESUMED"})

# The library's own type, of one JSON object.
_Parse = Callable[[Any], None]


def pass_over_unreadable_events(client: discord.Client) -> None:
    """Have the client go on where an event has another shape than the library thinks."""
    # There is no public way to them; each connection is given this same dictionary.
    parsers = client._connection.parsers  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    for name in parsers.keys() - _NEEDED:
        parsers[name] = _lenient(name, parsers[name])


def _lenient(name: str, parse: _Parse) -> _Parse:
    def lenient(data: Any) -> None:
        try:
            parse(data)
        except Exception as error:  # noqa: BLE001 (whatever its reading stumbles over)
            log.error("an event %s cannot be read: %s", name, told(error), extra={"action": "fail"})  # noqa: TRY400 (the message may hold what came)

    return lenient


def told(error: BaseException) -> str:
    """Return what kind of error it is and where it arose, without its words."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return type(error).__name__ + where
