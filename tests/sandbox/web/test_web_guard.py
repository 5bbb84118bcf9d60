"""Who is let in: this machine's own page, and nobody who borrows the browser."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import aiohttp
import pytest

from bot.sandbox.stage import Stage
from bot.sandbox.web import Site
from bot.sandbox.web.guard import HEADERS

FOREIGN = "http://evil.example"
COUNT = 64 << 20


@pytest.fixture
async def http(opened: Site) -> AsyncGenerator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(opened.url) as http:
        yield http


def assert_sealed(answer: aiohttp.ClientResponse) -> None:
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


def left(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def raw(url: str, head: str) -> bytes:
    """Send a request that no client library would, and read the whole answer."""
    host, port = url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"{head}\r\nConnection: close\r\n\r\n".encode())
    answer = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    await writer.wait_closed()
    return answer


@pytest.mark.parametrize("path", ["/", "/api/state", "/static/dom.js", "/media/x/y", "/api/events"])
@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example:80", ""]
)
async def test_a_foreign_host_gets_nothing(http: aiohttp.ClientSession, path: str, host: str) -> None:
    async with http.get(path, headers={"Host": host}) as answer:
        assert answer.status == 403
        assert_sealed(answer)


async def test_two_hosts_are_none(opened: Site) -> None:
    host = opened.url.removeprefix("http://")
    for hosts in (f"Host: {host}\r\nHost: evil.example", f"Host: {host}\r\nHost: {host}"):
        assert b"200 OK" not in await raw(opened.url, f"GET /api/state HTTP/1.1\r\n{hosts}")


async def test_both_names_of_this_machine_are_ours_each_with_its_own_origin(
    http: aiohttp.ClientSession, opened: Site
) -> None:
    port = opened.url.rpartition(":")[2]
    named = {"Host": f"localhost:{port}"}
    async with http.get("/api/state", headers=named) as answer:
        assert answer.status == 200
    act = {"name": "expire_tokens"}
    async with http.post(
        "/api/fate", json=act, headers={**named, "Origin": f"http://localhost:{port}"}
    ) as answer:
        assert answer.status == 200
    async with http.post("/api/fate", json=act, headers={**named, "Origin": opened.url}) as answer:
        assert answer.status == 403


@pytest.mark.parametrize(
    "path",
    [f"/api/{name}" for name in ("command", "press", "choose", "menu", "submit", "post", "locale", "fate")],
)
@pytest.mark.parametrize("origin", [None, FOREIGN, "null", "http://127.0.0.1", "https://127.0.0.1"])
async def test_no_act_without_our_own_origin(
    http: aiohttp.ClientSession, path: str, origin: str | None
) -> None:
    headers = {} if origin is None else {"Origin": origin}
    async with http.post(path, json={}, headers=headers) as answer:
        assert answer.status == 403
        assert set(await answer.json()) == {"error"}
        assert_sealed(answer)


async def test_a_refused_act_has_done_nothing(http: aiohttp.ClientSession, scenery: Stage) -> None:
    async with http.post("/api/fate", json={"name": "queue", "value": 99}, headers={"Origin": FOREIGN}):
        assert scenery.runcomfy.pace.queue < 1


@pytest.mark.parametrize("origin", [None, FOREIGN, "null"])
async def test_nobody_else_may_listen(http: aiohttp.ClientSession, opened: Site, origin: str | None) -> None:
    headers = {} if origin is None else {"Origin": origin}
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await http.ws_connect(f"/api/events?as={opened.cast.members[0].id}", headers=headers)
    assert refused.value.status == 403


@pytest.mark.parametrize(
    "headers", [{"Origin": FOREIGN}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}]
)
async def test_another_site_may_not_read_the_state(
    http: aiohttp.ClientSession, headers: dict[str, str]
) -> None:
    async with http.get("/api/state", headers=headers) as answer:
        assert answer.status == 403


async def test_every_answer_carries_the_headers(http: aiohttp.ClientSession, opened: Site) -> None:
    asked = {"/": 200, "/static/dom.js": 200, "/api/state": 200, "/nowhere": 404, "/api/press": 405}
    for path, status in asked.items():
        async with http.get(path) as answer:
            assert (path, answer.status) == (path, status)
            assert_sealed(answer)
    where = f"/api/events?as={opened.cast.members[0].id}"
    async with http.ws_connect(where, headers={"Origin": opened.url}) as socket:
        response = socket._response  # pyright: ignore[reportPrivateUsage] - aiohttp shows the answer nowhere else
        assert_sealed(response)


@pytest.mark.parametrize(
    "path",
    [
        "/static/../server.py",
        "/static/%2e%2e/server.py",
        "/static/..%2fserver.py",
        "/static/..%5cserver.py",
        "/static//etc/passwd",
        "/static/%2Fetc%2Fpasswd",
        "/static/%00",
        "/static/.",
        "/../../../../etc/passwd",
        "/media/../../server.py",
        "/media/x/..%2f..%2fserver.py",
    ],
)
async def test_no_path_leads_out(opened: Site, path: str) -> None:
    host = opened.url.removeprefix("http://")
    answer = await raw(opened.url, f"GET {path} HTTP/1.1\r\nHost: {host}")
    assert answer.split(b" ")[1] in (b"404", b"400", b"403")
    assert b"import " not in answer
    assert b"root:" not in answer


async def test_a_body_that_is_too_large_is_refused(
    http: aiohttp.ClientSession, opened: Site, uploads: Path
) -> None:
    large, ours = "x" * (300 * 1024), {"Origin": opened.url}
    async with http.post("/api/press", json={"as": large}, headers=ours) as answer:
        assert answer.status == 413
    form = aiohttp.FormData()
    form.add_field("act", large, content_type="application/json")
    async with http.post("/api/post", data=form, headers=ours) as answer:
        assert answer.status == 413
        assert_sealed(answer)
    assert left(uploads) == []


async def pieces(size: int) -> AsyncGenerator[bytes]:
    """Send a form with one file of this size, a piece at a time."""
    yield b'--b\r\nContent-Disposition: form-data; name="file1"; filename="film.mp4"\r\n\r\n'
    for _ in range(size >> 20):
        yield bytes(1 << 20)
    yield b"and one more byte\r\n--b--\r\n"


async def test_a_file_that_is_too_large_leaves_nothing_behind(
    http: aiohttp.ClientSession, opened: Site, uploads: Path
) -> None:
    headers = {"Origin": opened.url, "Content-Type": "multipart/form-data; boundary=b"}
    async with http.post("/api/post", data=pieces(COUNT), headers=headers) as answer:
        assert answer.status == 413
    assert left(uploads) == []


@pytest.mark.parametrize(
    "body",
    [
        b"--b\r\n\r\nno name\r\n--b--\r\n",
        b'--b\r\nContent-Disposition: form-data; name="act"\r\n\r\n{}\r\n--b--\r\n',
        b'--b\r\nContent-Disposition: form-data; name="other"\r\n\r\n{}\r\n--b--\r\n',
        b"no parts at all",
        b"",
    ],
)
async def test_a_form_that_is_none_is_a_sentence(
    http: aiohttp.ClientSession, opened: Site, body: bytes
) -> None:
    headers = {"Origin": opened.url, "Content-Type": "multipart/form-data; boundary=b"}
    async with http.post("/api/post", data=body, headers=headers) as answer:
        assert answer.status == 400
        assert set(await answer.json()) == {"error"}


async def test_eleven_files_are_too_many(http: aiohttp.ClientSession, opened: Site, uploads: Path) -> None:
    form = aiohttp.FormData()
    for number in range(11):
        form.add_field(f"file{number}", b"x", filename="x.png")
    async with http.post("/api/post", data=form, headers={"Origin": opened.url}) as answer:
        assert answer.status == 400
        assert "10 files" in (await answer.json())["error"]
    assert left(uploads) == []
