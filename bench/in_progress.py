"""An API that says "in progress" and nothing else, for whoever has many jobs there; counts the questions."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from aiohttp import web


class Api:
    """Answers every look alike, and counts them."""

    def __init__(self) -> None:
        self.looks = 0
        self.url = ""

    async def answer(self, request: web.Request) -> web.Response:
        self.looks += 1
        await request.read()
        return web.json_response({"request_id": "r1", "status": "in_progress"})

    @asynccontextmanager
    async def served(self) -> AsyncGenerator["Api"]:
        """Listen on loopback."""
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self.answer)
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
            yield self
        finally:
            await runner.cleanup()
