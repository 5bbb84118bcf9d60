"""A page of the demo without a browser: it asks, acts and listens as the scripts of the page do."""

import asyncio
import io
import json
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from itertools import count
from typing import TypeAlias, cast

import aiohttp

Shape: TypeAlias = dict[str, "Shape"] | list["Shape"] | str | int | float | bool | None
Event: TypeAlias = dict[str, Shape]
File: TypeAlias = tuple[str, str, bytes]
PATIENCE = 20.0  # seconds for anything that takes at most some


class Tab:
    """One tab, as one member."""

    def __init__(self, http: aiohttp.ClientSession, member: str) -> None:
        self.http, self.member = http, member
        self.events: list[Event] = []
        self._news = asyncio.Event()
        self._nonces = count(1)

    async def state(self) -> Event:
        async with self.http.get("/api/state", params={"as": self.member}) as answer:
            assert answer.status == 200
            return await answer.json()

    async def place(self, name: str = "animations") -> str:
        channels = cast("list[dict[str, str]]", (await self.state())["channels"])
        return next(one["id"] for one in channels if one["name"] == name)

    async def messages(self, name: str = "animations") -> list[Event]:
        channels = cast("list[dict[str, list[Event]]]", (await self.state())["channels"])
        return next(one["messages"] for one in channels if cast("object", one["name"]) == name)

    async def do(self, path: str, *files: File, **act: Shape) -> tuple[int, Event]:
        """Act, and return the status and the answer."""
        body: Event = {"as": self.member, "nonce": f"{self.member}-{next(self._nonces)}", **act}
        if files:
            # Quoted as browsers do it, which is hardly at all.
            form = aiohttp.FormData(quote_fields=False)
            form.add_field("act", json.dumps(body))
            for name, filename, content in files:
                form.add_field(
                    name, io.BytesIO(content), filename=filename, content_type="application/octet-stream"
                )
            sent = self.http.post(f"/api/{path}", data=form)
        else:
            sent = self.http.post(f"/api/{path}", json=body)
        async with sent as answer:
            return answer.status, await answer.json()

    async def done(self, path: str, *files: File, **act: Shape) -> Event:
        status, answer = await self.do(path, *files, **act)
        assert (status, answer.get("ok")) == (200, True), answer
        return answer

    async def fate(self, name: str, value: float | None = None) -> None:
        async with self.http.post("/api/fate", json={"name": name, "value": value}) as answer:
            assert answer.status == 200, await answer.text()

    async def event(self, kind: str, wanted: Callable[[Event], object] = lambda _: True) -> Event:
        """Return the first event of this kind that is as wanted, past or to come."""

        def found() -> Event | None:
            return next((one for one in self.events if one["type"] == kind and wanted(one)), None)

        try:
            async with asyncio.timeout(PATIENCE):
                while (event := found()) is None:
                    self._news.clear()
                    await self._news.wait()
                return event
        except TimeoutError:
            told = [json.dumps(one)[:300] for one in self.events]
            raise AssertionError(f"no such {kind}; there were {told}") from None

    async def message(self, wanted: Callable[[Event], object]) -> Event:
        """Return the first version of a message that is as wanted."""
        event = await self.event("message", lambda one: wanted(cast("Event", one["message"])))
        return cast("Event", event["message"])

    async def told(self, words: str) -> Event:
        """Return the note that says this."""
        return await self.event("note", lambda one: words in str(one["text"]))

    def forget(self) -> None:
        """Look at later events only."""
        self.events.clear()

    async def listen(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for one in socket:
            self.events.append(one.json())
            self._news.set()


@asynccontextmanager
async def a_tab(url: str, member: str) -> AsyncGenerator[Tab]:
    headers = {"Origin": url}
    async with (
        aiohttp.ClientSession(url, headers=headers) as http,
        http.ws_connect("/api/events", params={"as": member}) as socket,
    ):
        tab = Tab(http, member)
        listening = asyncio.create_task(tab.listen(socket))
        yield tab
        await socket.close()
        await listening


def says(words: str) -> Callable[[Mapping[str, Shape]], bool]:
    """Return what holds for a message with these words anywhere in it."""
    return lambda message: words in json.dumps(message, ensure_ascii=False)


def addresses(message: Mapping[str, Shape], ending: str) -> list[str]:
    """Return our addresses of the files in a message."""
    found = json.dumps(message).split('"/media/')[1:]
    return ["/media/" + one.partition('"')[0] for one in found if one.partition('"')[0].endswith(ending)]
