"""A play whose bot lives under orders, by which its time may pass faster, and what such plays share."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any, Final

from bot.sandbox.discord import Interaction, Message
from bot.sandbox.runcomfy import Pace, RunComfy
from proof.inside.orders import NAME, Orders
from tests.e2e.conftest import judge
from tests.e2e.play import LONG, Play
from tests.postgres import IS_CHOSEN
from tests.shelf import quick_studio
from tests.stages import stage

# Room for many jobs of few members.
ROOMY: Final = {
    "QUOTA__DAILY_CREDITS": "1000000",
    "QUOTA__MONTHLY_CREDITS": "1000000",
    "QUOTA__MAX_ACTIVE_JOBS": "1000",
    "RUNCOMFY__MAX_IN_FLIGHT": "1000",
}

# Where a server is on the same processors: any faster, and a member is given up before their card is there.
_FASTEST: Final = 15.0


@asynccontextmanager
async def hurried(
    folder: Path,
    description: Path | None,
    speed: float = 1.0,
    *,
    starts: bool = True,
    judged: bool = True,
    settings: Mapping[str, str] | None = None,
) -> AsyncGenerator[Play]:
    """Yield a play in which the bot's time passes `speed` times as fast, and judge it at its end.

    Not `judged`: the test breaks so much that there are wrong calls and tracebacks, and judges by itself.
    """
    speed = min(speed, _FASTEST) if IS_CHOSEN else speed
    Orders(clock_speed=speed, is_shared=IS_CHOSEN).give(folder / NAME)
    runcomfy = RunComfy(studio=quick_studio(), pace=Pace(queue=0.1, work=0.2))
    program = ("-m", "proof.inside.victim", str(folder / NAME))
    # In real time, signs of life stay as frequent as a busy machine can bear.
    beats = {"ENGINE__TAKEOVER_AFTER": str(2 * speed)} if IS_CHOSEN else {}
    chosen = {**ROOMY, **beats, **(settings or {})}
    async with stage(
        folder, runcomfy=runcomfy, openapi=description, settings=chosen, program=program
    ) as set_up:
        play = Play(set_up)
        if starts:
            await play.start()
        yield play
        if judged:
            judge(set_up)


async def ask_many(play: Play, count: int, prompt: str = "number") -> list[Interaction]:
    """Have so many jobs asked for, one after the other, each with words of its own."""
    return [await play.ask("seedance-fast", prompt=f"{prompt} {number}") for number in range(count)]


async def all_over(play: Play, within: float = LONG) -> None:
    """Wait until every job is over, the telling included: the database rings no bell."""
    async with asyncio.timeout(within):
        while select(play, "SELECT id FROM jobs WHERE told_at IS NULL"):  # noqa: ASYNC110
            await asyncio.sleep(0.05)


def told(play: Play, card: Message | None) -> list[Message]:
    """Return the messages that reply to a card and bring no result."""
    assert card is not None
    return [m for m in play.channel.messages if m.reference == card.id and not m.attachments]


def select(play: Play, query: str) -> list[tuple[Any, ...]]:
    """Return rows of the bot's database, read from outside."""
    with closing(sqlite3.connect(f"file:{play.bot.database}?mode=ro", uri=True, timeout=5)) as connection:
        return connection.execute(query).fetchall()


def prompts(play: Play) -> Sequence[str]:
    """Return the words of all submits that RunComfy has read, in order."""
    return [str(submit.body.get("text", submit.body.get("prompt"))) for submit in play.runcomfy.submits]
