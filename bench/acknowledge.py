"""How soon a command is acknowledged: the real bot, which has made it durable by then, against a bare one.

Three sides, each a fresh process before a fresh stand-in in every round: the bare bot; ours while RunComfy
finishes nothing; ours while jobs go all the way. Quotas are raised, all other limits are as shipped.
"""

import random
import tempfile
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from bench.load import Answers, Load, drive, percentile
from bench.programs import STARTS_WITHIN, program
from bench.report import Part, Row, Series, ratio_at_most
from bot.sandbox.discord import Channel, Discord, Guild
from bot.sandbox.runcomfy import Pace, RunComfy, Studio
from bot.sandbox.stage import stage

MEMBERS: Final = 200
PLENTY: Final = "1000000"
QUOTAS: Final = {
    "QUOTA__DAILY_CREDITS": PLENTY,
    "QUOTA__MONTHLY_CREDITS": PLENTY,
    "QUOTA__MAX_ACTIVE_JOBS": PLENTY,
}
MILLISECONDS: Final = "{:.1f} ms"
AIM: Final = ratio_at_most(1.5)


@dataclass(frozen=True, slots=True)
class Scene:
    """A bot that is ready, and where members type."""

    discord: Discord
    guild: Guild
    channel: Channel

    @property
    def done(self) -> int:
        """How many results stand in the channel."""
        return sum(bool(message.attachments) for message in self.channel.messages)


Side = Callable[[], AbstractAsyncContextManager[Scene]]


@asynccontextmanager
async def bare() -> AsyncGenerator[Scene]:
    """Open the baseline."""
    async with Discord() as discord:
        guild = discord.add_guild("The Magic Lantern")
        channel = guild.add_channel("animations")
        async with program("bench.bare_bot", discord):
            yield Scene(discord, guild, channel)


@asynccontextmanager
async def ours(*, held: bool) -> AsyncGenerator[Scene]:
    """Open the real bot; `held`: RunComfy takes orders and finishes none."""
    runcomfy = RunComfy(studio=Studio(quick=True), pace=Pace(queue=0.1, work=0.2))
    with tempfile.TemporaryDirectory() as folder:
        async with stage(Path(folder), runcomfy=runcomfy, settings=QUOTAS) as on:
            if held:
                runcomfy.hold()
            await on.bot.start()
            await on.discord.ready(STARTS_WITHIN)
            yield Scene(on.discord, on.guild, on.channel)


SIDES: Final[dict[str, Side]] = {
    "bare": bare,
    "held": lambda: ours(held=True),
    "whole": lambda: ours(held=False),
}

SPOKEN: Final = {"bare": "the bare bot", "held": "jobs held", "whole": "jobs running"}
LOADS: Final = (Load(per_second=50), Load(per_second=200))
"""One after the other before the same bot; where jobs go all the way, only the first."""

Key = tuple[str, float]
"""A side, and at how many commands a second."""
Found = Mapping[Key, Sequence[Answers]]


async def measure(rounds: int, loads: Sequence[Load] = LOADS) -> Part:
    """Measure all sides in turn, the order reversed every other round."""
    answers: dict[Key, list[Answers]] = {}
    done: list[float] = []
    for number in range(rounds):
        for name in list(SIDES)[:: -1 if number % 2 else 1]:
            async with SIDES[name]() as scene:
                # The stand-in that makes the films shares two cores with the bot: 200 a second are beyond it.
                for load in loads[:1] if name == "whole" else loads:
                    found = await _play(scene, load, seed=number)
                    answers.setdefault((name, load.per_second), []).append(found)
                if name == "whole":
                    done.append(scene.done)
    return Part(tuple(_rows(answers)), _notes(answers, loads, median(done)), series=_series(answers))


async def _play(scene: Scene, load: Load, seed: int) -> Answers:
    members = [scene.discord.add_member(f"member-{number}", scene.guild) for number in range(MEMBERS)]
    return await drive(scene.discord, scene.channel, members, load, random.Random(seed))


def _rows(answers: Found) -> list[Row]:
    return [
        Row(
            f"answer {label}, {SPOKEN[side]}, {speed:g}/s",
            _milliseconds(found, share),
            _milliseconds(answers["bare", speed], share),
            MILLISECONDS,
            "bare",
            aim,
        )
        for (side, speed), found in sorted(answers.items(), key=lambda item: item[0])
        if side != "bare"
        for label, share, aim in (("p50", 0.50, None), ("p99", 0.99, AIM))
    ]


def _milliseconds(rounds: Sequence[Answers], share: float) -> tuple[float, ...]:
    return tuple(1000 * percentile(each.delays, share) for each in rounds)


def _series(answers: Found) -> dict[str, Series]:
    """Return each side's percentiles of all rounds together, in milliseconds, the hundredth left out."""
    return {
        "acknowledgement": {
            f"{SPOKEN[side]}, {speed:g}/s": [
                1000 * percentile([delay for each in found for delay in each.delays], share / 100)
                for share in range(1, 100)
            ]
            for (side, speed), found in answers.items()
        }
    }


def _notes(answers: Found, loads: Sequence[Load], done: float) -> tuple[str, ...]:
    spoken = {f"{SPOKEN[side]} at {speed:g}/s": found for (side, speed), found in answers.items()}
    lags = ", ".join(f"{name} {1000 * _lag(rounds):.1f} ms" for name, rounds in spoken.items())
    missed = ", ".join(
        f"{name} {sum(each.missed for each in rounds)} of {sum(len(each.delays) for each in rounds)}"
        for name, rounds in spoken.items()
    )
    played = " and ".join(f"{load.per_second:g} commands a second for {load.seconds:g} s" for load in loads)
    return (
        f"{played[0].upper()}{played[1:]} a round, at random moments.",
        f"Not acknowledged within 3 s: {missed}.",
        f"Lateness of the measuring loop, contained in all figures, p99: {lags}.",
        f"While jobs were running, {done:g} results were posted in the median round.",
    )


def _lag(rounds: Sequence[Answers]) -> float:
    return median(percentile(each.lags, 0.99) for each in rounds)
