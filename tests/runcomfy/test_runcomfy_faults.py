"""What the client makes of a bad connection: the paid call is made once at most, and never guessed about."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from bot.clock import SystemClock
from bot.core.errors import PassingError, Problem, Reason
from bot.core.events import Accepted, Event, Interrupted, NotSent, Phase, Progressed, Refused
from bot.core.ids import RequestId
from bot.core.models import Kind, SeedanceFast
from bot.runcomfy.client import RunComfyClient
from bot.runcomfy.rate import CallRate
from tests.runcomfy.raw import Play, an_http_answer, drips, hangs, leaves, raw_server, resets, says

FOX = SeedanceFast(prompt="a fox")
ID = RequestId("3f2a")
ACCEPTED = Accepted(ID)
LOST = Interrupted(Reason(Problem.ANSWER_LOST))
NO = Refused(Reason(Problem.REQUEST_REFUSED, {"code": 422}))
UNREACHABLE = NotSent(Reason(Problem.GENERATOR_UNREACHABLE))

GOOD = an_http_answer(
    {"request_id": ID, "status_url": "https://model-api.runcomfy.net/v1/requests/3f2a/status"}
)
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
CHUNK = b'15\r\n{"request_id": "3f2a"\r\n'
ENDLESS = b"HTTP/1.1 200 OK\r\n\r\n"
HUGE = b" " * (1024 * 1024 + 1)


@asynccontextmanager
async def a_client(
    url: str, *, submit_timeout: float = 5.0, look_timeout: float = 5.0
) -> AsyncGenerator[RunComfyClient, None]:
    clock = SystemClock()
    rate = CallRate(1000, clock)
    async with RunComfyClient.open(
        url, "t0ken", rate, clock, submit_timeout=submit_timeout, look_timeout=look_timeout
    ) as client:
        yield client


# Each ends by itself, and the request was read.
ANSWERS: dict[str, tuple[Play, Event]] = {
    "good": (says(GOOD), ACCEPTED),
    "good and closed": (leaves(GOOD), ACCEPTED),
    "good by the end of the connection": (leaves(ENDLESS, b'{"request_id": "3f2a"}'), ACCEPTED),
    "eof without an answer": (leaves(), LOST),
    "reset without an answer": (resets(), LOST),
    "eof in the status line": (leaves(GOOD[:9]), LOST),
    "eof in the header": (leaves(GOOD[:30]), LOST),
    "reset in the header": (resets(GOOD[:30]), LOST),
    "eof after the header": (leaves(an_http_answer(b"", length=80)), LOST),
    "eof in the body before the id": (leaves(an_http_answer(b'{"request_', length=80)), LOST),
    "eof in the id": (leaves(an_http_answer(b'{"request_id": "3f', length=80)), LOST),
    "eof in the body after the id": (leaves(GOOD[:-20]), ACCEPTED),
    "chunked, cut before the id": (leaves(CHUNKED, b"7\r\n{"), LOST),
    "chunked, cut after the id": (leaves(CHUNKED, CHUNK), ACCEPTED),
    "cut by the end of the connection, before the id": (leaves(ENDLESS, b'{"request_id": "3f'), LOST),
    "cut by the end of the connection, after the id": (leaves(ENDLESS, b'{"request_id": "3f2a", '), ACCEPTED),
    "not HTTP": (leaves(b"SSH-2.0-OpenSSH_9.2\r\n"), LOST),
    "a page": (says(an_http_answer(b"<html>Welcome</html>")), LOST),
    "a huge page": (leaves(an_http_answer(HUGE)), LOST),
    "huge, with the id": (leaves(an_http_answer(b'{"request_id": "3f2a", "x": "' + HUGE + b'"}')), ACCEPTED),
    "a header without end": (leaves(b"HTTP/1.1 200 OK\r\nX: " + HUGE), LOST),
    "compressed rubbish": (says(an_http_answer(b"no gzip", Content_Encoding="gzip")), LOST),
    "bad gateway": (says(an_http_answer(b"<html>", 502)), LOST),
    "a clear no": (says(an_http_answer({"detail": []}, 422)), NO),
    "a clear no, cut": (leaves(an_http_answer(b"{", 422, length=9)), NO),
}  # fmt: skip


@pytest.mark.parametrize("name", ANSWERS)
async def test_a_submit_is_sent_once_whatever_is_answered(name: str) -> None:
    play, event = ANSWERS[name]
    async with raw_server(play) as server, a_client(server.url) as client:
        assert await client.submit(FOX, []) == event
        assert (len(server.requests), server.connections) == (1, 1)


# Each lasts until the client has had enough: a second, of which connecting may take half on a busy machine.
SILENCES: dict[str, tuple[Play, Event]] = {
    "never answers": (hangs(), LOST),
    "stops in the header": (hangs(GOOD[:30]), LOST),
    "stops before the id": (hangs(an_http_answer(b'{"reque', length=80)), LOST),
    "stops after the id": (hangs(an_http_answer(b'{"request_id": "3f2a", ', length=80)), ACCEPTED),
    "a header byte by byte": (drips(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"), LOST),
    "a body byte by byte": (drips(ENDLESS, b" "), LOST),
    "the id, then a body byte by byte": (drips(ENDLESS + b'{"request_id": "3f2a"', b" "), ACCEPTED),
}


@pytest.mark.parametrize("name", SILENCES)
async def test_a_submit_ends_in_time_and_is_sent_once(name: str) -> None:
    play, event = SILENCES[name]
    async with raw_server(play) as server, a_client(server.url, submit_timeout=1.0) as client:
        async with asyncio.timeout(10):
            assert await client.submit(FOX, []) == event
        assert (len(server.requests), server.connections) == (1, 1)


async def test_a_reset_before_the_request_is_read_is_not_told_from_a_later_one() -> None:
    async with raw_server(resets(), reads=False) as server, a_client(server.url) as client:
        assert await client.submit(FOX, []) == LOST
        assert server.connections == 1


async def test_a_refused_connection_proves_that_nothing_was_bought() -> None:
    async with a_client(f"http://127.0.0.1:{_closed_port()}") as client:
        assert await client.submit(FOX, []) == UNREACHABLE


async def test_a_name_that_nobody_knows_proves_that_nothing_was_bought() -> None:
    # RFC 6761: .invalid never exists. A resolver that does not answer runs into the time to connect.
    async with a_client("http://runcomfy.invalid", submit_timeout=2) as client:
        assert await client.submit(FOX, []) == UNREACHABLE


async def test_a_failed_handshake_proves_that_nothing_was_bought() -> None:
    async with raw_server(leaves(b"this is no TLS\r\n"), reads=False) as server:
        async with a_client(server.url.replace("http", "https")) as client:
            assert await client.submit(FOX, []) == UNREACHABLE
        assert server.connections == 1


async def test_a_handshake_that_never_ends_proves_that_nothing_was_bought() -> None:
    async with raw_server(hangs(), reads=False) as server:
        async with a_client(server.url.replace("http", "https"), submit_timeout=0.4) as client:
            assert await client.submit(FOX, []) == UNREACHABLE
        assert server.connections == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_never_followed(status: int) -> None:
    async with raw_server(says(GOOD)) as other:
        away = an_http_answer(b"", status, Location=f"{other.url}/v1/models/x")
        async with raw_server(says(away)) as server, a_client(server.url) as client:
            assert await client.submit(FOX, []) == LOST
            with pytest.raises(PassingError):
                await client.look(ID, Kind.VIDEO)
            with pytest.raises(PassingError):
                await client.cancel(ID)
            assert len(server.requests) == 3
        assert other.connections == 0


async def test_a_submit_that_is_called_off_says_so_to_its_caller() -> None:
    async with raw_server(hangs()) as server, a_client(server.url) as client:
        submit = asyncio.create_task(client.submit(FOX, []))
        async with asyncio.timeout(10):
            await server.asked.wait()
        submit.cancel()
        with pytest.raises(asyncio.CancelledError):
            await submit
        assert len(server.requests) == 1


async def test_each_submit_has_a_connection_of_its_own_and_looks_share_one() -> None:
    async with raw_server(says(GOOD)) as server, a_client(server.url) as client:
        for _ in range(3):
            assert await client.submit(FOX, []) == ACCEPTED
        assert server.connections == 3
    going = an_http_answer({"status": "in_progress"})
    async with raw_server(says(going)) as server, a_client(server.url) as client:
        for _ in range(3):
            await client.look(ID, Kind.VIDEO)
        assert (server.connections, len(server.requests)) == (1, 3)


LOOK_FAULTS: dict[str, Play] = {
    "eof": leaves(),
    "reset": resets(),
    "header cut": leaves(GOOD[:30]),
    "body cut": leaves(an_http_answer(b'{"status": "failed"}', length=99)),
    "chunked, cut": leaves(CHUNKED, CHUNK),
    "silence": hangs(),
    "a body byte by byte": drips(ENDLESS + b'{"status": "failed"}', b" "),
    "huge": leaves(an_http_answer(b'{"status": "failed", "x": "' + HUGE + b'"}')),
    "not HTTP": leaves(b"SSH-2.0-OpenSSH_9.2\r\n"),
}


CALLS: dict[str, Callable[[RunComfyClient], Awaitable[object]]] = {
    "look": lambda client: client.look(ID, Kind.VIDEO),
    "catalogue": lambda client: client.catalogue(FOX.model_id),
    "cancel": lambda client: client.cancel(ID),
}
# A 2xx proves that the wish has arrived, whatever becomes of its body.
ARRIVED = {"body cut", "chunked, cut", "a body byte by byte", "huge"}


@pytest.mark.parametrize(
    ("verb", "name"),
    [(verb, name) for verb in CALLS for name in LOOK_FAULTS if verb != "cancel" or name not in ARRIVED],
)
async def test_a_call_without_a_whole_answer_tells_nothing(verb: str, name: str) -> None:
    async with (
        raw_server(LOOK_FAULTS[name]) as server,
        a_client(server.url, look_timeout=1.0, submit_timeout=1.0) as client,
        asyncio.timeout(10),
    ):
        with pytest.raises(PassingError) as caught:
            await CALLS[verb](client)
        assert caught.value.reason.problem is Problem.GENERATOR_UNREACHABLE


@pytest.mark.parametrize("name", sorted(ARRIVED))
async def test_a_wish_that_has_arrived_is_decided_by_the_next_look(name: str) -> None:
    async with raw_server(LOOK_FAULTS[name]) as server, a_client(server.url, submit_timeout=1.0) as client:
        assert await client.cancel(ID) == Progressed(Phase.IN_PROGRESS)


async def test_a_look_at_nobody_tells_nothing() -> None:
    async with a_client(f"http://127.0.0.1:{_closed_port()}") as client:
        with pytest.raises(PassingError):
            await client.look(ID, Kind.VIDEO)


def _closed_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
    return port
