"""Whether every member's credits add up: I3, from the rows alone."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from proof.judging.evidence import Caps, Finding
from proof.judging.law import ENDED, HOLDS
from proof.judging.ledgers import Row

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def money(caps: Caps, rows: Sequence[Row]) -> Iterator[Finding]:
    """Judge that each job is settled once, as its state says, and that nobody is over an allowance."""
    yield from _settled(rows)
    yield from _once(rows)
    yield from _within(caps, rows)


def day_of(accepted_at: int) -> str:
    """Return the day (UTC) in which a job counts; `accepted_at` in microseconds."""
    return (_EPOCH + timedelta(microseconds=accepted_at)).strftime("%Y-%m-%d")


def _settled(rows: Sequence[Row]) -> Iterator[Finding]:
    for row in rows:
        if HOLDS.get(row.state) != row.hold:
            yield Finding("I3", f"job {row.id} is {row.state}, but its credits are {row.hold}")
        if row.state in ENDED and row.hold == "reserved":
            yield Finding("I3", f"job {row.id} has ended, and {row.cost} credits are still reserved")
        if row.cost < 1:
            yield Finding("I3", f"job {row.id} costs {row.cost}")


def _once(rows: Sequence[Row]) -> Iterator[Finding]:
    for interaction_id, count in Counter(row.interaction_id for row in rows).items():
        if count > 1:
            jobs = [row.id for row in rows if row.interaction_id == interaction_id]
            yield Finding("I3", f"interaction {interaction_id} has made and counts as {count} jobs: {jobs}")


def _within(caps: Caps, rows: Sequence[Row]) -> Iterator[Finding]:
    spent = defaultdict[tuple[int, str], int](int)
    for row in rows:
        if row.hold != "returned":
            day = day_of(row.accepted_at)
            spent[row.owner_id, day] += row.cost
            spent[row.owner_id, day[:7]] += row.cost
    for (owner, window), credits_ in spent.items():
        cap = caps.daily if len(window) == len("2000-01-01") else caps.monthly
        if credits_ > cap:
            yield Finding("I3", f"member {owner} has used {credits_} of {cap} credits in {window}")
