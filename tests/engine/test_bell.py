"""What is asked for while news are being said is said as well, and what could not be said is said again."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing
from typing import Any

import psycopg

from bot.clock import SystemClock
from bot.core.ids import JobId
from bot.engine.bell import Bell, News
from bot.engine.preparing import prepare_queue
from bot.store.postgresql.address import connecting
from tests.engine.timing import until
from tests.postgres import empty_database

A = JobId("a")


@asynccontextmanager
async def a_bell(url: str) -> AsyncGenerator[tuple[Bell, list[News]]]:
    """Yield a bell that rings and listens."""
    await asyncio.to_thread(prepare_queue, connecting(url))
    heard: list[News] = []
    bell = Bell(connecting(url), SystemClock(), heard.append)
    running = asyncio.create_task(bell.run())
    try:
        # Whoever listens later has missed what was said before.
        while not heard:
            bell.hold(1.0)
            await asyncio.sleep(0.05)
        yield bell, heard
    finally:
        running.cancel()
        await asyncio.wait([running])


def is_held_up(session: psycopg.Connection[Any]) -> bool:
    query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%wanted%'"
    return session.execute(query).fetchall() != [(0,)]


async def test_what_is_asked_for_while_news_are_being_said_is_said_after_them() -> None:
    url = empty_database("bell")
    async with a_bell(url) as (bell, heard):
        with closing(psycopg.connect(url)) as holder, psycopg.connect(url, autocommit=True) as other:
            holder.execute("LOCK TABLE procrastinate_jobs IN EXCLUSIVE MODE")
            bell.wake(A)
            await until(lambda: is_held_up(other))
            bell.wake(A)
            bell.hold(7.0)
            holder.rollback()
            await until(lambda: [list(news.wake) for news in heard].count([A]) == 2)

    assert [news.hold for news in heard if news.wake] == [0.0, 7.0]


async def test_what_could_not_be_said_is_said_again() -> None:
    url = empty_database("bell")
    async with a_bell(url) as (bell, heard):
        with closing(psycopg.connect(url)) as holder, psycopg.connect(url, autocommit=True) as other:
            holder.execute("LOCK TABLE procrastinate_jobs IN EXCLUSIVE MODE")
            bell.wake(A)
            await until(lambda: is_held_up(other))
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE wait_event_type = 'Lock' AND query LIKE '%wanted%' AND pid <> pg_backend_pid()"
            )
            holder.rollback()
            await until(lambda: any(A in news.wake for news in heard))
