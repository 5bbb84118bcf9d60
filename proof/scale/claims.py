"""How long a claim takes by how long the line is: among 1,000 open jobs, 10,000 and 100,000, on one database.

Time is the claim's alone, its commit on a durable server included.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any, Final

import psycopg

from bot.core import events as ev
from bot.core.ids import ChannelId, GuildId, InteractionId, MessageId, UserId, WorkerId, new_job_id
from bot.core.job import Job, apply
from bot.core.models import SeedanceFast
from bot.core.ports import Slots
from bot.core.quota import Allowance, Rates, Terms
from bot.sandbox.postgres import server
from bot.store.postgres import PostgresStore

LENGTHS: Final = (1_000, 10_000, 100_000)
_CLAIMS: Final = 200
_MEMBERS: Final = 50
_NOW: Final = datetime(2030, 6, 8, 12, tzinfo=UTC)
_NO_BOUND: Final = 10**6
_PLENTY: Final = Terms(Rates(Allowance(_NO_BOUND, _NO_BOUND, _NO_BOUND)))

_COLUMNS: Final = """
    SELECT column_name FROM information_schema.columns
    WHERE table_name = 'jobs' AND is_generated = 'NEVER' AND column_name <> 'rowid' ORDER BY ordinal_position
"""
_ANEW: Final = {
    "id": "id || '-' || turns.n",
    "interaction_id": f"interaction_id + {_NO_BOUND} * turns.n",
    "turn": f"turn + {LENGTHS[0]} * turns.n",
}
"""What differs from copy to copy of a row."""
_FIRST: Final = f"interaction_id <= {LENGTHS[0]}"
"""The rows that are no copies."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a claim took where so many jobs were open."""

    open: int
    seconds: float


async def claims(lengths: Sequence[int] = LENGTHS) -> list[Claimed]:
    """Measure the line at each length, the shortest first."""
    with server(durable=True) as database:
        database.run("CREATE DATABASE zoetrope")
        url = database.url("zoetrope")
        async with PostgresStore.open(url, _NOW) as store:
            for number in range(lengths[0]):
                await _stand_in_line(store, number)
            return [Claimed(_lengthen(url, length), await _claim(store)) for length in lengths]


async def _stand_in_line(store: PostgresStore, number: int) -> None:
    fresh = Job(
        id=new_job_id(),
        interaction_id=InteractionId(number + 1),
        owner_id=UserId(number % _MEMBERS + 1),
        guild_id=GuildId(1),
        channel_id=ChannelId(2),
        locale="en-GB",
        request=SeedanceFast(prompt=f"number {number}"),
        cost=1,
        accepted_at=_NOW + timedelta(microseconds=number),
        upload_limit=10_485_760,
    )
    job = await store.admit(fresh, _PLENTY, lambda _: None)
    for event in (ev.Acknowledged(MessageId(1)), ev.Prepared(())):
        after = apply(job, event, _NOW)
        assert await store.record(job, after)
        job = after


def _lengthen(url: str, length: int) -> int:
    """Copy the rows of those who wait until about so many are open; return how many are."""
    with psycopg.connect(url, autocommit=True) as session:
        # The books are of no interest here, and would be what takes the time.
        session.execute("SET session_replication_role = replica")
        # A claim counts what is under way: as many for each length.
        session.execute("DELETE FROM jobs WHERE state = 'submitting'")
        waiting, first = _count(session), _count(session, _FIRST)
        columns = [str(name) for (name,) in session.execute(_COLUMNS.encode()).fetchall()]
        anew = ", ".join(_ANEW.get(name, name) for name in columns)
        last = waiting + (length - waiting) // first - 1
        turns = f"generate_series({waiting}::bigint, {last}) AS turns(n)"
        copies = (
            f"INSERT INTO jobs ({', '.join(columns)}) SELECT {anew} FROM jobs, {turns} "
            f"WHERE state = 'queued' AND {_FIRST}"
        )
        session.execute(copies.encode())
        session.execute("VACUUM ANALYZE")
        return _count(session)


def _count(session: psycopg.Connection[Any], condition: str = "true") -> int:
    query = f"SELECT count(*) FROM jobs WHERE state = 'queued' AND {condition}"
    ((number,),) = session.execute(query.encode()).fetchall()
    return int(number)


async def _claim(store: PostgresStore) -> float:
    """Claim the heads of the line, one after the other; return what one took, as a median."""
    slots, took = Slots(in_flight=_NO_BOUND, submitting=_NO_BOUND), list[float]()
    for _ in range(_CLAIMS):
        (head,) = await store.head_of_line(1)
        job = await store.get(head)
        assert job is not None
        after = apply(job, ev.Claimed(WorkerId("worker"), None), _NOW + timedelta(seconds=1))
        began = time.perf_counter()
        assert await store.claim(job, after, slots)
        took.append(time.perf_counter() - began)
    return median(took)
