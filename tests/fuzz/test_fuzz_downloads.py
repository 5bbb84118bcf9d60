"""Downloads from a server that says anything: a whole file within its bounds, or a known fault."""

import re
from pathlib import Path
from typing import Final

import aiohttp
import pytest
from hypothesis import event, example, given
from hypothesis import strategies as st
from yarl import URL

from bot.media.fetch import Bounds, Downloads, FetchFailed
from tests.fuzz.effort import tries
from tests.media.conftest import session
from tests.media.origin import Origin, saying

__all__ = ["session"]

BOUNDS: Final = Bounds(size=2000, seconds=5, patience=2)
_LINES: Final = (
    *(
        "HTTP/1.1 200 OK",
        "HTTP/1.1 200 OK",
        "HTTP/1.1 200 OK",
        "HTTP/1.0 200 OK",
        "HTTP/1.1 206 Part",
        "HTTP/1.1 204 No",
    ),
    *(
        "HTTP/1.1 301 There",
        "HTTP/1.1 302 There",
        "HTTP/1.1 404 No",
        "HTTP/1.1 429 Slow",
        "HTTP/1.1 503 No",
        "nonsense",
    ),
    *(
        "HTTP/1.1 100 Go on\r\n\r\nHTTP/1.1 200 OK",
        "HTTP/1.1 99 X",
        "HTTP/1.1 " + "9" * 30 + " X",
        "HTTP/3 200 OK",
        "",
    ),
)
_HEADERS: Final = (
    *("Content-Length: -1", "Content-Length: 1999", "Content-Length: 2001", "Content-Length: " + "9" * 5000),
    *(
        "Content-Length: 5\r\nContent-Length: 6",
        "Content-Length: +5",
        "Content-Length: 5.0",
        "Content-Length: \u0661",
    ),
    *(
        "Content-Encoding: gzip",
        "Content-Encoding: Identity",
        "Content-Encoding: br, br",
        "Transfer-Encoding: chunked",
    ),
    *(
        "Transfer-Encoding: gzip",
        "Transfer-Encoding: chunked, chunked",
        "Content-Type: " + "a/b;" * 3000,
        "Content-Type:",
    ),
    *(
        "Location: http://127.0.0.1:1/",
        "Location: file:///etc/passwd",
        "Location: //[",
        "Location: \x01",
        "Refresh: 0",
    ),
    *(
        "Set-Cookie: a=b; Domain=\x00",
        "Trailer: x",
        "Connection: close, upgrade",
        "Upgrade: h2c",
        "X: " + "y" * 70_000,
    ),
    *(
        "Content-Disposition: attachment; filename=../../x",
        "Content-Range: bytes 5-1/0",
        "no colon",
        " folded: 1",
    ),
)


@st.composite
def replies(draw: st.DrawFn) -> bytes:
    """Return what a server sends before it hangs up."""
    body = draw(st.binary(max_size=40)) * draw(st.sampled_from((1, 1, 10, 60)))
    lines = [draw(st.sampled_from(_LINES)), *draw(st.lists(st.sampled_from(_HEADERS), max_size=2))]
    if draw(st.integers(0, 3)):
        lines.append(f"Content-Length: {len(body)}")
    if draw(st.integers(0, 5)) == 0:
        body = b"%x;%s\r\n" % (draw(st.integers(0, 2**70)), draw(st.binary(max_size=9))) + body
    reply = "\r\n".join([*lines, "", ""]).encode() + body
    return reply[: draw(st.integers(0, len(reply)))] if draw(st.integers(0, 5)) == 0 else reply


@pytest.fixture
def downloads(session: aiohttp.ClientSession) -> Downloads:
    return Downloads(session, at_once=1, reserve=0)


@tries(200)
@given(reply=replies())
@example(reply=b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc")
async def test_any_answer_is_a_whole_file_or_a_known_fault(
    downloads: Downloads, tmp_path: Path, reply: bytes
) -> None:
    path = tmp_path / "file"
    path.unlink(missing_ok=True)
    async with Origin(saying(reply)) as origin:
        try:
            size = await downloads.fetch(URL(origin.url), path, BOUNDS)
        except FetchFailed as failed:
            event(failed.fault.value)
            assert not path.exists() or path.stat().st_size <= BOUNDS.size
            return
        # No redirect was followed, and nothing was asked for twice.
        assert len(origin.heads) == 1
    event("a file")
    content = path.read_bytes()
    assert size == len(content) <= BOUNDS.size
    assert content in reply or b"chunked" in reply
    assert re.search(rb"HTTP/\S+ 200 ?", reply)
