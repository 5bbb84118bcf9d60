"""The one retry around calls to Discord, and what each of its errors means to us.

The library raises at once on 503, on resets and on a bare 429 (PLATFORM.md, section 3). Only calls that may
be repeated go through here: edits, reads, and sends that carry a nonce.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import aiohttp
import discord

from bot.core.errors import LostError, PassingError, Problem

T = TypeVar("T")

TRIES: Final = 3
_FIRST_PAUSE: Final = 0.5  # seconds

# Discord's error codes.
UNKNOWN_MESSAGE: Final = 10008
_UNKNOWN_WEBHOOK: Final = 10015
_TOO_LARGE: Final = 40005
_TOKEN_DEAD: Final = 50027
_NO_HISTORY_TO_REPLY: Final = 160002
_OLD_EDITS: Final = 30046


class TokenDeadError(LostError):
    """The interaction's token is no longer good; the bot's own may be."""


class TooLargeError(LostError):
    """Discord does not take a file of this size here: use the next way."""


class NoReplyError(LostError):
    """The channel takes messages, but no replies: the history may not be read."""


async def repeat(call: Callable[[], Awaitable[T]]) -> T:
    """Make the call, again if Discord or the way there stumbled.

    Raises PassingError when it keeps stumbling, LostError or one of its kinds where no repetition helps.
    """
    for left in reversed(range(TRIES)):
        try:
            return await call()
        except discord.HTTPException as error:
            refusal = _refusal(error)
            if refusal is not None:
                raise refusal from None
            if left == 0:
                raise PassingError(Problem.CHAT_UNREACHABLE, _retry_after(error)) from None
        except (aiohttp.ClientError, OSError, TimeoutError, discord.RateLimited) as error:
            if left == 0:
                raise PassingError(Problem.CHAT_UNREACHABLE) from error
        await asyncio.sleep(_FIRST_PAUSE * 2 ** (TRIES - 1 - left) * (0.5 + random.random()))
    raise AssertionError("unreachable: the last try returns or raises")


def _refusal(error: discord.HTTPException) -> Exception | None:
    """Return what to raise at once, None for a failure that may pass."""
    if error.code in (_TOKEN_DEAD, _UNKNOWN_WEBHOOK):
        return TokenDeadError(Problem.UNDELIVERABLE)
    if error.status == 413 or error.code == _TOO_LARGE:
        return TooLargeError(Problem.UNDELIVERABLE)
    if error.code == _NO_HISTORY_TO_REPLY:
        return NoReplyError(Problem.UNDELIVERABLE)
    if error.status in (403, 404):
        return LostError(Problem.UNDELIVERABLE)
    if error.code == _OLD_EDITS:
        return PassingError(Problem.CHAT_UNREACHABLE, 60.0)
    if error.status in (401, 429) or error.status >= 500:
        return None if error.status != 401 else PassingError(Problem.CHAT_UNREACHABLE, 60.0)
    return error


def _retry_after(error: discord.HTTPException) -> float | None:
    """Read a bare 429's header; an absurd value is cut at five minutes."""
    try:
        seconds = float(error.response.headers.get("Retry-After", ""))
    except ValueError:
        return None
    return min(max(seconds, 0.0), 300.0)
