"""What a check against the ledger costs when it is long: the same questions to one of a million entries.

Rounds alternate between that file and a short one, and the ratio is taken within each. Jobs, entries and sums
are put there by SQL directly; then the bot's own functions are asked.
"""

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from pathlib import Path
from typing import Final

from bench.report import Part, Row, ratio_at_most
from bot.core.errors import Problem, Reason
from bot.core.events import Refused
from bot.core.ids import ChannelId, GuildId, InteractionId, RoleId, UserId, new_job_id
from bot.core.job import Job, apply
from bot.core.ledger import Purse
from bot.core.models import SeedancePro
from bot.core.quota import Allowance, Rates, Terms
from bot.store import accounts, jobs
from bot.store.database import connect
from bot.store.migrate import MIGRATIONS, apply_pending
from bot.store.numbered import migrations_in

SHORT: Final = 100
LONG: Final = 1_000_000
MEMBERS: Final = 10
"""Few, so that each has a long ledger of their own."""
TIMES: Final = 500
AIM: Final = ratio_at_most(1.5)

NOW: Final = datetime(2025, 6, 15, 12, tzinfo=UTC)
PLACE: Final = GuildId(1)
TERMS: Final = Terms(Rates(Allowance(10**9, 10**9, 10**9)), frozenset({RoleId(5)}))

Measured = Callable[[sqlite3.Connection, Iterator[int]], float]

# Copies of a job that has been led to its end lawfully, one a minute.
_JOBS: Final = """
    WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :jobs)
    INSERT INTO jobs ({names}) SELECT {values} FROM jobs CROSS JOIN numbers
"""
_CHANGED: Final[Mapping[str, str]] = {
    "id": "printf('c%010d', n)",
    "interaction_id": "-n",
    "owner_id": f"n % {MEMBERS}",
    "accepted_at": "accepted_at - 60000000 * n",
    "day": "date(accepted_at / 1000000 - 60 * n, 'unixepoch')",
    "month": "strftime('%Y-%m', accepted_at / 1000000 - 60 * n, 'unixepoch')",
}

# As the triggers would enter them: reserved and given back, for each account that a job concerns.
_ENTRIES: Final = """
    INSERT INTO ledger (at, movement, holder, guild_id, user_id, day, month, reserved, job_id, why)
    SELECT accepted_at, movement, holder, its.guild_id, user_id, its.day, its.month, sign * credits, job_id,
        movement
    FROM jobs JOIN job_accounts AS its ON job_id = id
    CROSS JOIN (SELECT 'reserved' AS movement, 1 AS sign UNION ALL SELECT 'given back', -1)
"""

_SUMS: Final = """
    INSERT INTO balances (holder, guild_id, user_id, period, reserved, used)
    SELECT holder, guild_id, user_id, {period}, sum(reserved), sum(used) FROM ledger
    GROUP BY holder, guild_id, user_id, {period} ON CONFLICT DO NOTHING
"""


async def measure(rounds: int, long: int = LONG) -> Part:
    """Ask both files in turn."""
    return await asyncio.to_thread(_measure, rounds, long)


def _measure(rounds: int, long: int) -> Part:
    numbers = count(1)
    works: dict[str, Measured] = {"a check": _check, "an acceptance": _accept}
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in works}
    with tempfile.TemporaryDirectory() as directory, ExitStack() as files:
        short_one = files.enter_context(_filled(Path(directory) / "short.db", SHORT))
        long_one = files.enter_context(_filled(Path(directory) / "long.db", long))
        for _ in range(rounds):
            for name, work in works.items():
                found[name].append((work(long_one, numbers), work(short_one, numbers)))
    return Part(tuple(_row(name, pairs, long) for name, pairs in found.items()))


def _row(name: str, pairs: list[tuple[float, float]], long: int) -> Row:
    ours, baseline = zip(*pairs, strict=True)
    return Row(f"{name}, {long:,} entries", ours, baseline, "{:.1f} us", f"{SHORT} entries", AIM)


def _check(connection: sqlite3.Connection, _: Iterator[int]) -> float:
    """Return the microseconds of processor time that one member's standing takes."""
    connection.execute("BEGIN")
    start = time.thread_time()
    for number in range(TIMES):
        purse = Purse(UserId(number % MEMBERS), PLACE)
        accounts.usage(connection, purse, TERMS.roles, TERMS.rates, NOW)
    taken = time.thread_time() - start
    connection.execute("ROLLBACK")
    return taken / TIMES * 1e6


def _accept(connection: sqlite3.Connection, numbers: Iterator[int]) -> float:
    """Return the same of an admission; nothing of it stays."""
    fresh = [_job(number) for number in islice(numbers, TIMES)]
    connection.execute("BEGIN IMMEDIATE")
    start = time.thread_time()
    for job in fresh:
        accounts.admit(connection, job, TERMS)
    taken = time.thread_time() - start
    connection.execute("ROLLBACK")
    return taken / TIMES * 1e6


def _job(number: int) -> Job:
    return Job(
        id=new_job_id(),
        interaction_id=InteractionId(number),
        owner_id=UserId(number % MEMBERS),
        guild_id=PLACE,
        channel_id=ChannelId(2),
        locale="en-GB",
        request=SeedancePro(prompt="a paper boat drifts over a pond"),
        cost=5,
        accepted_at=NOW + timedelta(microseconds=number),
        upload_limit=10_485_760,
    )


@contextmanager
def _filled(path: Path, entries: int) -> Generator[sqlite3.Connection]:
    """Open a file with about so many entries, six to a job."""
    known = migrations_in(MIGRATIONS)
    with closing(connect(path, known)) as connection:
        apply_pending(connection, known, NOW)
        # Nothing of this file has to outlive the measurement.
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        _fill(connection, entries // 6 - 1)
        connection.execute("COMMIT")
        yield connection


def _fill(connection: sqlite3.Connection, copies: int) -> None:
    first, _ = accounts.admit(connection, _job(0), TERMS)
    assert jobs.record(connection, first, apply(first, Refused(Reason(Problem.PICTURE_GONE)), NOW))
    query = "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'"
    triggers = [(row["name"], row["sql"]) for row in connection.execute(query).fetchall()]
    for name, _ in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute("DELETE FROM ledger")
    connection.execute("DELETE FROM balances")
    _copy(connection, copies)
    connection.execute(_ENTRIES)
    for period in ("day", "month"):
        connection.execute(_SUMS.format(period=period))
    for _, sql in triggers:
        connection.execute(sql)


def _copy(connection: sqlite3.Connection, copies: int) -> None:
    # Columns that are computed are not among these.
    names = [str(row["name"]) for row in connection.execute("PRAGMA table_info(jobs)").fetchall()]
    values = ", ".join(_CHANGED.get(name, name) for name in names)
    query = _JOBS.format(names=", ".join(names), values=values)
    connection.execute(query, {"jobs": copies})
