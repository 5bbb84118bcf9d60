"""Between a store and its server: passes all on, until told to cut, to hold back or to lose something."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from enum import Enum, auto
from typing import Final
from urllib.parse import urlsplit

# The whole message, because a transaction begins with the word too: "READ COMMITTED".
_COMMIT: Final = b"Q\x00\x00\x00\x0bCOMMIT\x00"


class Loss(Enum):
    """What becomes of the next COMMIT."""

    UNSENT = auto()
    """The connection is cut before it gets to the server."""
    UNANSWERED = auto()
    """The server has done it, and its answer is cut off."""
    UNNOTICED = auto()
    """The connection is cut before it gets to the server, which goes on waiting for it."""
    SWALLOWED = auto()
    """It never gets to the server, and nobody is cut off: both go on waiting."""


class Proxy:
    """Whoever connects is connected on. `losses` is used up from its beginning, a COMMIT at a time."""

    def __init__(self, url: str) -> None:
        self._server = urlsplit(url)
        self._ways: set[asyncio.StreamWriter] = set()
        self._unnoticed: set[asyncio.StreamWriter] = set()
        self._served: set[asyncio.Task[None]] = set()
        self._flowing = asyncio.Event()
        self._flowing.set()
        self.is_cut = False
        self.port = 0
        self.losses: list[Loss] = []
        self.cut_after_loss = False
        """Whether nobody gets through any more once a COMMIT was lost."""

    @property
    def url(self) -> str:
        """Return the address by which the database is reached through here."""
        return self._server._replace(netloc=f"{self._server.username}@127.0.0.1:{self.port}").geturl()

    def cut(self) -> None:
        """Break every connection, and every new one as it comes."""
        self.is_cut = True
        self._break()

    def hold_back(self) -> None:
        """Cut nobody off, but pass nothing on; all of it comes late, once the way is mended."""
        self._flowing.clear()

    def mend(self) -> None:
        """Let everybody through again."""
        self.is_cut = False
        self._flowing.set()

    async def close(self) -> None:
        """Break all for good, also what the server waits for, and return when nothing is left of it."""
        self.cut()
        self._flowing.set()
        for writer in self._unnoticed:
            writer.transport.abort()
        if self._served:
            await asyncio.wait(self._served)

    def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Begin to serve a connection."""
        task = asyncio.create_task(self._serve(reader, writer))
        self._served.add(task)
        task.add_done_callback(self._served.discard)

    def _break(self) -> None:
        for writer in self._ways:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.is_cut:
            writer.transport.abort()
            return
        with suppress(OSError):
            there_reader, there = await asyncio.open_connection(self._server.hostname, self._server.port)
            both = {writer, there}
            self._ways |= both
            if self.is_cut:
                # Since it was opened.
                self._break()
            try:
                loss = asyncio.Event()
                await asyncio.gather(
                    self._requests(reader, writer, there, loss),
                    self._answers(there_reader, writer, there, loss),
                )
            finally:
                self._ways -= both
                self._unnoticed -= both
                for way in both:
                    way.transport.abort()

    async def _passed(self, reader: asyncio.StreamReader) -> AsyncGenerator[bytes]:
        """Yield what comes, each piece once it may go on."""
        while chunk := await reader.read(65536):
            await self._flowing.wait()
            yield chunk

    async def _requests(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        there: asyncio.StreamWriter,
        loss: asyncio.Event,
    ) -> None:
        async for chunk in self._passed(reader):
            if _COMMIT in chunk and self.losses:
                match self.losses.pop(0):
                    case Loss.UNSENT:
                        self._lose({writer, there})
                        return
                    case Loss.UNNOTICED:
                        self._ways -= {there}
                        self._unnoticed |= {there}
                        self._lose({writer})
                        return
                    case Loss.SWALLOWED:
                        continue
                    case Loss.UNANSWERED:
                        loss.set()
            there.write(chunk)
        there.transport.abort()

    async def _answers(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        there: asyncio.StreamWriter,
        loss: asyncio.Event,
    ) -> None:
        async for chunk in self._passed(reader):
            if loss.is_set():
                self._lose({writer, there})
                return
            writer.write(chunk)
        writer.transport.abort()

    def _lose(self, ways: set[asyncio.StreamWriter]) -> None:
        for way in ways:
            way.transport.abort()
        if self.cut_after_loss:
            self.cut()


@asynccontextmanager
async def proxy(url: str) -> AsyncGenerator[Proxy]:
    """Give a way to a database that can be cut."""
    made = Proxy(url)
    serving = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = serving.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        serving.close()
        await made.close()
