"""One gateway connection: packets out in order, compressed if the bot asked for it.

Owns the writing. Putting never waits, so that an event cannot be held up by a slow bot.
"""

import asyncio
import json
import zlib

from aiohttp import ClientConnectionResetError, web

from bot.sandbox.discord.wire import Json


class Line:
    """An open socket and what waits to be written to it."""

    def __init__(self, socket: web.WebSocketResponse, *, zlib_stream: bool) -> None:
        self.closed_here = False
        self._socket = socket
        self._queue: asyncio.Queue[Json] = asyncio.Queue()
        self._packer = zlib.compressobj() if zlib_stream else None

    def put(self, packet: Json) -> None:
        """Queue a packet."""
        self._queue.put_nowait(packet)

    async def write(self) -> None:
        """Write what is queued until the connection ends or the task is cancelled."""
        while not self._socket.closed:
            packet = await self._queue.get()
            try:
                await self._send(json.dumps(packet))
            except (ClientConnectionResetError, ConnectionError):
                return

    async def close(self, code: int, reason: str) -> None:
        """Close with a code."""
        self.closed_here = True
        await self._socket.close(code=code, message=reason.encode())

    async def _send(self, text: str) -> None:
        if self._packer is None:
            await self._socket.send_str(text)
            return
        # One zlib stream per connection, flushed after each packet (Discord, "Transport compression").
        piece = self._packer.compress(text.encode()) + self._packer.flush(zlib.Z_SYNC_FLUSH)
        await self._socket.send_bytes(piece)
