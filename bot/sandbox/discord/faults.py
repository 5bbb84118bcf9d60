"""Scripted misfortune: what happens to which request, and how often.

Owns the actions. A fault that has fired says so, so that a test can prove that it was tried at all.
"""

import asyncio
import json
import re
import socket
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from aiohttp import web

from bot.sandbox.discord.arrival import Answer
from bot.sandbox.discord.journal import Call
from bot.sandbox.discord.wire import Json


class Severed(Exception):  # noqa: N818 - not an error: the connection is to be cut
    """The connection ends here without an answer: with a reset, or closed as by a server that goes away."""

    def __init__(self, *, reset: bool = True) -> None:
        super().__init__()
        self.reset = reset


class Action(Protocol):
    """What a fault does around the true answer."""

    async def around(self, answer: Answer) -> web.StreamResponse:
        """Return the response, or raise Severed."""
        ...


@dataclass(frozen=True)
class Status:
    """Answer with a status and a JSON body instead of handling the request."""

    status: int
    code: int = 0
    message: str = "scripted"

    async def around(self, answer: Answer) -> web.StreamResponse:  # noqa: ARG002 - the request is not handled
        """Answer at once."""
        return as_json({"message": self.message, "code": self.code}, self.status)


@dataclass(frozen=True)
class Limited:
    """Answer 429; without `via` it looks like Cloudflare's ban, which discord.py does not wait for.

    `shared`: the limit is that of everybody who speaks to the place, so it counts against nobody.
    """

    retry_after: float = 0.05
    via: bool = True
    everywhere: bool = False
    shared: bool = False

    async def around(self, answer: Answer) -> web.StreamResponse:  # noqa: ARG002 - the request is not handled
        """Answer at once."""
        body = {
            "message": "You are being rate limited.",
            "retry_after": self.retry_after,
            "global": self.everywhere,
        }
        response = as_json(body, 429)
        response.headers["Retry-After"] = str(self.retry_after)
        response.headers["X-RateLimit-Scope"] = (
            "shared" if self.shared else "global" if self.everywhere else "user"
        )
        if self.via:
            response.headers["Via"] = "1.1 google"
        return response


@dataclass(frozen=True)
class Reset:
    """Cut the connection before anything is handled."""

    async def around(self, answer: Answer) -> web.StreamResponse:  # noqa: ARG002 - the request is not handled
        """Cut at once."""
        raise Severed


@dataclass(frozen=True)
class AnswerLost:
    """Handle the request, then cut the connection instead of answering."""

    async def around(self, answer: Answer) -> web.StreamResponse:
        """Handle, then cut."""
        await answer()
        raise Severed


@dataclass(frozen=True)
class Belied:
    """Handle the request, then answer as a proxy does that has not heard of it."""

    status: int = 502

    async def around(self, answer: Answer) -> web.StreamResponse:
        """Handle, then answer something else."""
        await answer()
        return as_json({"message": "scripted", "code": 0}, self.status)


@dataclass(frozen=True)
class Closed:
    """Close the connection without an answer, before or after the request was handled; no reset."""

    handled: bool = False

    async def around(self, answer: Answer) -> web.StreamResponse:
        """Handle if that is wanted, then close."""
        if self.handled:
            await answer()
        raise Severed(reset=False)


@dataclass(frozen=True)
class Delay:
    """Handle the request, some seconds late."""

    seconds: float

    async def around(self, answer: Answer) -> web.StreamResponse:
        """Wait, then handle."""
        await asyncio.sleep(self.seconds)
        return await answer()


@dataclass(frozen=True)
class Html:
    """Answer with a web page, as a proxy in between does, whatever `kind` it says that it is."""

    status: int = 502
    page: str = "<html><body><h1>502 Bad Gateway</h1></body></html>"
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    kind: str = "text/html"
    charset: str = "utf-8"

    async def around(self, answer: Answer) -> web.StreamResponse:  # noqa: ARG002 - the request is not handled
        """Answer at once."""
        page = self.page.encode(self.charset)
        return web.Response(body=page, status=self.status, content_type=self.kind, headers=self.headers)


@dataclass(eq=False)
class Fault:
    """An action for requests of a method, or of any ("*"), and a path (a pattern, without `/api/v10`).

    The first `skip` matching requests pass, the next `times` are struck; None means for ever.
    """

    method: str
    path: str
    action: Action
    times: int | None = 1
    skip: int = 0
    struck: list[Call] = field(default_factory=list[Call])
    _seen: int = 0

    @property
    def fired(self) -> int:
        """How many requests it has struck."""
        return len(self.struck)

    def strikes(self, call: Call) -> bool:
        """Tell whether it strikes this request, and count it."""
        if self.method not in ("*", call.method) or not re.fullmatch(self.path, call.path):
            return False
        self._seen += 1
        if self._seen <= self.skip or (self.times is not None and self.fired >= self.times):
            return False
        self.struck.append(call)
        return True


class Faults:
    """The faults in the order they were added; the first that strikes a request is the only one."""

    def __init__(self) -> None:
        self._all: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        """Script a fault and return it, to be asked later whether it fired."""
        self._all.append(fault)
        return fault

    def clear(self) -> None:
        """Let everything pass again."""
        self._all.clear()

    def find(self, call: Call) -> Action | None:
        """Return what happens to this request."""
        return next((fault.action for fault in self._all if fault.strikes(call)), None)


def as_json(body: Json | Sequence[Json], status: int = 200) -> web.Response:
    """Answer with JSON under the bare content type; discord.py reads no other."""
    return web.Response(body=json.dumps(body).encode(), status=status, content_type="application/json")


def close(request: web.Request) -> None:
    """Close the connection; the other side reads an end where it awaits an answer."""
    if request.transport is not None:
        request.transport.close()


def sever(request: web.Request) -> None:
    """Cut the connection with a TCP reset."""
    if request.transport is None:
        return
    line = request.transport.get_extra_info("socket")
    if line is not None:
        # Linger on, zero seconds: close() sends RST, not FIN (socket(7)).
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    request.transport.abort()
