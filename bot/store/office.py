"""The store for those who run a place; implements `bot.core.office.Office` beside the jobs."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from bot.core.ids import GrantId, GuildId, RoleId, UserId
from bot.core.job import Job
from bot.core.ledger import Entry, Purse
from bot.core.office import Deed, Filter, House, Subject, Tally
from bot.core.policy import Policy
from bot.core.quota import Bound, Figures, Rates, Usage
from bot.store import accounts, books, grants, jobs, places
from bot.store.connection import Transaction, Writer

T = TypeVar("T")


class SqlOffice:
    """Sends plain functions to the database; an act goes together with its line in the record."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    async def _act(self, deed: Deed, work: Callable[[Transaction], T], *, alone: bool = False) -> T:
        def whole(here: Transaction) -> T:
            done = work(here)
            places.note(here.connection, deed)
            return done

        return await self._writer.write(whole, alone=alone)

    # --- places ----------------------------------------------------------------------------------------

    async def policy(self, guild_id: GuildId | None) -> Policy:
        return await self._writer.read(lambda connection: places.policy(connection, guild_id))

    async def house(self, purse: Purse) -> House:
        return await self._writer.read(lambda connection: places.house(connection, purse))

    async def set_policy(self, guild_id: GuildId | None, policy: Policy, deed: Deed) -> None:
        await self._act(deed, lambda here: places.set_policy(here.connection, guild_id, policy))

    async def figures(self, guild_id: GuildId) -> Sequence[tuple[Subject, Figures]]:
        return await self._writer.read(lambda connection: places.figures(connection, guild_id))

    async def set_figures(self, subject: Subject, figures: Figures, deed: Deed) -> None:
        await self._act(deed, lambda here: places.set_figures(here.connection, subject, figures))

    async def bound(self, guild_id: GuildId) -> Bound | None:
        return await self._writer.read(lambda connection: places.bound(connection, guild_id))

    async def set_bound(self, guild_id: GuildId, bound: Bound | None, deed: Deed) -> None:
        await self._act(deed, lambda here: places.set_bound(here.connection, guild_id, bound))

    async def block(self, guild_id: GuildId | None, user_id: UserId, why: str, deed: Deed) -> None:
        await self._act(deed, lambda here: places.block(here.connection, guild_id, user_id, why))

    async def unblock(self, guild_id: GuildId | None, user_id: UserId, deed: Deed) -> bool:
        def work(here: Transaction) -> bool:
            is_done = places.unblock(here.connection, guild_id, user_id)
            if is_done:
                places.note(here.connection, deed)
            return is_done

        return await self._writer.write(work)

    async def all_blocked(self, guild_id: GuildId | None) -> Sequence[UserId]:
        return await self._writer.read(lambda connection: places.all_blocked(connection, guild_id))

    # --- credits ---------------------------------------------------------------------------------------

    async def usage(self, purse: Purse, roles: frozenset[RoleId], rates: Rates, now: datetime) -> Usage:
        return await self._writer.read(
            lambda connection: accounts.usage(connection, purse, roles, rates, now)
        )

    async def grant(
        self, purse: Purse, amount: int, good_for: timedelta, deed: Deed, number: GrantId | None = None
    ) -> GrantId:
        def work(here: Transaction) -> GrantId:
            if number is not None and grants.is_there(here.connection, number):
                return number
            made = grants.give(here.connection, purse, amount, good_for, deed, number=number)
            places.note(here.connection, deed)
            return made

        return await self._writer.write(work)

    async def reset(self, purse: Purse, rates: Rates, deed: Deed) -> int:
        return await self._act(
            deed, lambda here: books.reset(here.connection, purse, rates, deed), alone=True
        )

    async def expire(self, now: datetime) -> int:
        return await self._writer.write(lambda here: grants.expire(here.connection, now), alone=True)

    async def entries(self, purse: Purse, count: int) -> Sequence[Entry]:
        return await self._writer.read(lambda connection: books.entries(connection, purse, count))

    # --- jobs and acts ---------------------------------------------------------------------------------

    async def jobs(self, which: Filter, count: int, *, matching: str = "") -> Sequence[Job]:
        return await self._writer.read(lambda connection: books.jobs(connection, which, count, matching))

    async def tallies(self, guild_id: GuildId | None, since: datetime, until: datetime) -> Sequence[Tally]:
        return await self._writer.read(lambda connection: books.tallies(connection, guild_id, since, until))

    async def note(self, deed: Deed, move: tuple[Job, Job] | None = None) -> bool:
        def work(here: Transaction) -> bool:
            is_done = move is None or jobs.record(here.connection, *move)
            if is_done:
                places.note(here.connection, deed)
            return is_done

        return await self._writer.write(work)

    async def deeds(self, guild_id: GuildId | None, count: int) -> Sequence[Deed]:
        return await self._writer.read(lambda connection: places.deeds(connection, guild_id, count))
