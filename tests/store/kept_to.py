"""Whether a ledger ever went beyond what bounds it: its entries, in the order in which they were committed.

The one exception is a late answer, which reserves again whatever is left.
"""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from bot.core.quota import Allowance, Bound, Rates

Allowed = Callable[[int, int], Allowance]
"""What a member may use at most in a server; 0 is direct messages."""
Bounded = Callable[[int], Bound]

_ENTRIES = """
    SELECT ledger.*, jobs.owner_id FROM ledger LEFT JOIN jobs ON jobs.id = job_id ORDER BY number
"""

_FROM_THE_DEAD = """
    SELECT number FROM ledger JOIN grants ON grants.id = grant_id
    WHERE movement = 'reserved' AND at >= good_until
"""


class Replay:
    """Sums of a ledger so far, and what an acceptance has exceeded."""

    def __init__(self, rates: Rates, allowed: Allowed, bounded: Bounded) -> None:
        self._rates = rates
        self._allowed = allowed
        self._bounded = bounded
        self._credits: Counter[tuple[str, int, int, str]] = Counter()
        self._microusd: Counter[str] = Counter()
        self._open: Counter[int] = Counter()

    def excesses(self, path: Path) -> Iterator[str]:
        """Yield a sentence for each entry that should not be there."""
        with closing(sqlite3.connect(path)) as connection:
            connection.row_factory = sqlite3.Row
            for row in connection.execute(_ENTRIES):
                self._add(row)
                if row["movement"] == "reserved" and row["why"] == "accepted" and row["reserved"]:
                    yield from (f"entry {row['number']}: {excess}" for excess in self._excess(row))
            for row in connection.execute(_FROM_THE_DEAD):
                yield f"entry {row['number']} takes from a grant that was over"

    def _add(self, row: sqlite3.Row) -> None:
        amount = row["reserved"] + row["used"]
        for period in {row["day"], row["month"]} - {""}:
            self._credits[row["holder"], row["guild_id"], row["user_id"], period] += amount
            if row["holder"] == "bot":
                self._microusd[period] += row["reserved_microusd"] + row["used_microusd"]
        if row["holder"] == "bot" and row["reserved"]:
            self._open[row["owner_id"]] += 1 if row["reserved"] > 0 else -1

    def _excess(self, row: sqlite3.Row) -> Iterator[str]:
        match row["holder"]:
            case "member":
                allowance = self._allowed(row["user_id"], row["guild_id"])
                yield from self._beyond(row, allowance.daily, allowance.monthly)
            case "server":
                bound = self._bounded(row["guild_id"])
                yield from self._beyond(row, bound.daily, bound.monthly)
                allowance = self._allowed(row["owner_id"], row["guild_id"])
                if self._open[row["owner_id"]] >= allowance.active:
                    yield "a member has more jobs under way than allowed"
            case "bot":
                yield from self._beyond(row, self._rates.bot.daily, self._rates.bot.monthly)
                yield from self._overspent(row)
            case _:
                pass

    def _beyond(self, row: sqlite3.Row, daily: int | None, monthly: int | None) -> Iterator[str]:
        for period, allowed in ((row["day"], daily), (row["month"], monthly)):
            sum_now = self._credits[row["holder"], row["guild_id"], row["user_id"], period]
            if allowed is not None and sum_now > allowed:
                yield f"{row['holder']} has {sum_now} of {allowed} in {period}"

    def _overspent(self, row: sqlite3.Row) -> Iterator[str]:
        budget = self._rates.budget
        for period, allowed in ((row["day"], budget.daily), (row["month"], budget.monthly)):
            if allowed is not None and self._microusd[period] > allowed:
                yield f"{self._microusd[period]} of {allowed} microdollars are spent in {period}"
