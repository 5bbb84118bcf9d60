"""What can be read from the books: entries of an account, jobs by filters, counts by day; and a reset.

A reset is an entry too: what counted as used stays in the ledger, with who took it away and why.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from bot.core.ids import GrantId, GuildId, JobId, UserId
from bot.core.job import FINAL, Job, State
from bot.core.ledger import Entry, Movement, Purse
from bot.core.office import Deed, Filter, Tally
from bot.core.quota import Rates
from bot.store import accounts, rows
from bot.store.connection import Connection, Row

# The first condition is the index's own.
_ENTRIES: Final = """
    SELECT * FROM ledger WHERE user_id <> 0 AND guild_id = ? AND user_id = ? ORDER BY number DESC LIMIT ?
"""

# The inner query sorts no more than times and numbers, and only the rows that are returned are read whole.
_JOBS: Final = """
    SELECT * FROM jobs WHERE rowid IN (
        SELECT rowid FROM jobs INDEXED BY {index} WHERE {conditions}
        ORDER BY accepted_at DESC, rowid DESC LIMIT :count
    ) ORDER BY accepted_at DESC, rowid DESC
"""

_TALLIES: Final = """
    SELECT accepted_at / 86400000000 AS of_day, guild_id, owner_id, command, state,
        count(*) AS number, sum(spent) AS spent,
        coalesce(sum(cost) FILTER (WHERE hold = 'charged'), 0) AS charged
    FROM jobs INDEXED BY {index} WHERE {conditions}
    GROUP BY of_day, guild_id, owner_id, command, state
    ORDER BY of_day, guild_id NULLS FIRST, owner_id, command, state
"""

_EPOCH: Final = date(1970, 1, 1)

# So many letters of an id leave one job in seven hundred: 27 letters, see bot/core/ids.py.
_TELLING: Final = 2

_ADJUST: Final = """
    INSERT INTO ledger (at, movement, holder, guild_id, user_id, day, month, used, actor_id, why)
    VALUES (:at, 'adjusted', 'member', :guild_id, :user_id, :day, :month, :used, :actor_id, :why)
"""


def entries(connection: Connection, purse: Purse, count: int) -> Sequence[Entry]:
    """Return the latest entries of a member's account and grants in a place, newest first."""
    found = connection.execute(_ENTRIES, (purse.guild_id or 0, purse.user_id, count)).fetchall()
    return [_entry(row) for row in found]


def _entry(row: Row) -> Entry:
    return Entry(
        number=row["number"],
        at=rows.time_of(row["at"]),
        movement=Movement(row["movement"]),
        purse=Purse(UserId(row["user_id"]), GuildId(row["guild_id"]) if row["guild_id"] else None),
        credits=_moved(row),
        microusd=row["reserved_microusd" if row["movement"] == "reserved" else "used_microusd"],
        job_id=None if row["job_id"] is None else JobId(row["job_id"]),
        grant_id=GrantId(row["grant_id"]) if row["grant_id"] else None,
        actor_id=None if row["actor_id"] is None else UserId(row["actor_id"]),
        why=row["why"],
    )


def _moved(row: Row) -> int:
    if Movement(row["movement"]) is Movement.ADJUSTED:
        return int(row["used"])
    return abs(row["given"]) or abs(row["reserved"])


def reset(connection: Connection, purse: Purse, rates: Rates, deed: Deed) -> int:
    """Enter that nothing counts as used today and this month; return what no longer does this month."""
    account = accounts.usage(connection, purse, (), rates, deed.at).member_account
    _take_off(connection, purse, deed, account.month.used, month=account.periods.month.key)
    _take_off(connection, purse, deed, account.day.used, day=account.periods.day.key)
    return max(0, account.month.used)


def _take_off(
    connection: Connection, purse: Purse, deed: Deed, used: int, *, day: str = "", month: str = ""
) -> None:
    if used <= 0:
        return
    values = {
        "at": rows.microseconds(deed.at),
        "guild_id": purse.guild_id or 0,
        "user_id": purse.user_id,
        "day": day,
        "month": month,
        "used": -used,
        "actor_id": deed.actor_id,
        "why": deed.why,
    }
    connection.execute(_ADJUST, values)


def jobs(connection: Connection, which: Filter, count: int, matching: str) -> Sequence[Job]:
    """Return the latest such jobs, newest first; `matching` is how their id begins."""
    values = {
        "guild_id": which.guild_id,
        "owner_id": which.owner_id,
        "state": which.state and which.state.value,
        "matching": matching or None,
    }
    conditions = [_CONDITIONS[name] for name, value in values.items() if value is not None]
    # After every id that begins so: ids are of small letters and digits.
    values |= {"after": matching + "~", "count": count}
    query = _JOBS.format(index=_index(which, matching), conditions=" AND ".join(conditions) or "TRUE")
    return [rows.job_from(row) for row in connection.execute(query, values).fetchall()]


_CONDITIONS: Final = {
    "guild_id": "guild_id = :guild_id",
    "owner_id": "owner_id = :owner_id",
    "state": "state = :state",
    "matching": "id >= :matching AND id < :after",
}


def _index(which: Filter, matching: str) -> str:
    """Return the index that leaves least to look through."""
    if which.owner_id is not None:
        return "jobs_account"
    if len(matching) >= _TELLING:
        return "sqlite_autoindex_jobs_1"
    if which.state is not None and (which.state not in FINAL or which.guild_id is None):
        return "jobs_state"
    return "jobs_accepted" if which.guild_id is None else "jobs_place"


def tallies(
    connection: Connection, guild_id: GuildId | None, since: datetime, until: datetime
) -> Sequence[Tally]:
    """Count the jobs accepted in a time by day of UTC, server, member, command and state."""
    in_time = "accepted_at >= :since AND accepted_at < :until"
    if guild_id is None:
        query = _TALLIES.format(index="jobs_accepted", conditions=in_time)
    else:
        query = _TALLIES.format(index="jobs_place", conditions=f"guild_id = :guild_id AND {in_time}")
    values = {
        "guild_id": guild_id,
        "since": rows.microseconds(since),
        "until": rows.microseconds(until),
    }
    return [_tally(row) for row in connection.execute(query, values).fetchall()]


def _tally(row: Row) -> Tally:
    return Tally(
        day=_EPOCH + timedelta(days=row["of_day"]),
        guild_id=None if row["guild_id"] is None else GuildId(row["guild_id"]),
        owner_id=UserId(row["owner_id"]),
        command=row["command"],
        state=State(row["state"]),
        jobs=row["number"],
        credits=row["charged"],
        microusd=row["spent"],
    )
