"""What the books say of a place: totals of a time, and the record of acts. Reads only."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, TypeVar

from bot.core.ids import GuildId, UserId
from bot.core.job import State
from bot.core.office import Deed, Office, Tally
from bot.core.ports import Clock
from bot.core.rights import Act, Actor
from bot.flow import administration_values as values
from bot.flow.administration_places import require_in

LONGEST: Final = 366
"""Days that statistics may look back."""
MOST_ACTS: Final = 50

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Total:
    """What jobs came to."""

    jobs: int = 0
    credits: int = 0
    """Charged ones only."""
    microusd: int = 0
    """Millionths of a dollar, as far as is known."""


@dataclass(frozen=True, slots=True)
class Stats:
    """What happened in a place in a time; the largest first, days in their order."""

    guild_id: GuildId | None
    """None: everywhere."""
    since: datetime
    until: datetime
    total: Total
    by_command: Mapping[str, Total]
    by_member: Mapping[UserId, Total]
    by_state: Mapping[State, Total]
    by_day: Mapping[date, Total]
    """By days of UTC, only those with jobs."""
    delivered_by_day: Mapping[date, int]
    """How many of a day's jobs have been delivered; no day without any."""


class Books:
    """Reads the books for those who run a place. Raises MemberError where somebody may not."""

    def __init__(self, office: Office, clock: Clock) -> None:
        self._office = office
        self._clock = clock

    async def stats(self, actor: Actor, guild_id: GuildId | None, days: int = 30) -> Stats:
        """Return the totals of the last days, the present one included; None: of all servers."""
        require_in(Act.SEE_STATS, actor, guild_id)
        values.number("days", days, 1, LONGEST)
        now = self._clock.now()
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        since, tomorrow = midnight - timedelta(days=days - 1), midnight + timedelta(days=1)
        return summed(guild_id, since, now, await self._office.tallies(guild_id, since, tomorrow))

    async def acts(self, actor: Actor, guild_id: GuildId | None, count: int = 10) -> Sequence[Deed]:
        """Return the latest acts in a server, newest first; None: everywhere."""
        require_in(Act.SEE_STATS, actor, guild_id)
        values.number("count", count, 1, MOST_ACTS)
        return await self._office.deeds(guild_id, count)


def summed(guild_id: GuildId | None, since: datetime, until: datetime, tallies: Sequence[Tally]) -> Stats:
    """Return the totals over tallies."""
    delivered = [tally for tally in tallies if tally.state is State.DELIVERED]
    return Stats(
        guild_id=guild_id,
        since=since,
        until=until,
        total=_total(tallies),
        by_command=_largest_first(_by(tallies, lambda tally: tally.command)),
        by_member=_largest_first(_by(tallies, lambda tally: tally.owner_id)),
        by_state=_largest_first(_by(tallies, lambda tally: tally.state)),
        by_day=dict(sorted(_by(tallies, lambda tally: tally.day).items())),
        delivered_by_day={day: total.jobs for day, total in _by(delivered, lambda tally: tally.day).items()},
    )


def _by(tallies: Sequence[Tally], key: Callable[[Tally], Key]) -> Mapping[Key, Total]:
    groups = defaultdict[Key, list[Tally]](list)
    for tally in tallies:
        groups[key(tally)].append(tally)
    return {of: _total(group) for of, group in groups.items()}


def _total(tallies: Sequence[Tally]) -> Total:
    return Total(
        sum(tally.jobs for tally in tallies),
        sum(tally.credits for tally in tallies),
        sum(tally.microusd for tally in tallies),
    )


def _largest_first(totals: Mapping[Key, Total]) -> Mapping[Key, Total]:
    return dict(sorted(totals.items(), key=lambda item: (-item[1].jobs, str(item[0]))))
