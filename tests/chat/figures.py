"""Figures to draw and to tell: few and many, small and huge, with names of every length."""

import itertools
from datetime import timedelta

from bot.chat.administration.charts.summary import Summary, summary
from bot.core.ids import GuildId, UserId
from bot.core.job import State
from bot.core.office import Tally
from bot.flow.administration_books import Stats, summed
from tests.builders import NOON, PLACE

ANA = UserId(175928847299117063)
COMMANDS = ("seedance-pro", "seedance-lite", "seedance-fast", "seedream-edit")


def a_tally(
    jobs: int = 1,
    *,
    ago: int = 0,
    who: UserId = ANA,
    command: str = "seedance-pro",
    state: State = State.DELIVERED,
    microusd: int = 50_000,
) -> Tally:
    day = NOON.date() - timedelta(days=ago)
    return Tally(
        day, PLACE, who, command, state, jobs, 5 * jobs if state is State.DELIVERED else 0, microusd * jobs
    )


def stats(days: int, *tallies: Tally, guild_id: GuildId | None = PLACE) -> Stats:
    midnight = NOON.replace(hour=0)
    return summed(guild_id, midnight - timedelta(days=days - 1), NOON, tallies)


def told(days: int, *tallies: Tally, name: str = "ana") -> Summary:
    return summary(stats(days, *tallies), {ANA: name}, "en")


def a_crowd(days: int, members: int = 30, times: int = 1) -> list[Tally]:
    """Return jobs of many members, in every state, by every command, on every day."""
    return [
        a_tally(
            times * (1 + (7 * day + number) % 5),
            ago=day,
            who=UserId(ANA + number),
            command=COMMANDS[(day + number) % 4],
            state=tuple(State)[(day * members + number) % 9],
        )
        for day, number in itertools.product(range(days), range(members))
    ]


SUMMARIES = {
    "thirty days": told(30, *a_crowd(30)),
    "ninety days": told(90, *a_crowd(90)),
    "one day": told(1, *a_crowd(1, 9)),
    "one job": told(30, a_tally(ago=29, state=State.FAILED, microusd=0)),
    "one huge day": told(30, *a_crowd(30, 5), a_tally(123_456_789, ago=4)),
    "ninety huge days": told(90, *a_crowd(90, 30, 1_000_000)),
    "long names": told(
        14, a_tally(9, command="long-" * 80), a_tally(5, command="W" * 99), a_tally(7), name="W" * 32
    ),
    "many commands": told(7, *(a_tally(9 - n, ago=n, command=f"retired-{n}") for n in range(7))),
}
