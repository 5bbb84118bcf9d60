"""What the plays share: a picture, a command, a look at the rows, and waiting for what must come."""

import asyncio
import io
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import psycopg
from PIL import Image

from bot.sandbox.discord import Interaction, Member, Message, Upload
from bot.sandbox.discord.options import Value
from bot.sandbox.stage import Stage
from tests.stages import kept_at

PROMPT: Final = "a paper boat drifts over the moonlit pond"
LONG: Final = 30.0  # seconds; a shared machine may stall
OFTEN: Final = {"RUNCOMFY__LOOK_MIN": "0.1", "RUNCOMFY__LOOK_MAX": "0.3"}
"""How soon a bot looks at an order again, where nothing depends on it."""


@cache
def picture(width: int = 640, height: int = 480, form: str = "PNG") -> bytes:
    """Return the bytes of a real picture."""
    held = io.BytesIO()
    Image.effect_noise((width, height), 60).convert("RGB").save(held, form)
    return held.getvalue()


def upload(width: int = 640, height: int = 480) -> Upload:
    """Return a picture as a member attaches it."""
    return Upload(picture(width, height), "boat.png", "image/png")


Reached = Callable[["Play"], object]
"""Tells whether a play has come to some point."""


@dataclass(frozen=True)
class Row:
    """A job as the database has it."""

    id: str
    state: str
    hold: str
    cost: int
    request_id: str | None
    wish: str


class Play:
    """A running bot with an owner, and shorthand for what members do."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.discord, self.runcomfy, self.bot = stage.discord, stage.runcomfy, stage.bot
        self.channel = stage.channel
        self.ana: Member = stage.discord.add_member("ana", stage.guild)

    async def start(self, **settings: str) -> None:
        """Begin a life of the bot and wait until it answers."""
        lives = self.discord.gateway.identified
        await self.bot.start(**settings)
        await self.discord.bell.until(
            lambda: True if self.discord.gateway.identified > lives else None, timeout=LONG, what="the bot"
        )
        await self.discord.ready(LONG)

    async def revive(self, **settings: str) -> None:
        """Kill the bot and start it again."""
        await self.bot.kill()
        await self.start(**settings)

    async def animate(self, member: Member | None = None, **options: Value) -> Interaction:
        """Have a member ask for a video of a picture, and return the acknowledged command."""
        chosen: dict[str, Value] = {"prompt": PROMPT, "image": upload(), **options}
        return await self.ask("seedance-pro", member, **chosen)

    async def ask(self, command: str, member: Member | None = None, **options: Value) -> Interaction:
        """Have a member type a command, as an old client would: what it refuses, the bot must refuse too."""
        typed = await (member or self.ana).command(self.channel, command, checked=False, **options)
        return await typed.answered(LONG)

    async def result_of(self, card: Message | None) -> Message:
        """Return the message that brings the result of a card's job."""
        assert card is not None
        return await self.channel.wait_for(
            lambda message: message.reference == card.id and bool(message.attachments), LONG
        )

    def results(self, card: Message | None) -> list[Message]:
        """Return all messages that bring a result of a card's job."""
        assert card is not None
        return [m for m in self.channel.messages if m.reference == card.id and m.attachments]

    async def card_says(self, card: Message | None, words: str) -> Message:
        """Return the card once it says these words."""
        assert card is not None
        return await card.wait_for(lambda message: words in message.text, LONG)

    async def until(self, reached: Reached) -> None:
        """Return once something has come to be: the database is looked at, which nobody can be woken by."""
        async with asyncio.timeout(LONG):
            while not reached(self):  # noqa: ASYNC110
                await asyncio.sleep(0.02)

    def rows(self) -> list[Row]:
        """Return the jobs as they are in the database, oldest first."""
        connection = sqlite3.connect(f"file:{self.bot.database}?mode=ro", uri=True, timeout=5)
        try:
            found: list[tuple[Any, ...]] = connection.execute(
                "SELECT id, state, hold, cost, request_id, wish FROM jobs ORDER BY accepted_at, id"
            ).fetchall()
        finally:
            connection.close()
        return [Row(*values) for values in found]

    def change(self, statement: str) -> None:
        """Change the one job in the database of a bot that is not running."""
        if isinstance(place := kept_at(self.bot), str):
            with psycopg.connect(place) as session:
                changed = session.execute(statement.encode()).rowcount
        else:
            with closing(sqlite3.connect(place)) as connection, connection:
                changed = connection.execute(statement).rowcount
        assert changed == 1

    def reserved(self) -> int:
        """Return the credits in open reservations."""
        return sum(row.cost for row in self.rows() if row.hold == "reserved")
