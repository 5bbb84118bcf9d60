"""Whatever is done in whatever order: balances are the sums of their ledger, and nothing is exceeded.

What a member may is worked out here once more, from the jobs' own rows and what was set.
"""

import sqlite3
from collections.abc import Generator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import psycopg
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.core import events as ev
from bot.core.errors import MemberError
from bot.core.ids import GuildId, JobId, RequestId, RoleId, UserId
from bot.core.job import FINAL, State, apply
from bot.core.ledger import Purse
from bot.core.office import Subject
from bot.core.policy import Policy
from bot.core.quota import Allowance, Bound, Budget, Figures, Layer, Rates, Terms, in_force
from bot.store import accounts, books, grants, jobs, places
from bot.store.connection import Connection, Row
from bot.store.migrate import MIGRATIONS, apply_pending
from bot.store.numbered import migrations_in
from bot.store.postgresql.dialect import PostgresConnection, prepare
from bot.store.rows import microseconds
from tests.builders import NOON, PLACE, a_deed, a_job, events_to
from tests.depth import tell
from tests.postgres import IS_CHOSEN, clean_database
from tests.store.accounted import wrong_in
from tests.store.bustle import events_for

RATES = Rates(Allowance(4, 14, 3), bot=Bound(25, 90), budget=Budget(daily=30_000))
BOUND = Bound(daily=14)
ROLES = frozenset({RoleId(1), RoleId(2)})

_TAKEN_TOO_LATE = """
    SELECT 1 FROM takings JOIN grants ON grants.id = grant_id WHERE job_id = ? AND good_until <= ?
"""

members = st.sampled_from((UserId(1), UserId(2)))
servers = st.sampled_from((PLACE, None))
purses = st.builds(Purse, members, servers)
roles = st.sampled_from((ROLES, frozenset[RoleId]()))
orders = st.tuples(purses, st.integers(1, 6), st.sampled_from((0, 700, 1500)), roles)
figures = st.builds(Figures, *[st.none() | st.integers(0, most) for most in (10, 30, 4)])


@contextmanager
def in_memory() -> Generator[Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.row_factory = sqlite3.Row
        apply_pending(connection, migrations_in(MIGRATIONS), NOON)
        yield connection


@contextmanager
def on_postgresql() -> Generator[Connection]:
    with closing(psycopg.connect(clean_database(), autocommit=True)) as session:
        prepare(session)
        yield PostgresConnection(session)


class Books(RuleBasedStateMachine):
    """Two members in a server of their own and in direct messages, by a clock that also goes back."""

    def __init__(self) -> None:
        super().__init__()
        self.open = ExitStack()
        self.connection = self.open.enter_context(on_postgresql() if IS_CHOSEN else in_memory())
        places.set_policy(self.connection, PLACE, Policy(time_zone="America/Havana"))
        places.set_bound(self.connection, PLACE, BOUND)
        self.now: datetime = NOON
        self.said: dict[Subject, Figures] = {}

    def teardown(self) -> None:
        self.open.close()

    @rule(minutes=st.sampled_from((7, 90, 60 * 13, 60 * 24 * 9, -90, -60 * 26)))
    def pass_time(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(orders=st.lists(orders, min_size=1, max_size=6))
    def accept(self, orders: list[tuple[Purse, int, int, frozenset[RoleId]]]) -> None:
        for purse, cost, price, roles in orders:
            job = a_job(owner_id=purse.user_id, guild_id=purse.guild_id, cost=cost, accepted_at=self.now)
            before = self.granted(purse)
            with suppress(MemberError):
                accounts.admit(self.connection, replace(job, estimated=cost * price), Terms(RATES, roles))
                self.judge(job.id, purse, roles, before)

    @rule(number=st.integers(0, 10**6), steps=st.integers(1, 20))
    def go_on(self, number: int, steps: int) -> None:
        chance = Random(number)
        for _ in range(steps):
            found = [job for state in set(State) - FINAL for job in jobs.in_state(self.connection, state, 9)]
            if found:
                job = chance.choice(sorted(found, key=lambda job: job.interaction_id))
                after = apply(job, chance.choice(events_for(job, number, chance)), self.now)
                assert jobs.record(self.connection, job, after)

    @rule(number=st.integers(0, 99), is_answered=st.booleans())
    def lose_the_answer(self, number: int, is_answered: bool) -> None:
        waiting = jobs.in_state(self.connection, State.PREPARING, 9)
        if waiting:
            job = waiting[number % len(waiting)]
            late = [ev.Accepted(RequestId(job.id))] if is_answered else []
            for event in (*events_to(State.UNKNOWN), *late):
                after = apply(job, event, self.now)
                assert jobs.record(self.connection, job, after)
                job = after

    @rule(purse=purses, amount=st.integers(1, 20), hours=st.sampled_from((1, 1, 20, 500)))
    def grant(self, purse: Purse, amount: int, hours: int) -> None:
        grants.give(self.connection, purse, amount, timedelta(hours=hours), a_deed(at=self.now))

    @rule()
    def expire(self) -> None:
        grants.expire(self.connection, self.now)
        assert grants.expire(self.connection, self.now) == 0

    @rule(purse=purses)
    def reset(self, purse: Purse) -> None:
        books.reset(self.connection, purse, RATES, a_deed(at=self.now))
        account = accounts.usage(self.connection, purse, (), RATES, self.now).member_account
        assert (account.day.used, account.month.used) == (0, 0)

    @rule(member=members, role=st.sampled_from(sorted(ROLES)), layer=st.sampled_from(Layer), said=figures)
    def set_figures(self, member: UserId, role: RoleId, layer: Layer, said: Figures) -> None:
        subject = Subject(PLACE, layer, {Layer.SERVER: None, Layer.ROLE: role, Layer.MEMBER: member}[layer])
        places.set_figures(self.connection, subject, said)
        self.said[subject] = said

    @precondition(lambda self: self.connection.execute("SELECT 1 FROM ledger").fetchone())
    @invariant()
    def every_credit_is_accounted_for(self) -> None:
        assert list(wrong_in(self.connection)) == []

    # --- worked out once more ----------------------------------------------------------------------------

    def granted(self, purse: Purse) -> int:
        return sum(grant.left for grant in grants.good(self.connection, purse, self.now))

    def judge(self, job_id: JobId, purse: Purse, roles: frozenset[RoleId], granted: int) -> None:
        """Fail where a job that has just been accepted exceeds something."""
        (job,) = self.rows("id = ?", job_id)
        place, owner = purse.guild_id, purse.user_id
        allowance = in_force(RATES.member, self.layers(owner, roles) if place else [])
        assert len(self.rows("owner_id = ? AND hold = 'reserved'", owner)) <= allowance.active
        assert job["beyond"] == granted - self.granted(purse)
        assert not self.connection.execute(_TAKEN_TOO_LATE, (job_id, microseconds(self.now))).fetchall()
        for period, own, here, whole in (
            ("day", allowance.daily, BOUND.daily, RATES.bot.daily),
            ("month", allowance.monthly, BOUND.monthly, RATES.bot.monthly),
        ):
            mine = self.rows(
                f"owner_id = ? AND coalesce(guild_id, 0) = ? AND {period} = ?", owner, place or 0, job[period]
            )
            if job["cost"] > job["beyond"]:
                assert self.counted(mine, beyond=False) - self.forgotten(purse, job[period]) <= own
            if place and here is not None:
                assert self.counted(self.rows(f"guild_id = ? AND {period} = ?", place, job[period])) <= here
            everywhere = self.rows(f"bot_{period} = ?", job[f"bot_{period}"])
            assert self.counted(everywhere) <= (whole or 0)
        today = self.rows("bot_day = ?", job["bot_day"])
        assert sum(row["spent"] or row["estimated"] * (row["hold"] == "reserved") for row in today) <= 30_000

    def layers(self, owner: UserId, roles: frozenset[RoleId]) -> list[tuple[Layer, Figures]]:
        meant = {None, owner} | roles
        return [
            (subject.layer, said)
            for subject, said in self.said.items()
            if subject.id in meant and (subject.layer is not Layer.MEMBER or subject.id == owner)
            and (subject.layer is not Layer.ROLE or subject.id in roles)
        ]  # fmt: skip

    def rows(self, condition: str, *values: str | int | GuildId | None) -> Sequence[Row]:
        return self.connection.execute(f"SELECT * FROM jobs WHERE {condition}", values).fetchall()

    def counted(self, rows: Sequence[Row], *, beyond: bool = True) -> int:
        return sum(row["cost"] - row["beyond"] * (not beyond) for row in rows if row["hold"] != "returned")

    def forgotten(self, purse: Purse, period: str) -> int:
        query = """
            SELECT coalesce(-sum(used), 0) FROM ledger WHERE movement = 'adjusted' AND holder = 'member'
            AND guild_id = ? AND user_id = ? AND ? IN (day, month) AND actor_id IS NOT NULL
        """
        (amount,) = self.connection.execute(query, (purse.guild_id or 0, purse.user_id, period)).fetchone()
        return int(amount)


def test_whatever_is_done_every_balance_is_the_sum_of_its_ledger_and_within_what_is_allowed() -> None:
    tell(Books, rounds=3, steps=50)
