"""Credits beyond the allowance: given by somebody, taken by jobs, and gone after their time.

A grant's rest is a sum over its entries in the ledger; those that end first are taken from first.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.core.ids import GrantId
from bot.core.job import Job
from bot.core.ledger import Grant, Purse
from bot.core.office import Deed
from bot.store import rows
from bot.store.connection import Connection, Row

_GOOD: Final = """
    SELECT grants.id, good_until, given - reserved - used AS rest
    FROM grants INDEXED BY grants_open JOIN balances
        ON holder = 'grant' AND balances.guild_id = grants.guild_id AND balances.user_id = grants.user_id
        AND period = 'grant ' || grants.id
    WHERE grants.guild_id = :guild_id AND grants.user_id = :user_id AND over = 0
        AND good_until > :now AND given - reserved - used > 0
    ORDER BY good_until, grants.id
"""

_ENDED: Final = """
    SELECT grants.id, grants.guild_id, grants.user_id, good_until, given - reserved - used AS rest
    FROM grants JOIN balances
        ON holder = 'grant' AND balances.guild_id = grants.guild_id AND balances.user_id = grants.user_id
        AND period = 'grant ' || grants.id
    WHERE over = 0 AND good_until <= ? AND given - reserved - used > 0
"""

_CLOSE: Final = """
    UPDATE grants SET over = 1 WHERE over = 0 AND good_until <= ? AND NOT EXISTS (
        SELECT 1 FROM balances WHERE holder = 'grant' AND balances.guild_id = grants.guild_id
        AND balances.user_id = grants.user_id AND period = 'grant ' || grants.id AND reserved > 0
    )
"""

_MAKE: Final = """
    INSERT INTO grants (id, guild_id, user_id, good_until)
    VALUES (coalesce(?, (SELECT coalesce(max(id), 0) + 1 FROM grants)), ?, ?, ?) RETURNING id
"""

_ENTER: Final = """
    INSERT INTO ledger (at, movement, holder, guild_id, user_id, grant_id, given, actor_id, why)
    VALUES (:at, :movement, 'grant', :guild_id, :user_id, :grant_id, :given, :actor_id, :why)
"""


def good(connection: Connection, purse: Purse, now: datetime) -> Sequence[Grant]:
    """Return a member's grants of which something is left, the one that ends first before the others."""
    values = {"guild_id": purse.guild_id or 0, "user_id": purse.user_id, "now": rows.microseconds(now)}
    found = connection.execute(_GOOD, values).fetchall()
    return [Grant(GrantId(row["id"]), row["rest"], rows.time_of(row["good_until"])) for row in found]


def take(connection: Connection, job: Job, credits_beyond: int) -> None:
    """Note which grants a job takes its credits from; they are enough."""
    for grant in good(connection, Purse(job.owner_id, job.guild_id), job.accepted_at):
        part = min(credits_beyond, grant.left)
        if part:
            connection.execute("INSERT INTO takings VALUES (?, ?, ?)", (job.id, grant.id, part))
            credits_beyond -= part
    assert not credits_beyond


def is_there(connection: Connection, number: GrantId) -> bool:
    """Tell whether a grant of this number was ever made."""
    return connection.execute("SELECT 1 FROM grants WHERE id = ?", (number,)).fetchone() is not None


def give(
    connection: Connection,
    purse: Purse,
    amount: int,
    good_for: timedelta,
    deed: Deed,
    *,
    number: GrantId | None = None,
) -> GrantId:
    """Make a grant, as somebody's act; without a number it has the next."""
    place, until = purse.guild_id or 0, rows.microseconds(deed.at + good_for)
    (made,) = connection.execute(_MAKE, (number, place, purse.user_id, until)).fetchone()
    values = {
        "at": rows.microseconds(deed.at),
        "movement": "granted",
        "guild_id": place,
        "user_id": purse.user_id,
        "grant_id": made,
        "given": amount,
        "actor_id": deed.actor_id,
        "why": deed.why,
    }
    connection.execute(_ENTER, values)
    return GrantId(made)


def expire(connection: Connection, now: datetime) -> int:
    """Enter the rest of grants whose time is over; return how many there were.

    A grant of which a job still holds a part stays open until that job has ended.
    """
    at = rows.microseconds(now)
    ended = connection.execute(_ENDED, (at,)).fetchall()
    connection.executemany(_ENTER, [_expiry(row, at) for row in ended])
    connection.execute(_CLOSE, (at,))
    return len(ended)


def _expiry(row: Row, at: int) -> rows.Values:
    return {
        "at": at,
        "movement": "expired",
        "guild_id": row["guild_id"],
        "user_id": row["user_id"],
        "grant_id": row["id"],
        "given": -row["rest"],
        "actor_id": None,
        "why": "its time is over",
    }
