"""What the demo's page and the health endpoint are asked: an answer in words, no failure of the server."""

import json
import logging
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import aiohttp
import pytest
from hypothesis import event, example, given
from hypothesis import strategies as st

from bot import health
from bot.clock import SystemClock
from bot.sandbox.stage import Stage
from bot.sandbox.web import Site
from bot.store.sqlite import SqliteStore
from tests.builders import PLENTY
from tests.fuzz.effort import tries
from tests.fuzz.odd import anything, near_misses, said, spoilt
from tests.sandbox.web.conftest import hand, opened, scenery, uploads

__all__ = ["hand", "opened", "scenery", "uploads"]

_ACTS: Final = (
    "command",
    "autocomplete",
    "press",
    "choose",
    "menu",
    "submit",
    "post",
    "locale",
    "fate",
    "other",
)
_PLACES: Final = said("MEMBER", "MEMBER", "CHANNEL", "MESSAGE", "0", "9" * 20, "9" * 21, "-1", "\u0661", "")
_NAMES: Final = said(
    "quota", "seedance-fast", "Edit image", "gateway", "members", "de", "zoetrope:again:x", "a b c", ""
)
_fields = near_misses(
    {"as": said("MEMBER"), "channel": said("CHANNEL"), "message": said("MESSAGE"), "name": _NAMES},
    {
        **dict.fromkeys(("interaction", "reply_to", "member"), _PLACES),
        **dict.fromkeys(("custom_id", "focused", "locale", "nonce", "value", "text"), _NAMES | anything),
        "options": near_misses(
            {"prompt": _NAMES}, {"duration": st.integers(-1, 99).map(str), "self": _NAMES}
        ),
        "values": anything,
    },
)
_KINDS: Final = (
    "application/json",
    "application/json",
    "multipart/form-data; boundary=b",
    "text/plain",
    "a/b;charset=\u00ff",
    "",
)


@st.composite
def bodies(draw: st.DrawFn) -> tuple[bytes, str]:
    """Return a body, and what it says that it is."""
    text, kind = draw(st.one_of(_fields, _fields, anything)), draw(st.sampled_from(_KINDS))
    if kind.startswith("multipart"):
        head = draw(
            st.sampled_from(
                ('form-data; name="act"', 'form-data; name="file"; filename="../a.png"', "form-data", "\x01")
            )
        )
        text = f"--b\r\nContent-Disposition: {head}\r\n\r\n{text}\r\n--b--\r\n"
    return spoilt(text, draw), kind


# To whoever runs the demo this is a line in the terminal, and the page is told by a sentence.
pytestmark = pytest.mark.filterwarnings("ignore::aiohttp.BadContentDispositionHeader")


class Door:
    """The page's server, asked by whoever pretends to be its page."""

    def __init__(self, site: Site, stage: Stage, http: aiohttp.ClientSession, message: str) -> None:
        self._site = site
        self._http = http
        self._names = {
            b"MEMBER": str(site.cast.members[0].id).encode(),
            b"CHANNEL": str(stage.channel.id).encode(),
            b"MESSAGE": message.encode(),
        }

    async def ask(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> int:
        """Ask, and return the status; a refusal has to come with its sentence."""
        for name, number in self._names.items():
            body = body.replace(name, number)
        sent = {"Origin": self._site.url, **headers}
        async with self._http.request(method, self._site.url + path, data=body, headers=sent) as answer:
            if answer.status >= 400 and path.startswith("/api/"):
                told = json.loads(await answer.read() or b"{}")
                assert method == "HEAD" or told["error"]
            return answer.status


@pytest.fixture
async def door(opened: Site, scenery: Stage, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Door]:
    message = await opened.cast.members[0].post(scenery.channel, "hello")
    caplog.set_level(logging.INFO)
    async with aiohttp.ClientSession() as http:
        yield Door(opened, scenery, http, str(message.id))
    assert "the demo" not in caplog.text


@pytest.mark.usefixtures("hand")
@tries(120)
@given(act=st.sampled_from(_ACTS), sent=bodies())
@example(act="locale", sent=(b'{"as": "MEMBER", "locale": "de"}', "application/json"))
async def test_any_act_is_done_or_refused_in_words(door: Door, act: str, sent: tuple[bytes, str]) -> None:
    body, kind = sent
    status = await door.ask("POST", f"/api/{act}", body, {"Content-Type": kind} if kind.isascii() else {})
    event(str(status))
    assert status < 500


_headers = st.dictionaries(
    st.sampled_from(
        ("Host", "Origin", "Accept-Language", "Sec-Fetch-Site", "Range", "If-None-Match", "If-Modified-Since")
    ),
    st.text(st.characters(codec="ascii", categories=("L", "N", "P", "S")), max_size=30)
    | st.sampled_from(
        ("bytes=5-1", "bytes=-", "null", "[::1]:0", "a" * 5000, "de;q=nan", "Sat, 99 Nov 1900 99:99:99 GMT")
    ),
    max_size=3,
)
_paths = st.sampled_from(
    (
        "/",
        "/api/state",
        "/api/state?as=%ff",
        "/static/page.js",
        "/static/../../secret",
        "/static/%2e%2e/x",
        "/static/%00",
    )
) | st.sampled_from(
    ("/media/a/b", "/media/%2e%2e/%2e%2e", "/api/state?as=" + "9" * 30, "/api/events?as=x", "/%", "//x")
)


@tries(120)
@given(method=st.sampled_from(("GET", "GET", "HEAD", "OPTIONS", "PUT")), path=_paths, headers=_headers)
@example(method="GET", path="/api/state", headers={})
async def test_any_question_is_answered(door: Door, method: str, path: str, headers: dict[str, str]) -> None:
    status = await door.ask(method, path, b"", headers)
    event(str(status))
    assert status < 500


@pytest.fixture
async def ward(tmp_path: Path) -> AsyncIterator[str]:
    clock = SystemClock()
    async with SqliteStore.open(tmp_path / "z.db", datetime.now(UTC)) as store:
        vitals = health.Vitals(
            store, clock, PLENTY.rates, lambda: None, lambda: True, lambda: None, lambda: True
        )
        async with health.serve(("127.0.0.1", 0), vitals) as port:
            yield f"http://127.0.0.1:{port}"


@tries(60)
@given(
    method=st.sampled_from(("GET", "GET", "POST", "HEAD", "BREW")),
    path=st.sampled_from(("/healthz", "/healthz?a=%ff", "/metrics", "/metrics/../x", "/", "/%00")),
    headers=_headers,
)
async def test_health_is_told_to_whoever_asks_however(
    ward: str, method: str, path: str, headers: dict[str, str]
) -> None:
    async with (
        aiohttp.ClientSession() as http,
        http.request(method, ward + path, headers=headers) as answer,
    ):
        assert answer.status in (200, 400, 404, 405)
        await answer.read()
        event(str(answer.status))
