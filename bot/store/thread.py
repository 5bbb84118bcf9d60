"""aiosqlite's connection and its thread, to which whole functions are sent.

The one place that touches aiosqlite's private `_execute`. Knows no transaction and no table.
"""

import sqlite3
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Protocol, TypeVar, cast

import aiosqlite

T = TypeVar("T")


class _Execute(Protocol):
    def __call__(self, function: Callable[[], T], /) -> Awaitable[T]: ...


class DatabaseThread:
    """Runs one plain function after another on the connection, in the only thread that may use it."""

    def __init__(self, connection: aiosqlite.Connection, raw: sqlite3.Connection) -> None:
        # aiosqlite has no public call that runs a function of ours in its thread, and a transaction of many
        # awaited statements is torn when its caller is cancelled. tests/store/test_thread.py guards this.
        self._execute = cast("_Execute", connection._execute)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage, reportUnknownMemberType] (see above)
        self._raw = raw

    async def run(self, function: Callable[[sqlite3.Connection], T]) -> T:
        """Return what the function returns; once sent it runs to its end, whatever becomes of the caller."""
        # A closure, because aiosqlite logs what it executes: arguments would be in the text.
        return await self._execute(lambda: function(self._raw))


@asynccontextmanager
async def database_thread(connect: Callable[[], sqlite3.Connection]) -> AsyncGenerator[DatabaseThread]:
    """Open a connection by `connect`, in its own thread; on leaving, finish what was sent and close it."""
    opened: list[sqlite3.Connection] = []
    failed: list[Exception] = []

    def connector() -> sqlite3.Connection:
        try:
            opened.append(connect())
        except Exception as error:  # noqa: BLE001 (raised below)
            # aiosqlite does not wait for its thread where this raises; the loop may be closed before it ends.
            failed.append(error)
            return sqlite3.connect(":memory:")
        return opened[0]

    async with aiosqlite.Connection(connector, iter_chunk_size=64) as connection:
        if failed:
            raise failed[0]
        yield DatabaseThread(connection, opened[0])
