"""A running bot whose database's disk can be disturbed, and looks at what it has written."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path

from proof.crashes.scene import LONG, Scene, scene
from proof.inside.disk import RECORD, Record
from proof.inside.orders import Orders
from proof.judging.evidence import Evidence, Finding
from proof.judging.judge import verdict
from tests.lives import begin
from tests.proof.reach import needs_a_disk


@asynccontextmanager
async def a_scene(folder: Path, **settings: str) -> AsyncGenerator[Scene]:
    """A running bot whose disk can be disturbed."""
    needs_a_disk()
    async with scene(folder, Orders(history=folder / "history"), settings, begin) as here:
        await here.start()
        yield here


def told(here: Scene, **changes: object) -> None:
    here.tell(here.orders.model_copy(update=changes))


def record(here: Scene) -> Record:
    return Record(here.bot.folder / RECORD)


async def judged(here: Scene, kills: int = 0) -> list[Finding]:
    return await verdict(Evidence(stage=here.stage, kills=kills, history=here.orders.history), within=LONG)


async def until(reached: Callable[[], object]) -> None:
    """Return once something is so that nobody can be woken by."""
    async with asyncio.timeout(LONG):
        while not reached():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


def rows(here: Scene, columns: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(f"file:{here.bot.database}?mode=ro", uri=True, timeout=5)) as connection:
        query = f"SELECT {columns} FROM jobs ORDER BY accepted_at, id"
        found: list[tuple[object, ...]] = connection.execute(query).fetchall()
        return found
