"""A bare writer on a table of words, for what concerns transactions and not jobs."""

import sqlite3
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from bot.store.batch import Transaction
from bot.store.database import connect
from bot.store.thread import database_thread
from bot.store.writer import Writer


@asynccontextmanager
async def a_writer(path: Path, trace: list[str] | None = None) -> AsyncGenerator[Writer]:
    """A writer on a file with one table, `words`; `trace` receives every statement from then on."""

    def prepare(connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TABLE IF NOT EXISTS words (word TEXT PRIMARY KEY)")
        if trace is not None:
            connection.set_trace_callback(trace.append)

    async with database_thread(lambda: connect(path, ())) as thread:
        await thread.run(prepare)
        async with Writer(thread) as writer:
            yield writer


def put(transaction: Transaction, word: str) -> str:
    transaction.connection.execute("INSERT INTO words VALUES (?)", (word,))
    return word


def words(connection: sqlite3.Connection) -> Sequence[str]:
    return [str(word) for (word,) in connection.execute("SELECT word FROM words ORDER BY word").fetchall()]


def words_in(path: Path) -> Sequence[str]:
    """Read the file as another process would, and hold it to its own integrity."""
    connection = sqlite3.connect(path)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return words(connection)
    finally:
        connection.close()
