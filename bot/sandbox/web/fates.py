"""The panel of fates: what the person in front of the page lets happen to RunComfy, Discord and the bot.

Acts through the stand-ins' public switches, and says what each fate has done once it has really struck.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, TypeAlias

from pydantic import BaseModel, ConfigDict

from bot.sandbox.discord import Fault as DiscordFault
from bot.sandbox.discord import Status as Answer
from bot.sandbox.discord.wire import Json
from bot.sandbox.runcomfy import Action, Ending, Fate, Fault, Pace, When
from bot.sandbox.stage import Stage
from bot.sandbox.web.life import Life
from bot.sandbox.web.omens import Omens
from bot.sandbox.web.refusal import ActError, bad

Turn: TypeAlias = Callable[[float | None], Awaitable[None]]
_STRUCK: Final = 5  # calls that a 503 answers
_SPEEDS: Final = (0.25, 20.0)
_SECONDS: Final = (0.0, 600.0)
# Everything but pictures and videos: those the page shows too, and it asks elsewhere.
_API: Final = r"/(?!attachments|ephemeral-attachments|external|avatars|embed).*"


class FateAct(BaseModel):
    """A fate by name; the three that are settings have a value."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: str
    value: float | bool | None = None
    """A number for a setting; what else a page sends with the others says nothing."""


class Fates:
    """Lets things happen, and tells when they have."""

    def __init__(self, stage: Stage, life: Life, tell: Callable[[str], None]) -> None:
        self._stage, self._life, self._tell = stage, life, tell
        self._omens = Omens(stage, tell)
        self._under_way: set[asyncio.Task[None]] = set()
        self._turns: Mapping[str, Turn] = {
            "speed": self._speed,
            "queue": self._queue,
            "work": self._work,
            "fail_next": self._fail_next,
            "lose_answer": self._lose_answer,
            "discord_503": self._discord_503,
            "runcomfy_503": self._runcomfy_503,
            "drop_gateway": self._drop_gateway,
            "expire_tokens": self._expire_tokens,
            "restart": self._restart,
            "kill": lambda _: self._life.kill(),
            "start": lambda _: self._life.start(),
        }

    def describe(self) -> Json:
        """Tell the page how the panel stands."""
        comfy = self._stage.runcomfy
        settings = {"speed": comfy.speed, "queue": comfy.pace.queue, "work": comfy.pace.work}
        return {**settings, **self._omens.pending()}

    def look(self) -> None:
        """Tell of what has struck since the last look."""
        self._omens.look()

    async def turn(self, name: str, value: float | None) -> None:
        """Let a fate happen; what comes of it is told later."""
        chosen = self._turns.get(name)
        if chosen is None:
            raise bad(f"There is no fate called {name}.")
        await chosen(value)
        self._stage.discord.bell.ring()

    async def close(self) -> None:
        """Let nothing happen any more."""
        for task in list(self._under_way):
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _speed(self, value: float | None) -> None:
        self._stage.runcomfy.speed = _within(value, _SPEEDS)
        self._tell(f"RunComfy's time runs {value:g} times as fast.")

    async def _queue(self, value: float | None) -> None:
        pace = self._stage.runcomfy.pace
        self._stage.runcomfy.pace = Pace(queue=_within(value, _SECONDS), work=pace.work)
        self._tell(f"Jobs sent from now on wait {value:g} s in RunComfy's queue.")

    async def _work(self, value: float | None) -> None:
        pace = self._stage.runcomfy.pace
        self._stage.runcomfy.pace = Pace(queue=pace.queue, work=_within(value, _SECONDS))
        self._tell(f"RunComfy works on jobs sent from now on for {value:g} s.")

    async def _fail_next(self, _: float | None) -> None:
        fate = Fate(ends=Ending.FAILED, error="The model could not make anything of this input.")
        self._stage.runcomfy.next(fate)
        self._omens.doom(fate)
        self._tell("The next job that RunComfy takes will fail.")

    async def _lose_answer(self, _: float | None) -> None:
        fault = Fault("submit", Action.RESET, when=When.DONE)
        self._omens.lose(self._stage.runcomfy.fault(fault))
        self._tell("RunComfy's answer to the next paid call will be lost.")

    async def _discord_503(self, _: float | None) -> None:
        fault = DiscordFault("*", _API, Answer(503, 0, "Service Unavailable"), times=_STRUCK)
        self._omens.darken(self._stage.discord.faults.add(fault))
        self._tell(f"Discord will answer 503 to the next {_STRUCK} calls.")

    async def _runcomfy_503(self, _: float | None) -> None:
        fault = Fault("*", Action.ANSWER, status=503, times=_STRUCK)
        self._omens.refuse(self._stage.runcomfy.fault(fault))
        self._tell(f"RunComfy will answer 503 to the next {_STRUCK} calls.")

    async def _drop_gateway(self, _: float | None) -> None:
        if not self._stage.discord.gateway.connected:
            raise ActError(409, "The bot has no connection to lose.")
        self._omens.sever()
        await self._stage.discord.drop_gateway()
        self._tell("The bot's connection to Discord's gateway was lost.")

    async def _expire_tokens(self, _: float | None) -> None:
        self._stage.discord.expire_tokens()
        self._tell("The tokens of all interactions so far are dead, as they are after 15 minutes.")

    async def _restart(self, _: float | None) -> None:
        # It takes as long as the bot takes to leave; the page hears of it by events.
        task = asyncio.create_task(self._life.restart())
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)


def _within(value: float | None, bounds: tuple[float, float]) -> float:
    low, high = bounds
    if value is None or not low <= value <= high:
        raise bad(f"The value has to be from {low:g} to {high:g}.")
    return value
