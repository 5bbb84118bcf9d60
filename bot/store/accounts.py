"""How members, servers and the whole bot stand, and the admission of a job against it.

An account is read by its key, however long its ledger is. What moves it is entered by the schema itself, with
every change of a job's hold, so that no statement here could forget it.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.core.ids import GuildId, RoleId
from bot.core.job import Job
from bot.core.ledger import Purse, Standing
from bot.core.periods import Periods, periods, zone_named
from bot.core.quota import Account, Bound, Figures, Layer, Rates, Terms, Usage, beyond, in_force
from bot.store import grants, jobs
from bot.store.connection import Connection, Row

_STANDING: Final = """
    SELECT holder, period, reserved, used, reserved_microusd, used_microusd FROM balances
    WHERE holder = '{}' AND guild_id = {} AND user_id = {} AND period = {}
"""
_KEYS: Final[Mapping[str, tuple[str, str]]] = {
    "member": (":guild_id", ":user_id"),
    "server": (":guild_id", "0"),
    "bot": ("0", "0"),
}


def _question(holders: Collection[str]) -> str:
    """Return the question of how these stand in their day and their month.

    One statement, because a question costs more to ask than to answer; for an IN, SQLite would build tables.
    """
    return " UNION ALL ".join(
        _STANDING.format(holder, *_KEYS[holder], f":bot_{span}" if holder == "bot" else f":{span}")
        for holder in holders
        for span in ("day", "month")
    )


_ALL: Final = ("member", "server", "bot")
_STANDINGS: Final[Mapping[tuple[str, ...], str]] = {
    holders: _question(holders)
    for holders in (_ALL, ("member",), ("member", "server"), ("member", "bot"), ("bot",))
}

# A part for each layer, because one condition for all would look through everything that a server has set.
_FIGURES: Final = """
    SELECT layer, daily, monthly, active FROM figures
    WHERE guild_id = :guild_id AND layer = 'server' AND subject_id = 0
    UNION ALL
    SELECT layer, daily, monthly, active FROM figures
    WHERE guild_id = :guild_id AND layer = 'member' AND subject_id = :user_id
"""
_FIGURES_WITH_ROLES: Final = f"""
    {_FIGURES}
    UNION ALL
    SELECT layer, daily, monthly, active FROM figures
    WHERE guild_id = :guild_id AND layer = 'role'
      AND subject_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:roles))
"""  # noqa: S608 (all of it is our own text)

_PLACE: Final = """
    SELECT json_extract(policy, '$.time_zone') AS time_zone, daily, monthly
    FROM places WHERE guild_id = ?
"""

_ACTIVE: Final = "SELECT count(*) FROM jobs WHERE owner_id = ? AND hold = 'reserved'"

_NOTHING: Final = Standing()


def usage(
    connection: Connection, purse: Purse, roles: Collection[RoleId], rates: Rates, now: datetime
) -> Usage:
    """Return all that decides whether a member's next job is accepted in a place."""
    place = _place(connection, purse.guild_id, rates)
    return _usage(connection, purse, roles, rates, now, place=place, holders=_ALL)


def _usage(
    connection: Connection,
    purse: Purse,
    roles: Collection[RoleId],
    rates: Rates,
    now: datetime,
    *,
    place: tuple[ZoneInfo, Bound],
    holders: tuple[str, ...],
) -> Usage:
    """As above, but of other accounts than these only in which periods they would be looked for."""
    zone, bound = place
    here, everywhere = periods(now, zone), periods(now, rates.zone)
    standing = _standings(connection, purse, here, everywhere, holders)
    (active,) = connection.execute(_ACTIVE, (purse.user_id,)).fetchone()
    return Usage(
        allowance=in_force(rates.member, _layers(connection, purse, roles)),
        server=bound,
        member_account=_account("member", here, standing),
        server_account=_account("server", here, standing),
        bot_account=_account("bot", everywhere, standing),
        active=active,
        granted=sum(grant.left for grant in grants.good(connection, purse, now)),
    )


def spending(connection: Connection, rates: Rates, now: datetime) -> Account:
    """Return how the account of the whole bot stands."""
    here = periods(now, rates.zone)
    keys = {"bot_day": here.day.key, "bot_month": here.month.key}
    found = connection.execute(_STANDINGS["bot",], keys).fetchall()
    return _account("bot", here, {(row["holder"], row["period"]): _standing(row) for row in found})


def admit(connection: Connection, job: Job, terms: Terms) -> tuple[Job, bool]:
    """Write the job if everything that bounds it has room; return it as stored, and whether it is new.

    Raises MemberError where there is no room. A job of the same interaction is returned untouched.
    """
    if existing := jobs.of_interaction(connection, job.interaction_id):
        return existing, False
    purse = Purse(job.owner_id, job.guild_id)
    place = _place(connection, purse.guild_id, terms.rates)
    stands = _usage(
        connection,
        purse,
        terms.roles,
        terms.rates,
        job.accepted_at,
        place=place,
        holders=_bounded(place[1], terms.rates),
    )
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


def names_to_hold(job: Job, terms: Terms) -> Sequence[str]:
    """Return what has to be held while a job is admitted, so that nobody else takes the same room."""
    rates = terms.rates
    names = [f"member {job.owner_id}"]
    if job.guild_id is not None:
        names.append(f"server {job.guild_id}")
    if rates.bot != Bound() or rates.budget.is_bounded:
        names.append("bot")
    return names


def _place(connection: Connection, guild_id: GuildId | None, rates: Rates) -> tuple[ZoneInfo, Bound]:
    """Return a place's time zone, and what all of it may use together."""
    if guild_id is None:
        return rates.zone, Bound()
    row = connection.execute(_PLACE, (guild_id,)).fetchone()
    if row is None:
        return rates.zone, rates.server
    zone = zone_named(row["time_zone"]) if row["time_zone"] else None
    return zone or rates.zone, Bound(row["daily"], row["monthly"]).over(rates.server)


def _bounded(server: Bound, rates: Rates) -> tuple[str, ...]:
    """Return whose accounts can refuse a job; most often nobody's but the member's is bounded."""
    nothing = Bound()
    of_server = ("server",) if server != nothing else ()
    of_bot = ("bot",) if rates.bot != nothing or rates.budget.is_bounded else ()
    return ("member", *of_server, *of_bot)


def _layers(connection: Connection, purse: Purse, roles: Collection[RoleId]) -> list[tuple[Layer, Figures]]:
    if purse.guild_id is None:
        return []
    values = {"guild_id": purse.guild_id, "user_id": purse.user_id, "roles": json.dumps(list(roles))}
    question = _FIGURES_WITH_ROLES if roles else _FIGURES
    found = connection.execute(question, values).fetchall()
    return [(Layer(row["layer"]), Figures(row["daily"], row["monthly"], row["active"])) for row in found]


def _standings(
    connection: Connection,
    purse: Purse,
    here: Periods,
    everywhere: Periods,
    holders: tuple[str, ...],
) -> Mapping[tuple[str, str], Standing]:
    """Return how these stand, by holder and period, where anything moved."""
    keys = {
        "guild_id": purse.guild_id or 0,
        "user_id": purse.user_id,
        "day": here.day.key,
        "month": here.month.key,
        "bot_day": everywhere.day.key,
        "bot_month": everywhere.month.key,
    }
    found = connection.execute(_STANDINGS[holders], keys).fetchall()
    return {(row["holder"], row["period"]): _standing(row) for row in found}


def _account(holder: str, here: Periods, standing: Mapping[tuple[str, str], Standing]) -> Account:
    day, month = (holder, here.day.key), (holder, here.month.key)
    return Account(here, standing.get(day, _NOTHING), standing.get(month, _NOTHING))


def _standing(row: Row) -> Standing:
    return Standing(row["reserved"], row["used"], row["reserved_microusd"], row["used_microusd"])
