"""What questions to the books cost as they grow: keys and indices, never a look through all of it."""

import itertools
import sqlite3
from collections.abc import Callable, Generator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.core.ids import GuildId, RoleId, UserId
from bot.core.job import State, apply
from bot.core.ledger import Purse
from bot.core.office import Filter, Subject
from bot.core.quota import Figures, Layer
from bot.store import accounts, books, grants, jobs, places
from bot.store.migrate import MIGRATIONS, apply_pending
from bot.store.numbered import migrations_in
from tests.builders import NOON, OWNER, PLACE, PLENTY, a_deed, a_job, events_to
from tests.store.steps import Steps

PURSE = Purse(OWNER, PLACE)
ROLES = frozenset({RoleId(1), RoleId(2)})


class Listening(sqlite3.Connection):
    """A connection that knows how each statement is carried out that it was asked for."""

    plans: tuple[tuple[str, str], ...] = ()

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:  # as sqlite3 declares it
        if sql.split(maxsplit=1)[0] in ("SELECT", "UPDATE", "DELETE", "WITH"):
            found = super().execute(f"EXPLAIN QUERY PLAN {sql}", parameters).fetchall()
            self.plans += tuple((row["detail"], sql) for row in found)
        return super().execute(sql, parameters)


@pytest.fixture
def connection(tmp_path: Path) -> Generator[Listening]:
    connection = sqlite3.connect(tmp_path / "zoetrope.db", factory=Listening, isolation_level=None)
    connection.row_factory = sqlite3.Row
    apply_pending(connection, migrations_in(MIGRATIONS), NOON)
    connection.plans = ()
    yield connection
    connection.close()


def grow(connection: sqlite3.Connection, count: int) -> None:
    """Have one member's jobs accepted and called off, and others' figures set, so many times each."""
    connection.execute("BEGIN")
    for number in range(count):
        job, _ = accounts.admit(connection, a_job(accepted_at=NOON + timedelta(seconds=number)), PLENTY)
        for event in events_to(State.CANCELLED):
            after = apply(job, event, job.accepted_at)
            assert jobs.record(connection, job, after)
            job = after
        other = Subject(PLACE, Layer.MEMBER, UserId(1000 + number))
        places.set_figures(connection, other, Figures(daily=number))
    connection.execute("COMMIT")


def test_a_check_and_an_acceptance_take_the_same_steps_with_a_long_ledger_as_with_a_short_one(
    tmp_path: Path,
) -> None:
    connection = sqlite3.connect(tmp_path / "zoetrope.db", isolation_level=None)
    connection.row_factory = sqlite3.Row
    apply_pending(connection, migrations_in(MIGRATIONS), NOON)
    taken: list[tuple[int, int]] = []
    for count in (10, 1000):
        grow(connection, count)
        with Steps(connection, every=1) as check:
            accounts.usage(connection, PURSE, ROLES, PLENTY.rates, NOON)
        with Steps(connection, every=1) as acceptance:
            accounts.admit(connection, a_job(), PLENTY)
        taken.append((check.taken, acceptance.taken))
    connection.close()

    (short_check, short_acceptance), (long_check, long_acceptance) = taken
    assert short_check > 100
    assert long_check <= 1.05 * short_check
    assert long_acceptance <= 1.05 * short_acceptance


def everything_given() -> list[Filter]:
    """Return a filter for each choice of what is given."""
    places_ = (None, PLACE)
    owners = (None, OWNER)
    states = (None, State.UNKNOWN, State.DELIVERED)
    return [Filter(*chosen) for chosen in itertools.product(places_, owners, states)]


QUESTIONS: list[Callable[[sqlite3.Connection], object]] = [
    lambda connection: accounts.usage(connection, PURSE, ROLES, PLENTY.rates, NOON),
    lambda connection: accounts.usage(connection, Purse(OWNER, None), ROLES, PLENTY.rates, NOON),
    lambda connection: accounts.spending(connection, PLENTY.rates, NOON),
    lambda connection: grants.good(connection, PURSE, NOON),
    lambda connection: grants.expire(connection, NOON),
    lambda connection: books.entries(connection, PURSE, 20),
    lambda connection: books.tallies(connection, PLACE, NOON, NOON + timedelta(days=30)),
    lambda connection: books.tallies(connection, None, NOON, NOON + timedelta(days=30)),
    lambda connection: places.house(connection, PURSE),
    lambda connection: places.figures(connection, PLACE),
    lambda connection: places.deeds(connection, PLACE, 20),
    lambda connection: [
        books.jobs(connection, which, 25, "b" * length) for which in everything_given() for length in range(4)
    ],
]


@pytest.mark.parametrize("question", QUESTIONS)
def test_nothing_is_looked_through_from_its_beginning(
    connection: Listening, question: Callable[[sqlite3.Connection], object]
) -> None:
    question(connection)

    # In the order of an index, and no further than what is asked for.
    in_order = ("SCAN jobs USING COVERING INDEX jobs_accepted", "SCAN jobs USING INDEX jobs_accepted")
    fine = ("SCAN json_each", "SCAN CONSTANT ROW", *in_order)
    scans = [plan for plan in connection.plans if "SCAN" in plan[0] and not plan[0].startswith(fine)]
    assert connection.plans
    assert scans == []


def test_a_members_latest_entries_are_read_in_the_order_of_their_index(connection: Listening) -> None:
    books.entries(connection, PURSE, 20)

    (plan,) = [detail for detail, _ in connection.plans]
    assert "USING INDEX ledger_member" in plan


def test_the_latest_jobs_of_a_server_are_found_without_sorting_all_of_them(connection: Listening) -> None:
    grow(connection, 300)

    with Steps(connection) as steps:
        assert len(books.jobs(connection, Filter(PLACE), 25, "")) == 25
        assert len(books.jobs(connection, Filter(), 25, "")) == 25
        assert books.jobs(connection, Filter(GuildId(8)), 25, "") == []
        assert books.jobs(connection, Filter(PLACE, state=State.UNKNOWN), 25, "") == []

    assert steps.taken < 10_000


def test_a_grant_is_found_among_those_that_are_over(connection: Listening) -> None:
    for _ in range(300):
        grants.give(connection, PURSE, 1, timedelta(hours=1), a_deed())
    grants.expire(connection, NOON + timedelta(days=1))
    grants.give(connection, PURSE, 1, timedelta(days=3), a_deed())

    with Steps(connection) as steps:
        assert len(grants.good(connection, PURSE, NOON + timedelta(days=1))) == 1

    assert steps.taken < 500
