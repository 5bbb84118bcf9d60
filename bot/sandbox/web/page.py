"""One open page: its socket, and what waits to be sent to it.

Owns the queue and its bound. What is worth telling is not its business.
"""

import asyncio
import contextlib
import json
from collections.abc import Callable
from typing import Final

from aiohttp import WSCloseCode, web

from bot.sandbox.discord import Member
from bot.sandbox.discord.wire import Json

_WAITING: Final = 256  # events; a page that is so far behind reads nothing
_BEAT: Final = 20.0  # seconds between two looks whether the page is still there
_HEARD: Final = 1024  # bytes; a page has nothing to say here


class Page:
    """Whoever looks at the demo in one tab, as one member."""

    def __init__(self, member: Member, cut: Callable[[], None]) -> None:
        self.member = member
        self._cut = cut
        self._waiting: asyncio.Queue[Json | None] = asyncio.Queue(_WAITING)

    def tell(self, event: Json | None) -> None:
        """Send an event soon; None ends the connection in good order."""
        try:
            self._waiting.put_nowait(event)
        except asyncio.QueueFull:
            self._cut()

    async def write(self, socket: web.WebSocketResponse) -> None:
        """Send what waits until told to end."""
        with contextlib.suppress(ConnectionError):
            while (event := await self._waiting.get()) is not None:
                await socket.send_str(json.dumps(event))
            await socket.close(code=WSCloseCode.GOING_AWAY)


async def serve(
    request: web.Request,
    member: Member,
    join: Callable[[Page], None],
    leave: Callable[[Page], None],
) -> web.StreamResponse:
    """Keep one page up to date until it goes."""
    socket = web.WebSocketResponse(heartbeat=_BEAT, max_msg_size=_HEARD, compress=False, timeout=1.0)
    await socket.prepare(request)

    def cut() -> None:
        if request.transport is not None:
            request.transport.abort()

    page = Page(member, cut)
    join(page)
    writer = asyncio.create_task(page.write(socket))
    try:
        async for _ in socket:
            break  # It has nothing to say; a page that speaks is none of ours.
    finally:
        leave(page)
        writer.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await writer
    return socket
