"""A process that has one large file to give and takes any, so that what is measured pays only for itself.

Writes its port in the end of its start; speaks no protocol of anybody's.
"""

import asyncio
import sys
from typing import Final

from aiohttp import web

_PIECE: Final = bytes(64 * 1024)


async def give(request: web.Request) -> web.StreamResponse:
    """Send as many bytes as are asked for."""
    left = int(request.query["size"])
    answer = web.StreamResponse(headers={"Content-Length": str(left), "Content-Type": "video/mp4"})
    await answer.prepare(request)
    while left > 0:
        await answer.write(_PIECE[: min(left, len(_PIECE))])
        left -= len(_PIECE)
    return answer


async def take(request: web.Request) -> web.Response:
    """Read whatever comes, and keep none of it."""
    async for _ in request.content.iter_any():
        pass
    return web.Response(status=204)


async def main() -> None:
    """Serve until killed."""
    application = web.Application(client_max_size=2**30)
    application.router.add_get("/file", give)
    application.router.add_post("/{path:.*}", take)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    sys.stdout.write(f"{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
