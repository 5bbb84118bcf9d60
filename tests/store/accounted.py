"""The books of a database file, added up anew: what is kept beside the ledger must be nothing but its sums.

And what is reserved and used must be what the jobs themselves say, by no way that leads over the ledger.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

from bot.store.connection import Connection, Row

Key = tuple[str, int, int, str]
"""Holder, server, member, period."""
Sums = Mapping[Key, tuple[int, ...]]
"""Given, reserved, used, reserved millionths of a dollar, used ones."""


def discrepancies(path: Path) -> list[str]:
    """Return what is wrong in the file: nothing, if every credit is accounted for."""
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        return [*wrong_in(connection)]


def wrong_in(connection: Connection) -> Iterator[str]:
    """Yield what is wrong in a database whose rows can be asked by name."""
    if isinstance(connection, sqlite3.Connection):
        (verdict,) = connection.execute("PRAGMA integrity_check").fetchone()
        if verdict != "ok":
            yield f"integrity: {verdict}"
    yield from sums_that_differ(connection)
    ((count, last),) = connection.execute("SELECT count(*), coalesce(max(number), 0) FROM ledger").fetchall()
    if count != last:
        yield f"of {last} entries {count} are left"


def sums_that_differ(connection: Connection) -> Iterator[str]:
    """Yield each account that is not what its ledger says, or not what its jobs say."""
    kept = _kept(connection)
    yield from _differences("ledger", _of_ledger(connection), kept)
    yield from _differences("jobs", _of_jobs(connection), kept)


def _differences(name: str, expected: Sums, kept: Sums) -> Iterator[str]:
    nothing = (0,) * 5
    for key in sorted(expected.keys() | kept.keys()):
        if expected.get(key, nothing) != kept.get(key, nothing):
            yield f"{key}: {name} says {expected.get(key)}, kept is {kept.get(key)}"


def _kept(connection: Connection) -> Sums:
    found = connection.execute("SELECT * FROM balances").fetchall()
    return {(row["holder"], row["guild_id"], row["user_id"], row["period"]): _amounts(row) for row in found}


def _of_ledger(connection: Connection) -> Sums:
    sums = _Sums()
    for row in connection.execute("SELECT * FROM ledger").fetchall():
        account = (row["holder"], row["guild_id"], row["user_id"])
        for period in (row["day"], row["month"], f"grant {row['grant_id']}" if row["grant_id"] else ""):
            if period:
                sums.add((*account, period), _amounts(row))
    return sums.whole


def _of_jobs(connection: Connection) -> Sums:
    """Return what the jobs hold and have used; what was given, and what was taken off, only entries say."""
    sums = _Sums()
    for row in connection.execute("SELECT * FROM jobs").fetchall():
        place, own, whole = (
            row["guild_id"] or 0,
            _held(row, row["cost"] - row["beyond"]),
            _held(row, row["cost"]),
        )
        for period in (row["day"], row["month"]):
            sums.add(("member", place, row["owner_id"], period), own)
            if place:
                sums.add(("server", place, 0, period), whole)
        for period in (row["bot_day"], row["bot_month"]):
            sums.add(("bot", 0, 0, period), whole)
    for row in connection.execute("SELECT * FROM takings JOIN jobs ON jobs.id = job_id").fetchall():
        key = ("grant", row["guild_id"] or 0, row["owner_id"], f"grant {row['grant_id']}")
        sums.add(key, (*_held(row, row["credits"])[:3], 0, 0))
    for row in connection.execute("SELECT * FROM ledger WHERE given <> 0 OR actor_id IS NOT NULL").fetchall():
        if row["movement"] != "reserved":
            period = f"grant {row['grant_id']}" if row["grant_id"] else row["day"] or row["month"]
            sums.add((row["holder"], row["guild_id"], row["user_id"], period), _amounts(row))
    return sums.whole


def _held(row: Row, amount: int) -> tuple[int, ...]:
    reserved, charged = row["hold"] == "reserved", row["hold"] == "charged"
    estimated = row["estimated"] or 0
    return (0, amount * reserved, amount * charged, estimated * reserved, 0 if reserved else _spent(row))


def _spent(row: Row) -> int:
    if row["reported"] is not None:
        return int(row["reported"])
    was_settled = row["reason"] is not None and '"settled"' in row["reason"]
    may_have_cost = row["state"] in ("delivered", "unknown") or (
        row["state"] == "failed" and (row["request_id"] is not None or was_settled)
    )
    return row["estimated"] or 0 if may_have_cost else 0


def _amounts(row: Row) -> tuple[int, ...]:
    return (row["given"], row["reserved"], row["used"], row["reserved_microusd"], row["used_microusd"])


class _Sums:
    def __init__(self) -> None:
        self.whole: defaultdict[Key, tuple[int, ...]] = defaultdict(lambda: (0,) * 5)

    def add(self, key: Key, amounts: tuple[int, ...]) -> None:
        self.whole[key] = tuple(old + new for old, new in zip(self.whole[key], amounts, strict=True))
