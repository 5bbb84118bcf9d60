"""A server below HTTP: reads a request, and then does to the connection what the test asks for.

Counts what it was sent, so that a test can tell how often the client really asked.
"""

import asyncio
import json
import socket
import struct
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress

from pydantic import JsonValue

Play = Callable[[asyncio.StreamWriter], Awaitable[None]]


class RawServer:
    """Plays the same piece to every request, and keeps the connection where the piece leaves it open."""

    def __init__(self, play: Play, *, reads: bool = True) -> None:
        self.requests: list[bytes] = []
        """Heads and bodies as they came; all on one kept connection as well."""
        self.connections = 0
        self.url = ""
        self.asked = asyncio.Event()
        """Set by the first request, or by the first connection where none is read."""
        self._play = play
        self._reads = reads

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while not writer.is_closing():
                if self._reads:
                    self.requests.append(await _request(reader))
                self.asked.set()
                await self._play(writer)


async def _request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return head + await reader.readexactly(int(line.split(b":")[1]))
    return head


@asynccontextmanager
async def raw_server(play: Play, *, reads: bool = True) -> AsyncGenerator[RawServer, None]:
    """Serve on loopback; connections that are still open at the end are dropped."""
    raw = RawServer(play, reads=reads)
    tasks: list[asyncio.Task[None]] = []
    writers: list[asyncio.StreamWriter] = []

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        tasks.append(asyncio.create_task(raw.serve(reader, writer)))

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    raw.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield raw
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for writer in writers:
            writer.transport.abort()
            with suppress(OSError):
                await writer.wait_closed()


def an_http_answer(
    body: Mapping[str, JsonValue] | bytes, status: int = 200, *, length: int | None = None, **headers: str
) -> bytes:
    """Return an answer; `length` is what its Content-Length claims."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    claimed = len(content) if length is None else length
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {claimed}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + content


def says(*parts: bytes) -> Play:
    """Send this, and keep the connection."""

    async def play(writer: asyncio.StreamWriter) -> None:
        for part in parts:
            writer.write(part)
        await writer.drain()

    return play


def leaves(*last_words: bytes) -> Play:
    """Send this, if anything, and close the connection in good order."""

    async def play(writer: asyncio.StreamWriter) -> None:
        for part in last_words:
            writer.write(part)
        await writer.drain()
        writer.close()

    return play


def resets(*last_words: bytes) -> Play:
    """Send this, if anything, and reset the connection."""

    async def play(writer: asyncio.StreamWriter) -> None:
        for part in last_words:
            writer.write(part)
        await writer.drain()
        sock: socket.socket = writer.get_extra_info("socket")
        # With SO_LINGER at 0 the kernel sends a reset.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    return play


def hangs(*first_words: bytes) -> Play:
    """Send this, if anything, and never another byte."""

    async def play(writer: asyncio.StreamWriter) -> None:
        for part in first_words:
            writer.write(part)
        await writer.drain()
        await asyncio.Event().wait()

    return play


def drips(first: bytes, drop: bytes, every: float = 0.02) -> Play:
    """Send this, then a drop again and again without end."""

    async def play(writer: asyncio.StreamWriter) -> None:
        writer.write(first)
        while True:
            writer.write(drop)
            await writer.drain()
            await asyncio.sleep(every)

    return play
