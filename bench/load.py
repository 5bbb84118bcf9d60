"""Commands at a rate that does not wait for answers, and how long each answer took.

Owns the clock of the measurement: from the event's departure at the stand-in to the callback's arrival
there. The stand-in shares this process, so how late its own loop runs is measured too.
"""

import asyncio
import contextlib
import gc
import math
import random
from collections.abc import AsyncGenerator, Generator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Final

from bot.sandbox.discord import Channel, Discord, Interaction, Member

COMMAND: Final = "seedance-fast"
PROMPT: Final = "a paper boat drifts over the moonlit pond while the lantern burns low"
# Seconds until the member reads that the application did not respond.
WINDOW: Final = 3.0
LAG_EVERY: Final = 0.005  # seconds


@dataclass(frozen=True, slots=True)
class Load:
    """Commands per second for some seconds, after some that are not counted."""

    per_second: float = 50
    seconds: float = 4
    warm_up: float = 1


@dataclass(frozen=True, slots=True)
class Answers:
    """What a load has met, in seconds; an answer that did not come in time counts as the whole window."""

    delays: tuple[float, ...]
    missed: int
    lags: tuple[float, ...]


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that so large a share of all does not exceed."""
    return sorted(values)[math.ceil(share * len(values)) - 1]


async def drive(
    discord: Discord, channel: Channel, members: Sequence[Member], load: Load, chance: random.Random
) -> Answers:
    """Have the members type commands, and return how they were answered."""
    await _wait(discord, await _type(channel, members, _arrivals(load.per_second, load.warm_up, chance)))
    with _without_collector():
        async with lateness() as lags:
            typed = await _type(channel, members, _arrivals(load.per_second, load.seconds, chance))
        await _wait(discord, typed)
    arrived = _callbacks(discord)
    delays = [arrived.get(each.id, math.inf) - each.sent_at for each in typed]
    missed = sum(delay > WINDOW for delay in delays)
    return Answers(tuple(min(delay, WINDOW) for delay in delays), missed, tuple(lags))


def _arrivals(per_second: float, seconds: float, chance: random.Random) -> Iterator[float]:
    """Yield moments as independent people choose them (a Poisson process)."""
    at = chance.expovariate(per_second)
    while at < seconds:
        yield at
        at += chance.expovariate(per_second)


async def _type(channel: Channel, members: Sequence[Member], moments: Iterator[float]) -> list[Interaction]:
    loop = asyncio.get_running_loop()
    start = loop.time()
    typed: list[Interaction] = []
    for number, moment in enumerate(moments):
        await asyncio.sleep(max(0.0, start + moment - loop.time()))
        member = members[number % len(members)]
        typed.append(await member.command(channel, COMMAND, checked=False, prompt=PROMPT))
    return typed


async def _wait(discord: Discord, typed: Sequence[Interaction]) -> None:
    """Wait until all are answered, or can no longer be."""
    last = max((each.sent_at for each in typed), default=0.0)

    def look() -> bool | None:
        return True if all(each.answered_at is not None for each in typed) else None

    with contextlib.suppress(TimeoutError):
        await discord.bell.until(look, timeout=max(last + WINDOW - discord.now(), 0.01), what="answers")


def _callbacks(discord: Discord) -> dict[int, float]:
    """Return when the first good answer to each interaction arrived."""
    arrived: dict[int, float] = {}
    for call in discord.log:
        match call.path.split("/"):
            case ["", "interactions", number, _, "callback"] if 200 <= call.status < 300:
                arrived.setdefault(int(number), call.at)
            case _:
                continue
    return arrived


@contextmanager
def _without_collector() -> Generator[None]:
    """Keep the garbage collector of this process out of the bots' figures."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@asynccontextmanager
async def lateness() -> AsyncGenerator[list[float]]:
    """Note, all the while, how late this loop wakes up."""
    lags: list[float] = []
    task = asyncio.create_task(_note_lags(lags))
    try:
        yield lags
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _note_lags(lags: list[float]) -> None:
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + LAG_EVERY
        await asyncio.sleep(LAG_EVERY)
        lags.append(loop.time() - due)
