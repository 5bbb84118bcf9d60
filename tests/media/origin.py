"""A server that says exactly what it is told, byte for byte, right or wrong."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Self

Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def answer(body: bytes = b"", status: str = "200 OK", *, length: int | None = None, more: str = "") -> bytes:
    """Build an answer with a Content-Length, true unless told otherwise."""
    declared = len(body) if length is None else length
    return f"HTTP/1.1 {status}\r\nContent-Length: {declared}\r\n{more}\r\n".encode() + body


def unmeasured(body: bytes = b"") -> bytes:
    """Build an answer that ends when the connection does."""
    return b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + body


def saying(content: bytes) -> Script:
    """Say it and hang up."""

    async def script(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(content)
        await writer.drain()

    return script


def saying_then_silent(content: bytes) -> Script:
    """Say it, and then nothing until the other side hangs up."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(content)
        await reader.read()

    return script


def repeating(start: bytes, piece: bytes, pause: float = 0) -> Script:
    """Go on for ever, with a pause after each piece."""

    async def script(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        while True:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)

    return script


class Origin:
    """Serves one script to whoever connects, on a free port of this machine."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self.heads: list[bytes] = []
        self.open = 0
        self.url = ""
        self._idle = asyncio.Condition()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/file"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await self.until_idle()
        await self._server.wait_closed()

    async def until_idle(self) -> None:
        """Wait until no connection is left, a few seconds at most."""
        async with asyncio.timeout(5), self._idle:
            await self._idle.wait_for(lambda: self.open == 0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open += 1
        try:
            self.heads.append(await reader.readuntil(b"\r\n\r\n"))
            await self._script(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()
            async with self._idle:
                self.open -= 1
                self._idle.notify_all()
