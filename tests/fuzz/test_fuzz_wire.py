"""RunComfy's answers as bytes on the wire, through the real client: HTTP that is odd, cut, or none at all."""

import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

from hypothesis import event, example, given
from hypothesis import strategies as st

from bot.clock import SystemClock
from bot.core import events as ev
from bot.core.errors import OperatorError, PassingError
from bot.core.ids import RequestId
from bot.core.models import Kind, SeedanceFast
from bot.runcomfy.client import RunComfyClient
from bot.runcomfy.rate import CallRate
from tests.fuzz.comfy import ID, bodies
from tests.fuzz.effort import tries
from tests.runcomfy.raw import leaves, raw_server

_LINES: Final = (
    *(b"HTTP/1.1 200 OK", b"HTTP/1.1 200 OK", b"HTTP/1.0 200 OK", b"HTTP/1.1 202 \xff", b"HTTP/1.1 200"),
    *(
        b"HTTP/1.1 404 No",
        b"HTTP/1.1 429 Slow",
        b"HTTP/1.1 503 No",
        b"HTTP/1.1 302 There",
        b"HTTP/1.1 100 Go on",
    ),
    *(b"HTTP/1.1 999 X", b"HTTP/1.1 20 X", b"HTTP/1.1 2000 X", b"HTTP/9.9 200 OK", b"ICY 200 OK", b"", b"{"),
)
_HEADERS: Final = (
    *(
        b"Content-Length: -1",
        b"Content-Length: 0",
        b"Content-Length: 5, 7",
        b"Content-Length: 99999999999999999999",
    ),
    *(
        b"Content-Length: \xd9\xa1",
        b"Content-Length: 0x10",
        b"Transfer-Encoding: chunked",
        b"Transfer-Encoding: odd",
    ),
    *(
        b"Content-Encoding: gzip",
        b"Content-Encoding: br",
        b"Content-Type: text/html; charset=\xff",
        b"Retry-After: 1",
    ),
    *(
        b"Location: http://[",
        b"Set-Cookie: a=\x01; Max-Age=9e9",
        b"Connection: upgrade",
        b"Upgrade: websocket",
    ),
    *(
        b"X: " + b"y" * 9000,
        b"no colon",
        b": none",
        b" folded: line",
        b"A\0: b",
        b"Retry-After: " + b"9" * 5000,
    ),
)


@st.composite
def replies(draw: st.DrawFn) -> bytes:
    """Return what a server sends before it hangs up."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.binary(max_size=80))
    body = draw(bodies())
    lines = [draw(st.sampled_from(_LINES)), *draw(st.lists(st.sampled_from(_HEADERS), max_size=2))]
    if draw(st.integers(0, 3)):
        lines.append(f"Content-Length: {len(body)}".encode())
    reply = b"\r\n".join([*lines, b"", body])
    return reply[: draw(st.integers(0, len(reply)))] if draw(st.integers(0, 4)) == 0 else reply


@asynccontextmanager
async def client(url: str) -> AsyncGenerator[RunComfyClient]:
    clock = SystemClock()
    rate = CallRate(1000, clock)
    async with RunComfyClient.open(url, "token", rate, clock, submit_timeout=20, look_timeout=20) as opened:
        yield opened


@tries(100)
@given(reply=replies())
@example(reply=b'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 19\r\n\r\n{"request_id": "a"}')
async def test_a_paid_call_that_was_read_is_never_taken_for_unsent_on_a_guess(reply: bytes) -> None:
    async with raw_server(leaves(reply)) as server, client(server.url) as comfy:
        paid = await comfy.submit(SeedanceFast(prompt="x"), ())
        assert len(server.requests) == 1
    event(type(paid).__name__)
    if isinstance(paid, ev.NotSent | ev.Refused):
        assert re.search(rb"4\d\d|InsufficientRes|InvalidRes|UserAcc|Permission|ResourceNot", reply)


@tries(100)
@given(reply=replies())
async def test_a_look_at_anything_is_told_by_the_known_errors_only(reply: bytes) -> None:
    async with raw_server(leaves(reply)) as server, client(server.url) as comfy:
        for ask in (lambda: comfy.look(RequestId(ID), Kind.VIDEO), lambda: comfy.cancel(RequestId(ID))):
            try:
                event(type(await ask()).__name__)
            except (PassingError, OperatorError) as told:
                event(type(told).__name__)
