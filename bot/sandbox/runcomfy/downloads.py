"""One way of serving a file for each member of `Served`: well, and as downloads go wrong."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from bot.sandbox.runcomfy import rough
from bot.sandbox.runcomfy.fates import Served

_CHUNK = 2**16
_PAGE = b"<!DOCTYPE html><html><body><h1>Just a moment...</h1></body></html>"
_NO_SUCH_KEY = b"<?xml version='1.0'?><Error><Code>NoSuchKey</Code></Error>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """One request for a file."""

    request: web.Request
    file: Path
    elsewhere: str
    """Where a redirect points to."""
    closing: asyncio.Event
    """Set when the stand-in closes: whatever holds a connection lets go."""

    @property
    def content_type(self) -> str:
        """The type that is declared, whatever is sent."""
        return "video/mp4" if self.file.suffix == ".mp4" else "image/png"

    def half(self) -> bytes:
        """Read the first half of the file, at most 1 MB of it: what is cut need not be long."""
        with self.file.open("rb") as file:
            return file.read(min(self.file.stat().st_size // 2, 1_000_000))

    def cut(self, *head: str, body: bytes) -> web.StreamResponse:
        """Send a raw head and body and close the connection."""
        return rough.close(self.request, rough.head(200, f"Content-Type: {self.content_type}", *head) + body)


async def whole(download: Download) -> web.StreamResponse:
    """Serve the file as it is, ranges included, straight from the disk."""
    return web.FileResponse(download.file)


async def gone(_: Download | None) -> web.StreamResponse:
    """Answer as an object store does for what it does not have."""
    return web.Response(status=404, body=_NO_SUCH_KEY, content_type="application/xml")


async def _html(download: Download) -> web.StreamResponse:
    return web.Response(body=_PAGE, content_type=download.content_type)


async def _empty(download: Download) -> web.StreamResponse:
    return web.Response(body=b"", content_type=download.content_type)


async def _cut_length(download: Download) -> web.StreamResponse:
    return download.cut(f"Content-Length: {download.file.stat().st_size}", body=download.half())


async def _cut_chunked(download: Download) -> web.StreamResponse:
    half = download.half()
    return download.cut("Transfer-Encoding: chunked", body=b"%x\r\n%b\r\n" % (len(half), half))


async def _cut_close(download: Download) -> web.StreamResponse:
    return download.cut(body=download.half())


async def _overlong(download: Download) -> web.StreamResponse:
    half = download.half()
    return download.cut(f"Content-Length: {len(half)}", body=half + half)


async def _endless(download: Download) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": download.content_type})
    response.enable_chunked_encoding()
    await response.prepare(download.request)
    await response.write(download.half())
    while not download.closing.is_set():
        await response.write(bytes(_CHUNK))
        # A caller who reads as fast as this writes would otherwise keep the loop to himself.
        await asyncio.sleep(0)
    return rough.reset(download.request)


async def _drip(download: Download) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": download.content_type})
    response.content_length = download.file.stat().st_size
    return await rough.drip(download.request, response, download.half(), 0.1, download.closing)


async def _hang(download: Download) -> web.StreamResponse:
    return await rough.hang(download.request, download.closing)


async def _redirect(download: Download) -> web.StreamResponse:
    return web.Response(status=302, headers={"Location": download.elsewhere})


WAYS: dict[Served, Callable[[Download], Awaitable[web.StreamResponse]]] = {
    Served.WHOLE: whole,
    Served.HTML: _html,
    Served.EMPTY: _empty,
    Served.CUT_LENGTH: _cut_length,
    Served.CUT_CHUNKED: _cut_chunked,
    Served.CUT_CLOSE: _cut_close,
    Served.OVERLONG: _overlong,
    Served.ENDLESS: _endless,
    Served.DRIP: _drip,
    Served.HANG: _hang,
    Served.REDIRECT: _redirect,
    Served.GONE: gone,
}
