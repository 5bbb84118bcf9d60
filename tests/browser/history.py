"""A month in the demo's server, written into its database before the bot begins: for pictures of figures."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final

from bot.core import events as ev
from bot.core.ids import ChannelId, GuildId, UserId
from bot.core.job import State
from bot.core.models import Request, SeedanceFast, SeedanceLite, SeedancePro, SeedreamEdit
from bot.core.policy import Policy
from bot.sandbox.stage import Stage
from bot.store.sqlite import SqliteStore
from tests.builders import a_deed, a_stored_job, moved

DAYS: Final = 30
FLAGGED: Final = "moonlight"

_REQUESTS: Final[tuple[tuple[Request, int, int], ...]] = (
    (SeedancePro(prompt="a boat"), 5, 260_000),
    (SeedanceLite(prompt="a boat"), 2, 90_000),
    (SeedanceFast(prompt="a boat"), 1, 50_000),
    (SeedreamEdit(prompt="a boat"), 2, 30_000),
)
"""What is ordered, with its credits and millionths of a dollar."""
_OFTEN: Final = (8, 3, 5, 4)
_ENDS: Final = {State.DELIVERED: 40, State.FAILED: 3, State.CANCELLED: 2, State.UNKNOWN: 1}


@dataclass(frozen=True, slots=True)
class _Order:
    owner: int
    request: Request
    cost: int
    estimated: int
    state: State
    at: datetime


async def a_month(scenery: Stage) -> None:
    """Have the members been busy for a month, and the server tell of it in a channel of its own."""
    channel = scenery.guild.add_channel("bot-log")
    guild_id, now = GuildId(scenery.guild.id), datetime.now(UTC)
    owners = [member.id for member in scenery.guild.members]
    async with SqliteStore.open(scenery.bot.database, now) as store:
        policy = Policy(flagged_words=(FLAGGED,), log_channel=ChannelId(channel.id))
        await store.office.set_policy(guild_id, policy, a_deed(at=now, guild_id=guild_id))
        for order in _orders(Random(7), owners, now):
            job = await a_stored_job(
                store,
                order.state,
                owner_id=UserId(order.owner),
                guild_id=guild_id,
                channel_id=ChannelId(scenery.channel.id),
                request=order.request,
                cost=order.cost,
                estimated=order.estimated,
                accepted_at=order.at,
            )
            await moved(store, job, ev.Told())


def _orders(chance: Random, owners: list[int], now: datetime) -> Iterator[_Order]:
    for ago in range(DAYS - 1, -1, -1):
        at = now - timedelta(days=ago, hours=1)
        for _ in range(chance.randint(1, 9) if ago else 2):
            request, cost, estimated = chance.choices(_REQUESTS, _OFTEN)[0]
            (state,) = chance.choices(list(_ENDS), list(_ENDS.values()))
            (owner,) = chance.choices(owners, range(len(owners), 0, -1))
            yield _Order(owner, request, cost, estimated, state, at)
