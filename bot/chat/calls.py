"""The one retry around calls to Discord, and what each of its errors means to us.

The library raises at once on 503, on resets and on a bare 429 (PLATFORM.md, section 3). Only calls that may
be repeated go through here: edits, reads, and sends that carry a nonce.
"""

import asyncio
import json
import logging
import math
import random
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import aiohttp
import discord

from bot.chat.fuse import Held
from bot.core.errors import LostError, PassingError, Problem, TooLargeError

log = logging.getLogger(__name__)

T = TypeVar("T")

TRIES: Final = 3
_FIRST_PAUSE: Final = 0.5  # seconds
# Seconds that one try may take: an edit or a read, and a call that uploads files (aiohttp's own limit).
QUICK: Final = 30.0
UPLOAD: Final = 300.0
# Discord remembers a nonce for "a few minutes"; after so many seconds no further try relies on it.
NONCE_TRUSTED: Final = 60.0
# Whoever is asked to wait for longer than so many seconds lets others go first.
_LONGEST_PAUSE: Final = 5.0

FAILURES: Final = (
    discord.HTTPException,
    discord.RateLimited,
    aiohttp.ClientError,
    OSError,
    TimeoutError,
    json.JSONDecodeError,
    UnicodeDecodeError,
)
"""Every way in which Discord, or the way there, fails. A server that hangs up is no OSError to aiohttp.

The last two: something between that calls its page JSON; the library takes it at its word.
"""

# Discord's error codes.
_UNKNOWN_WEBHOOK: Final = 10015
_TOO_LARGE: Final = 40005
_TOKEN_DEAD: Final = 50027
_NO_HISTORY_TO_REPLY: Final = 160002
_OLD_EDITS: Final = 30046


class TokenDeadError(LostError):
    """The interaction's token is no longer good; the bot's own may be."""


class GoneError(LostError):
    """What the call is about is not there, or not any more."""


class NoReplyError(LostError):
    """The channel takes messages, but no replies: the history may not be read."""


async def repeat(call: Callable[[], Awaitable[T]], *, within: float = QUICK, trusted: float = math.inf) -> T:
    """Make the call, again if Discord or the way there stumbled.

    Each try may take `within` seconds; none is begun later than `trusted` seconds after the first. Raises
    PassingError when it keeps stumbling, LostError or one of its kinds where no repetition helps.
    """
    now = asyncio.get_running_loop().time
    began = now()
    for left in reversed(range(TRIES)):
        try:
            async with asyncio.timeout(within):
                return await call()
        except FAILURES as error:
            passing = _passing(error)
        pause = _FIRST_PAUSE * 2 ** (TRIES - 1 - left) * (0.5 + random.random())
        pause = max(pause, passing.retry_after or 0.0)
        if left == 0 or pause > _LONGEST_PAUSE or now() + pause - began > trusted:
            raise passing
        await asyncio.sleep(pause)
    raise AssertionError("unreachable: the last try returns or raises")


def _passing(error: Exception) -> PassingError:
    """Return what a failure means if it may pass; raise what it means if it will not."""
    if isinstance(error, discord.RateLimited | Held):
        return PassingError(Problem.CHAT_UNREACHABLE, error.retry_after)
    if not isinstance(error, discord.HTTPException):
        return PassingError(Problem.CHAT_UNREACHABLE)
    if error.status == 401 and error.code != _TOKEN_DEAD:
        return PassingError(Problem.CHAT_UNREACHABLE, 60.0)
    if error.code == _OLD_EDITS:
        return PassingError(Problem.CHAT_UNREACHABLE, 60.0)
    if error.status == 429 or not 400 <= error.status < 500:
        return PassingError(Problem.CHAT_UNREACHABLE, _retry_after(error))
    raise _refusal(error) from None


def _refusal(error: discord.HTTPException) -> LostError:
    """Return what a refusal that no repetition changes closes, and what it leaves open."""
    if error.code in (_TOKEN_DEAD, _UNKNOWN_WEBHOOK):
        return TokenDeadError(Problem.UNDELIVERABLE)
    if error.status == 413 or error.code == _TOO_LARGE:
        return TooLargeError(Problem.UNDELIVERABLE)
    if error.code == _NO_HISTORY_TO_REPLY:
        return NoReplyError(Problem.UNDELIVERABLE)
    if error.status == 404:
        return GoneError(Problem.UNDELIVERABLE)
    if error.status != 403:
        # The body may quote what was sent, so it is left out.
        log.warning(
            "Discord refuses a call: %d, code %d", error.status, error.code, extra={"action": "refused"}
        )
    return LostError(Problem.UNDELIVERABLE)


def _retry_after(error: discord.HTTPException) -> float | None:
    """Read how long Discord asks to wait; an absurd value is cut at five minutes."""
    try:
        seconds = float(error.response.headers.get("Retry-After", ""))
    except ValueError:
        return None
    return min(max(seconds, 0.0), 300.0)
