"""A stage with its members, and shorthand for what they do in the paths that are played upon it.

Every wait has a bound. Knows nothing of crash points and judges nothing.
"""

import asyncio
import io
import shutil
import sqlite3
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from PIL import Image

from bot.sandbox.discord import EVERYBODY, Interaction, Member, Message, Modal, Permission, Upload
from bot.sandbox.discord.message import Button
from bot.sandbox.discord.modal import Entry
from bot.sandbox.discord.options import Value
from bot.sandbox.runcomfy import Ending, Pace, RunComfy, Studio
from bot.sandbox.stage import Begin, Stage, executed, stage
from proof.inside.orders import NAME, Orders

LONG: Final = 60.0  # seconds; many run at a time, on a shared machine
SPEED: Final = 5.0
"""How much faster than real time the bot's own time passes."""
PROMPT: Final = "a paper boat drifts over the moonlit pond"
_ANSWER_WITHIN: Final = 20.0  # seconds
_PACE: Final = Pace(queue=0.05, work=0.1)
_LOOKS: Final = {"RUNCOMFY__LOOK_MIN": "0.5", "RUNCOMFY__LOOK_MAX": "3"}


@dataclass(eq=False)
class Scene:
    """A running bot, its owner ana, a stranger bo and a manager of the server."""

    stage: Stage
    path: Path
    orders: Orders = field(default_factory=Orders)
    """What the next life of the bot under proof is told."""
    began: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self._began_under_orders = asyncio.Event()
        self.discord, self.runcomfy, self.bot = self.stage.discord, self.stage.runcomfy, self.stage.bot
        self.channel, self.guild = self.stage.channel, self.stage.guild
        self.ana = self.discord.add_member("ana", self.guild)
        self.bo = self.discord.add_member("bo", self.guild)
        chief = EVERYBODY | Permission.MANAGE_GUILD
        self.chief = self.discord.add_member("chief", self.guild, permissions=chief)

    # --- the bot -------------------------------------------------------------------------------------

    async def start(self, *, plain: bool = False, **settings: str) -> None:
        """Begin a life and wait until it answers; a plain one has no orders but the time."""
        self.tell(Orders(history=self.orders.history) if plain else self.orders)
        if not plain and self.orders.platter is not None:
            self._fill(self.orders.platter)
        lives = self.discord.gateway.identified
        await self.bot.start(**settings)
        if not plain:
            self._began_under_orders.set()
        await self.discord.bell.until(
            lambda: True if self.discord.gateway.identified > lives else None, timeout=LONG, what="the bot"
        )
        await self.discord.ready(LONG)

    def tell(self, orders: Orders, *, ahead: float = 0.0) -> None:
        """Write the orders; the bot's time goes on where that of its last life has ended."""
        passed = (time.monotonic() - self.began) * (SPEED - 1)
        timed = {"clock_speed": SPEED, "clock_ahead": passed + ahead}
        self._told = orders.model_copy(update=timed)
        self._told.give(self.path)

    def jump(self, seconds: float) -> None:
        """Set the running bot's wall clock on."""
        self._told = self._told.model_copy(update={"clock_ahead": self._told.clock_ahead + seconds})
        self._told.give(self.path)

    def _fill(self, platter: Path) -> None:
        """Have the disk hold what earlier lives have left: only what the next one writes can be lost."""
        platter.mkdir()
        for file in self.bot.folder.glob(f"{self.bot.database.name}*"):
            shutil.copyfile(file, platter / file.name)

    async def death(self) -> int:
        """Wait until the life under orders has ended, and return how."""
        await self._began_under_orders.wait()
        return await self.bot.ended()

    def heal(self) -> None:
        """End all that was scripted to go wrong, and have Discord give up what is unanswered."""
        self.discord.faults.clear()
        self.runcomfy.heal()
        self.runcomfy.release()
        endless = [fate for fate in self.runcomfy.account.next_fates if fate.ends is Ending.NEVER]
        for fate in endless:
            self.runcomfy.account.next_fates.remove(fate)
        for request_id, job in self.runcomfy.jobs.items():
            if job.fate.ends is Ending.NEVER and not job.status.final:
                self.runcomfy.finish(request_id)
        for interaction in self.discord.interactions.values():
            if interaction.answered_at is None:
                interaction.sent_at -= self.discord.answer_window

    # --- members -------------------------------------------------------------------------------------

    async def ask(self, command: str, member: Member | None = None, **options: Value) -> Interaction:
        """Have a member type a command, as an old client would, and return it once it is answered."""
        typed = await (member or self.ana).command(self.channel, command, checked=False, **options)
        return await typed.answered(LONG)

    async def animate(self, member: Member | None = None, **options: Value) -> Message:
        """Have a member ask for a video of a picture, and return the card."""
        return card_of(await self.ask("seedance-pro", member, prompt=PROMPT, image=picture(), **options))

    async def film(self, seconds: int = 2) -> Message:
        """Have ana ask for a video of words alone, and return its result, all done."""
        return await self.done(card_of(await self.ask("seedance-fast", prompt=PROMPT, duration=seconds)))

    async def edit(self) -> Message:
        """Have ana ask for a picture, and return the result, all done."""
        asked = await self.ask("seedream-edit", prompt=PROMPT, image=picture(), resolution="1K")
        return await self.done(card_of(asked))

    async def press(self, message: Message, name: str, member: Member | None = None) -> Interaction:
        """Have a member press a button, and return the answered press."""
        return await (await (member or self.ana).press(message, name, checked=False)).answered(LONG)

    async def open(self, message: Message, name: str) -> Modal:
        """Have ana press a button that opens a form, and return the form."""
        form = (await self.press(message, name)).modal
        assert form is not None
        return form

    async def fill_in(self, form: Modal, **values: Entry) -> Interaction:
        """Have ana send a form."""
        return await (await self.ana.submit(form, values, checked=False)).answered(LONG)

    # --- what comes of it ----------------------------------------------------------------------------

    async def says(self, card: Message, words: str) -> Message:
        """Return the card once it says these words."""
        return await card.wait_for(lambda message: words in message.text, LONG)

    async def done(self, card: Message) -> Message:
        """Return the message that brings the result of a card's job, when the card says so too."""
        await self.says(card, "Done in")
        return await self.channel.wait_for(lambda message: message.reference == card.id, LONG)

    async def queued(self) -> Message:
        """Return the card of a job that RunComfy keeps in its queue."""
        self.runcomfy.hold()
        return await self.says(await self.animate(), "In RunComfy's queue")

    def questions(self, verb: str) -> list[Message]:
        """Return the private messages with a button that has this verb."""
        return [
            message
            for channel in self.discord.channels.values()
            for message in channel.history
            if message.ephemeral
            and not message.deleted
            and any(_verb(one) == verb for one in message.buttons)
        ]

    async def until(self, state: str, count: int = 1) -> None:
        """Return once so many rows are in a state: nobody can be woken by the database."""
        async with asyncio.timeout(LONG):
            while self.states().count(state) < count:  # noqa: ASYNC110 (see above)
                await asyncio.sleep(0.02)

    def states(self) -> list[str]:
        """Return the states of all jobs, oldest first."""
        return [str(state) for (state,) in self._query("SELECT state FROM jobs ORDER BY accepted_at, id")]

    def open_jobs(self) -> list[str]:
        """Return the ids of the jobs that are not over or not told."""
        over = "state IN ('delivered', 'failed', 'cancelled', 'unknown') AND told_at IS NOT NULL"
        return [str(job) for (job,) in self._query(f"SELECT id FROM jobs WHERE NOT ({over})")]

    async def rest(self, within: float = LONG) -> None:
        """Return once every job is over and told."""
        async with asyncio.timeout(within):
            while self.open_jobs():  # noqa: ASYNC110 (as in `until`)
                await asyncio.sleep(0.03)

    def _query(self, statement: str) -> list[tuple[object, ...]]:
        address = f"file:{self.bot.database}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=5)) as connection:
            return connection.execute(statement).fetchall()


@asynccontextmanager
async def scene(
    folder: Path, orders: Orders, settings: Mapping[str, str], begin: Begin = executed
) -> AsyncGenerator[Scene]:
    """Set a scene whose bot is not started yet; `begin` is how its lives do."""
    path = folder / NAME
    orders.give(path)
    runcomfy = RunComfy(studio=Studio(quick=True), pace=_PACE)
    program = ("-m", "proof.inside.victim", str(path))
    chosen = _LOOKS | dict(settings)
    async with stage(folder, runcomfy=runcomfy, settings=chosen, program=program, begin=begin) as opened:
        # Discord's three seconds are tried elsewhere; here a busy machine must not use them up.
        opened.discord.answer_window = _ANSWER_WITHIN
        yield Scene(opened, path, orders)


def _verb(button: Button) -> str:
    return (button.custom_id or "").partition(":")[2].partition(":")[0]


def card_of(interaction: Interaction) -> Message:
    """Return the message that an interaction was answered with."""
    assert interaction.message is not None
    return interaction.message


def picture(width: int = 640, height: int = 480) -> Upload:
    """Return a picture as a member attaches it."""
    held = io.BytesIO()
    Image.effect_noise((width, height), 60).convert("RGB").save(held, "PNG")
    return Upload(held.getvalue(), "boat.png", "image/png")


def banner() -> Upload:
    """Return a picture of a shape that no model takes."""
    return picture(1600, 400)


def broken() -> Upload:
    """Return a file that is no picture."""
    return Upload(b"no", "boat.png", "image/png")
