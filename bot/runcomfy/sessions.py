"""The connections to RunComfy: how many, how long they may take, and how much of an answer is read.

Two sessions. What costs or changes something gets a connection of its own: on one that was kept, a server
that closes it cannot be told from a lost answer. Looks share a pool. Nothing is sent from here.
"""

import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, DummyCookieJar, TCPConnector

from bot import __version__
from bot.core.errors import OperatorError, Problem

_LONGEST_BODY: Final = 1024 * 1024  # bytes; answers have a few hundred
_POOL: Final = 50  # connections; 500 were slower and made the event loop lag
_CONNECT_WITHIN: Final = 10.0  # seconds, as the vendor's command line does


@dataclass(frozen=True, slots=True)
class Sessions:
    """One session for each kind of call; both carry the token."""

    posts: ClientSession
    gets: ClientSession


@asynccontextmanager
async def open_sessions(
    token: str, post_timeout: float, get_timeout: float
) -> AsyncGenerator[Sessions, None]:
    """Open both, and close them at the end; the timeouts are of whole calls, in seconds.

    Connecting must end well before the whole call does, so that a timeout tells whether anything was sent.
    """
    connect = min(_CONNECT_WITHIN, post_timeout / 2)
    headers = _headers(token)
    async with (
        _session(
            TCPConnector(force_close=True), ClientTimeout(total=post_timeout, connect=connect), headers
        ) as posts,
        _session(TCPConnector(limit=_POOL), ClientTimeout(total=get_timeout), headers) as gets,
    ):
        yield Sessions(posts, gets)


def _session(connector: TCPConnector, timeout: ClientTimeout, headers: dict[str, str]) -> ClientSession:
    return ClientSession(
        connector=connector,
        timeout=timeout,
        headers=headers,
        # aiohttp gives a POST without a body the type of a file.
        skip_auto_headers=["Content-Type"],
        cookie_jar=DummyCookieJar(),
    )


def _headers(token: str) -> dict[str, str]:
    """Return the headers of every call; OperatorError for a token that cannot stand in one."""
    if not re.fullmatch(r"[!-~]+", token):
        raise OperatorError(Problem.TOKEN_REJECTED)
    return {
        "Authorization": f"Bearer {token}",
        "Accept": "application/json",
        "Accept-Encoding": "identity",
        "User-Agent": f"Zoetrope/{__version__}",
    }


async def read_body(response: ClientResponse) -> tuple[bytes, bool]:
    """Return the body as far as it came, and whether that is all of it: a part may still hold an id."""
    body = bytearray()
    try:
        async for chunk in response.content.iter_any():
            body += chunk
            if len(body) > _LONGEST_BODY:
                return bytes(body), False
    except (ClientError, OSError):
        return bytes(body), False
    return bytes(body), True
