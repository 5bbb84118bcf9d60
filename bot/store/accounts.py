"""How members, servers and the whole bot stand, and the admission of a job against it.

An account is read by its key, however long its ledger is. What moves it is entered by the schema itself, with
every change of a job's hold, so that no statement here could forget it.
"""

import json
import sqlite3
from collections.abc import Collection
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.core.ids import GuildId, RoleId
from bot.core.job import Job
from bot.core.ledger import Purse, Standing
from bot.core.periods import Periods, periods, zone_named
from bot.core.quota import Account, Bound, Figures, Layer, Rates, Terms, Usage, beyond, in_force
from bot.store import grants, jobs

_STANDINGS: Final = """
    SELECT period, reserved, used, reserved_microusd, used_microusd FROM balances
    WHERE holder = ? AND guild_id = ? AND user_id = ? AND (period = ? OR period = ?)
"""

_FIGURES: Final = """
    SELECT layer, daily, monthly, active FROM figures
    WHERE guild_id = :guild_id AND (
        layer = 'server' OR (layer = 'member' AND subject_id = :user_id)
        OR (layer = 'role' AND subject_id IN (SELECT value FROM json_each(:roles)))
    )
"""

_PLACE: Final = """
    SELECT json_extract(policy, '$.time_zone') AS time_zone, is_bound, daily, monthly
    FROM places WHERE guild_id = ?
"""

_ACTIVE: Final = "SELECT count(*) FROM jobs WHERE owner_id = ? AND hold = 'reserved'"


def usage(
    connection: sqlite3.Connection, purse: Purse, roles: Collection[RoleId], rates: Rates, now: datetime
) -> Usage:
    """Return all that decides whether a member's next job is accepted in a place."""
    user_id, guild_id = purse.user_id, purse.guild_id
    zone, bound = _place(connection, guild_id, rates)
    here, everywhere = periods(now, zone), periods(now, rates.zone)
    (active,) = connection.execute(_ACTIVE, (user_id,)).fetchone()
    return Usage(
        allowance=in_force(rates.member, _layers(connection, purse, roles)),
        server=bound,
        member_account=_account(connection, "member", guild_id or 0, user_id, here),
        server_account=_account(connection, "server", guild_id or 0, 0, here) if guild_id else Account(here),
        bot_account=_account(connection, "bot", 0, 0, everywhere),
        active=active,
        granted=sum(grant.left for grant in grants.good(connection, purse, now)),
    )


def spending(connection: sqlite3.Connection, rates: Rates, now: datetime) -> Account:
    """Return how the account of the whole bot stands."""
    return _account(connection, "bot", 0, 0, periods(now, rates.zone))


def admit(connection: sqlite3.Connection, job: Job, terms: Terms) -> tuple[Job, bool]:
    """Write the job if everything that bounds it has room; return it as stored, and whether it is new.

    Raises MemberError where there is no room. A job of the same interaction is returned untouched.
    """
    if existing := jobs.of_interaction(connection, job.interaction_id):
        return existing, False
    purse = Purse(job.owner_id, job.guild_id)
    stands = usage(connection, purse, terms.roles, terms.rates, job.accepted_at)
    over = beyond(stands, terms.rates, job.cost, job.estimated)
    if over:
        grants.take(connection, job, over)
    jobs.insert(
        connection,
        job,
        {
            "beyond": over,
            "day": stands.member_account.periods.day.key,
            "month": stands.member_account.periods.month.key,
            "bot_day": stands.bot_account.periods.day.key,
            "bot_month": stands.bot_account.periods.month.key,
        },
        weight=terms.weight,
    )
    return job, True


def _place(connection: sqlite3.Connection, guild_id: GuildId | None, rates: Rates) -> tuple[ZoneInfo, Bound]:
    """Return a place's time zone, and what all of it may use together."""
    if guild_id is None:
        return rates.zone, Bound()
    row = connection.execute(_PLACE, (guild_id,)).fetchone()
    if row is None:
        return rates.zone, rates.server
    zone = zone_named(row["time_zone"]) if row["time_zone"] else None
    return zone or rates.zone, Bound(row["daily"], row["monthly"]) if row["is_bound"] else rates.server


def _layers(
    connection: sqlite3.Connection, purse: Purse, roles: Collection[RoleId]
) -> list[tuple[Layer, Figures]]:
    if purse.guild_id is None:
        return []
    values = {"guild_id": purse.guild_id, "user_id": purse.user_id, "roles": json.dumps(list(roles))}
    found = connection.execute(_FIGURES, values).fetchall()
    return [(Layer(row["layer"]), Figures(row["daily"], row["monthly"], row["active"])) for row in found]


def _account(
    connection: sqlite3.Connection, holder: str, guild_id: int, user_id: int, here: Periods
) -> Account:
    keys = (holder, guild_id, user_id, here.day.key, here.month.key)
    found = {row["period"]: _standing(row) for row in connection.execute(_STANDINGS, keys).fetchall()}
    nothing = Standing()
    return Account(here, found.get(here.day.key, nothing), found.get(here.month.key, nothing))


def _standing(row: sqlite3.Row) -> Standing:
    return Standing(row["reserved"], row["used"], row["reserved_microusd"], row["used_microusd"])
