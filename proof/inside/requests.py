"""The second way out: an HTTP request of any aiohttp session, discord.py's own included.

`DURING` sends the head and half of the body, or the head where there is no body, and dies of that.
"""

import re
from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any, Final

from aiohttp import ClientResponse, ClientSession, client_reqrep
from aiohttp.http_writer import StreamWriter
from yarl import URL

from proof.inside.crossings import Crossing, Crossings
from proof.inside.orders import Phase
from proof.inside.passage import Passage

_API: Final = re.compile(r"^/api/v\d+")
_WORD: Final = re.compile(r"@?[a-z][a-z_-]{0,24}\d?")
_DYING: ContextVar[Crossing | None] = ContextVar("dying", default=None)
"""The crossing that this task's next request is not to outlive."""


def route(method: str, url: URL) -> str:
    """Return a request without what is new each time: `POST /channels/{}/messages`."""
    path = _API.sub("", url.path)
    if path.startswith("/v1/models/"):
        return f"{method} {path}"
    parts = [part if _WORD.fullmatch(part) else "{}" for part in path.strip("/").split("/")]
    return f"{method} /{'/'.join(parts)}"


def install(crossings: Crossings) -> None:
    """Have every session tell of its requests."""
    passage = Passage(crossings, "request")
    plain = ClientSession._request  # pyright: ignore[reportPrivateUsage] (all requests go through it, and nothing public does)

    async def request(session: ClientSession, method: str, url: str | URL, **options: Any) -> ClientResponse:
        crossing = passage.begin(route(method, URL(url)))
        if crossings.ends(crossing, Phase.DURING):
            _DYING.set(crossing)
        response = await plain(session, method, url, **options)
        crossings.reach(crossing, Phase.LOST)
        return response

    class Halving(StreamWriter):
        """Writes a request as far as it is to come."""

        _left: int | None = None
        """Bytes."""

        async def write_headers(self, status_line: str, headers: Any) -> None:
            await super().write_headers(status_line, headers)
            if _DYING.get() is not None:
                assert self._headers_buf is not None
                self._left = len(self._headers_buf) + int(headers.get("Content-Length", 0)) // 2

        def _write(self, chunk: Any) -> None:
            if self._left is None:
                super()._write(chunk)
                return
            super()._write(bytes(chunk)[: self._left])
            self._left -= len(chunk)
            if self._left <= 0 and (crossing := _DYING.get()) is not None:
                crossings.die(crossing, Phase.DURING)

        def _writelines(self, chunks: Iterable[Any]) -> None:
            self._write(b"".join(chunks))

    ClientSession._request = request  # pyright: ignore[reportPrivateUsage, reportAttributeAccessIssue] (as above)
    client_reqrep.StreamWriter = Halving  # pyright: ignore[reportPrivateImportUsage] (where requests look it up)
