"""The books of a month as they are read from outside: beside a bot that runs, without its lock.

For the operator's report. Never creates, migrates, repairs or writes anything.
"""

import sqlite3
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from bot.core.errors import StoreUnusable
from bot.core.ids import GuildId, UserId
from bot.core.job import State
from bot.core.periods import Period, Periods
from bot.store import rows
from bot.store.connection import Connection, Row
from bot.store.database import BUSY_TIMEOUT, inspect, located
from bot.store.migrate import MIGRATIONS
from bot.store.numbered import migrations_in

# The migration that has made the ledger.
_LEDGER: Final = 3
# Jobs carry the name of their month, but are found by their time. Where the configuration's time zone was
# changed in between, the two differ by less than two days: zones lie between UTC-12 and UTC+14.
_SLACK: Final = timedelta(days=2)

_LINES: Final = """
    SELECT guild_id, owner_id, command, state,
        CASE WHEN state = 'failed' OR state = 'unknown' THEN json_extract(reason, '$.problem') END AS problem,
        count(*) AS jobs,
        coalesce(sum(cost) FILTER (WHERE hold = 'charged'), 0) AS charged,
        coalesce(sum(cost) FILTER (WHERE hold = 'reserved'), 0) AS reserved,
        coalesce(sum(spent), 0) AS spent,
        coalesce(sum(spent) FILTER (WHERE reported IS NULL), 0) AS assumed
    FROM jobs INDEXED BY jobs_accepted
    WHERE accepted_at >= :since AND accepted_at < :until AND bot_month = :month
    GROUP BY guild_id, owner_id, command, state, problem
    ORDER BY guild_id NULLS FIRST, owner_id, command, state, problem NULLS FIRST
"""

_SPENT: Final = """
    SELECT period, reserved_microusd + used_microusd FROM balances
    WHERE holder = 'bot' AND guild_id = 0 AND user_id = 0 AND period IN (?, ?)
"""


@dataclass(frozen=True, slots=True)
class Line:
    """Jobs of one kind in a month, and what they came to; dollars in millionths."""

    guild_id: GuildId | None
    owner_id: UserId
    command: str
    state: State
    problem: str | None
    """Why, where they failed or are in doubt."""
    jobs: int
    charged: int
    """Credits."""
    reserved: int
    """Credits of those under way."""
    spent: int
    """As far as is known."""
    assumed: int
    """Of that, what RunComfy has not told: the estimate."""


def month_of(place: Path | str, month: Period) -> Sequence[Line]:
    """Return the books of a month; raises StoreUnusable with a sentence for the operator."""
    values = {
        "since": rows.microseconds(month.begins - _SLACK),
        "until": rows.microseconds(month.ends + _SLACK),
        "month": month.key,
    }
    with _reading(place) as connection:
        return [_line(row) for row in connection.execute(_LINES, values).fetchall()]


def spent(place: Path | str, periods: Periods) -> Mapping[str, int]:
    """Return what the whole bot has spent and reserved, in millionths of a dollar, by period."""
    with _reading(place) as connection:
        return dict(connection.execute(_SPENT, (periods.day.key, periods.month.key)).fetchall())


@contextmanager
def _reading(place: Path | str) -> Generator[Connection]:
    if isinstance(place, Path):
        with _open(place) as file:
            yield file
        return
    from bot.store import postgres  # noqa: PLC0415 (who runs on a file does not carry the driver)

    with postgres.reading(place) as (database, applied, _):
        if not applied:
            raise StoreUnusable("there is no database yet")
        yield database


@contextmanager
def _open(path: Path) -> Generator[sqlite3.Connection]:
    path = located(path)
    applied = inspect(path, migrations_in(MIGRATIONS))
    if applied < _LEDGER:
        what = "it has no ledger yet: run or migrate makes one" if applied else "there is no database yet"
        raise StoreUnusable(f"{path}: {what}")
    try:
        address = f"{path.as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=BUSY_TIMEOUT)) as connection:
            connection.row_factory = sqlite3.Row
            yield connection
    except sqlite3.Error as error:
        raise StoreUnusable(f"{path}: it cannot be read ({error})") from error


def _line(row: Row) -> Line:
    return Line(
        guild_id=None if row["guild_id"] is None else GuildId(row["guild_id"]),
        owner_id=UserId(row["owner_id"]),
        command=row["command"],
        state=State(row["state"]),
        problem=row["problem"],
        jobs=row["jobs"],
        charged=row["charged"],
        reserved=row["reserved"],
        spent=row["spent"],
        assumed=row["assumed"],
    )
