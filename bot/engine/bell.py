"""News between processes on one database: who is to look at which job now, and for how long nobody calls.

A piece of news may be missed, which only delays: whoever follows a job looks at it by itself in the end.
"""

import asyncio
import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

import psycopg

from bot.core.ids import JobId
from bot.core.ports import Clock
from bot.engine import statements

log = logging.getLogger(__name__)

# PostgreSQL takes less than 8,000 bytes in one piece of news; an id has about 30.
_AT_ONCE: Final = 100
# Seconds between two tries while the database is away, and between two questions whether it still is there.
_AGAIN: Final = 0.5
_QUIET: Final = 15.0


@dataclass(frozen=True, slots=True)
class News:
    """What one process tells the others."""

    wake: Sequence[JobId] = ()
    hold: float = 0.0
    """Seconds for which RunComfy has asked for no calls."""


def written(news: News) -> str:
    """Return news as it is sent."""
    return json.dumps({"wake": list(news.wake), "hold": news.hold})


def read(payload: str) -> News:
    """Return the news that came; none where another version, or a hand, has sent something else."""
    try:
        said: Any = json.loads(payload)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        return News()
    content = cast("dict[str, Any]", said)
    wake, hold = content.get("wake"), content.get("hold")
    ids = cast("list[Any]", wake) if isinstance(wake, list) else []
    return News(
        tuple(JobId(one) for one in ids if isinstance(one, str)),
        float(hold) if isinstance(hold, int | float) else 0.0,
    )


class Bell:
    """Rings for the other processes, and hears them; one connection of its own."""

    def __init__(self, connection: dict[str, Any], clock: Clock, hear: Callable[[News], None]) -> None:
        self._connection = connection
        self._clock = clock
        self._hear = hear
        self._waiting = dict[JobId, None]()
        self._hold = 0.0
        self._rung = asyncio.Event()

    def wake(self, job_id: JobId) -> None:
        """Have the job looked at by whoever follows it, or by somebody who begins to."""
        self._waiting[job_id] = None
        self._rung.set()

    def hold(self, seconds: float) -> None:
        """Have nobody call RunComfy for so long."""
        self._hold = max(self._hold, seconds)
        self._rung.set()

    async def run(self) -> None:
        """Carry news both ways until cancelled."""
        async with asyncio.TaskGroup() as ways:
            ways.create_task(self._again_and_again(self._listen))
            ways.create_task(self._again_and_again(self._ring))

    async def _again_and_again(self, way: Callable[[psycopg.AsyncConnection[Any]], Any]) -> None:
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    **self._connection, autocommit=True
                ) as session:
                    await way(session)
            except psycopg.Error as error:
                log.debug("news are delayed: %s", error, extra={"action": "retry"})
            await self._clock.sleep(_AGAIN)

    async def _listen(self, session: psycopg.AsyncConnection[Any]) -> None:
        await session.execute(f"LISTEN {statements.CHANNEL}")
        while True:
            async for notice in session.notifies(timeout=_QUIET):
                self._hear(read(notice.payload))
            await session.execute("SELECT 1")

    async def _ring(self, session: psycopg.AsyncConnection[Any]) -> None:
        while True:
            if not self._waiting and not self._hold:
                self._rung.clear()
                await self._rung.wait()
            news = self._take()
            try:
                await self._say(session, news)
            except psycopg.Error:
                # What could not be said is said again.
                self._waiting.update(dict.fromkeys(news.wake))
                self._hold = max(self._hold, news.hold)
                raise

    def _take(self) -> News:
        """Take out what is to be said next; what is asked for while it is being said comes after it."""
        news = News(list(self._waiting)[:_AT_ONCE], self._hold)
        for job_id in news.wake:
            del self._waiting[job_id]
        self._hold = 0.0
        return news

    async def _say(self, session: psycopg.AsyncConnection[Any], news: News) -> None:
        said = {"news": written(news)}
        if news.wake:
            await session.execute(statements.WAKE, {**said, "job_ids": list(news.wake)})
        else:
            await session.execute(statements.TELL, said)
