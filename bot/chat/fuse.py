"""Keeps the bot clear of Discord's ban for too many invalid requests.

Sits below the library, where every request passes, those that it repeats by itself too. Knows no job; it
never holds up a first answer to a member, nor the gateway.
"""

import logging
from collections import deque
from http import HTTPStatus
from types import SimpleNamespace
from typing import Final

import aiohttp
from discord.http import Route
from yarl import URL

from bot.core.ports import Clock
from bot.flow.permit import may_act

log = logging.getLogger(__name__)

# 10,000 answers of these kinds in ten minutes from one address are a ban (PLATFORM.md, section 4). Others may
# share the address, so a fifth is enough; after that, one call a second finds out whether it is over.
INVALID: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS})
WINDOW: Final = 600.0  # seconds
BUDGET: Final = 2000
SPACING: Final = 1.0  # seconds
# Whoever is held back waits for so many seconds at least, rather than try again among all the others.
_PATIENCE: Final = 10.0
# A pause that Discord's edge asks for is kept, up to so many seconds; without a word about it, this long.
_LONGEST_PAUSE: Final = 300.0
_USUAL_PAUSE: Final = 5.0


class Held(aiohttp.ClientError):
    """The call was not made, or is to be made later, in so many seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"held back for {retry_after:.1f} s")
        self.retry_after = retry_after


class NotDiscordError(aiohttp.ClientError):
    """Something in between has answered with a page and success; what was asked for may have happened."""


class Fuse:
    """Counts what Discord refuses, and lets few calls through once that is too much."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._invalid = deque[float](maxlen=BUDGET)
        self._next = 0.0
        self._held_until = 0.0
        self._is_blown = False

    def trace(self) -> aiohttp.TraceConfig:
        """Return what the library's session is to be opened with."""
        trace = aiohttp.TraceConfig()
        trace.on_request_start.append(self._before)
        trace.on_request_end.append(self._after)
        return trace

    async def _before(
        self,
        _session: aiohttp.ClientSession,
        _context: SimpleNamespace,
        call: aiohttp.TraceRequestStartParams,
    ) -> None:
        """Raise Held instead of making a call that is not to be made now, or not by this process any more."""
        if _is_api(call.url) and not may_act():
            raise Held(_PATIENCE)
        if not _may_wait(call.url):
            return
        now = self._clock.monotonic()
        if now < self._held_until:
            raise Held(self._held_until - now)
        if not self._is_spent(now):
            return
        if now < self._next:
            raise Held(_PATIENCE)
        self._next = now + SPACING

    async def _after(
        self, _session: aiohttp.ClientSession, _context: SimpleNamespace, call: aiohttp.TraceRequestEndParams
    ) -> None:
        """Count a refusal; raise Held where the edge before Discord speaks, which the library cannot read.

        Of a page that comes with success the library would make a message.
        """
        answer = call.response
        if answer.ok and _is_page(answer) and _is_api(call.url):
            answer.release()
            raise NotDiscordError("a page in the place of Discord's answer")
        if answer.status not in INVALID or answer.headers.get("X-RateLimit-Scope") == "shared":
            return
        now = self._clock.monotonic()
        self._invalid.append(now)
        if answer.status != HTTPStatus.TOO_MANY_REQUESTS:
            return
        is_page = _is_page(answer)
        if is_page or "Via" not in answer.headers:
            pause = _pause(answer)
            self._held_until = max(self._held_until, now + pause)
            if is_page:
                answer.release()
                raise Held(pause)

    def _is_spent(self, now: float) -> bool:
        """Tell whether the budget is used up; the operator reads of it once each time."""
        spent = len(self._invalid) == BUDGET and now - self._invalid[0] < WINDOW
        if spent and not self._is_blown:
            log.error(
                "Discord has refused %d calls in ten minutes, and 10,000 are a ban: I make few until that is "
                "over. Look at the bot's token and permissions.",
                BUDGET,
                extra={"action": "hold"},
            )
        self._is_blown = spent
        return spent


def _may_wait(url: URL) -> bool:
    """Tell whether this is a call of the API that somebody else may go before."""
    base = URL(Route.BASE)
    if not _is_api(url):
        return False
    # What comes after the base; a first answer is worth nothing after three seconds.
    return not url.path.removeprefix(base.path).startswith(("/interactions/", "/gateway"))


def _is_api(url: URL) -> bool:
    base = URL(Route.BASE)
    return url.origin() == base.origin() and url.path.startswith(base.path)


def _is_page(answer: aiohttp.ClientResponse) -> bool:
    """Tell what is no answer of the API; one without a body says nothing of its kind."""
    return answer.status != HTTPStatus.NO_CONTENT and answer.content_type != "application/json"


def _pause(answer: aiohttp.ClientResponse) -> float:
    """Return the seconds that an answer asks to wait, within bounds."""
    try:
        return min(max(float(answer.headers.get("Retry-After", "")), 0.0), _LONGEST_PAUSE)
    except ValueError:
        return _USUAL_PAUSE
