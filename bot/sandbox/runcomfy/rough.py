"""The ways of a bad connection: resets, silence and cut answers, made on the transport below aiohttp.

Each ends the connection or holds it; what is done when is decided elsewhere. A response that is returned
after the connection has ended is not sent.
"""

import asyncio
import socket
import struct
from asyncio import Event
from contextlib import suppress

from aiohttp import web


def reset(request: web.BaseRequest) -> web.Response:
    """Reset the connection: with SO_LINGER at 0 the kernel sends RST instead of FIN."""
    if transport := request.transport:
        sock: socket.socket | None = transport.get_extra_info("socket")
        if sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    return web.Response(status=500)


def close(request: web.BaseRequest, last_words: bytes = b"") -> web.Response:
    """Send some raw bytes, if any, and close the connection in good order."""
    if transport := request.transport:
        if last_words:
            transport.write(last_words)
        transport.close()
    return web.Response(status=500)


def head(status: int, *lines: str) -> bytes:
    """Write a raw head; without a Content-Length the end of the connection is the end of the body."""
    return "\r\n".join([f"HTTP/1.1 {status} Stand-in", *lines, "Connection: close", "", ""]).encode()


async def hang(request: web.BaseRequest, *until: Event) -> web.Response:
    """Say nothing until one of the events comes or the caller has gone, then drop the connection."""
    waiting = [asyncio.ensure_future(event.wait()) for event in until]
    try:
        while (
            not any(event.is_set() for event in until)
            and request.transport
            and not request.transport.is_closing()
        ):
            # The caller's going rings no bell here, so it is looked for.
            await asyncio.wait(waiting, timeout=0.1, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for one in waiting:
            one.cancel()
    return reset(request)


async def drip(
    request: web.BaseRequest, response: web.StreamResponse, body: bytes, every: float, *until: Event
) -> web.StreamResponse:
    """Send a body one byte at a time, to its end unless an event or the caller ends it."""
    await response.prepare(request)
    for at in range(len(body)):
        if any(event.is_set() for event in until):
            return reset(request)
        await response.write(body[at : at + 1])
        with suppress(TimeoutError):
            await asyncio.wait_for(until[0].wait(), every)
    await response.write_eof()
    return response
