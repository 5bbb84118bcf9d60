"""The books of a month from outside: what they come to is what the ledger says, beside a bot that runs."""

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.core import events as ev
from bot.core.errors import Problem, Reason, StoreUnusable
from bot.core.job import State
from bot.core.models import SeedreamEdit
from bot.core.periods import periods
from bot.core.quota import Rates, Terms
from bot.store.books_look import Line, month_of, spent
from bot.store.sqlite import SqliteStore
from tests.builders import NOON, OWNER, PLACE, PLENTY, a_job, a_stored_job, moved, no_engine
from tests.store.old import an_old_file

LOST = ev.Undeliverable(Reason(Problem.UNDELIVERABLE))
UTC_ZONE = ZoneInfo("UTC")
HERE = periods(NOON, UTC_ZONE)


async def test_a_month_is_told_by_server_member_command_state_and_problem(tmp_path: Path) -> None:
    path = tmp_path / "zoetrope.db"
    async with SqliteStore.open(path, NOON) as store:
        await a_stored_job(store, State.DELIVERED, estimated=100)
        job = await a_stored_job(store, State.RUNNING, estimated=100)
        await moved(store, await moved(store, job, ev.Finished((), 70)), LOST)
        await a_stored_job(store, State.FAILED, estimated=40)
        await a_stored_job(store, State.RUNNING, estimated=9, guild_id=None, request=SeedreamEdit(prompt="a"))
        await a_stored_job(store, State.DELIVERED, estimated=5, accepted_at=NOON - timedelta(days=15))
        beside = month_of(path, HERE.month)
    direct, *lines = month_of(path, HERE.month)
    assert [direct, *lines] == beside
    assert (direct.guild_id, direct.command, direct.reserved, direct.spent) == (None, "seedream-edit", 5, 0)
    assert lines == [
        Line(PLACE, OWNER, "seedance-pro", State.DELIVERED, None, 1, 5, 0, 100, 100),
        Line(PLACE, OWNER, "seedance-pro", State.FAILED, "generation_failed", 1, 0, 0, 40, 40),
        Line(PLACE, OWNER, "seedance-pro", State.FAILED, "undeliverable", 1, 0, 0, 70, 0),
    ]


async def test_the_books_and_the_balances_agree_in_any_time_zone(tmp_path: Path) -> None:
    path, zone = tmp_path / "zoetrope.db", ZoneInfo("Pacific/Kiritimati")
    rates = Rates(PLENTY.rates.member, zone=zone)
    terms = Terms(rates)
    async with SqliteStore.open(path, NOON) as store:
        for hours in range(-72, 72, 6):
            at = periods(NOON, zone).month.begins + timedelta(hours=hours)
            await store.admit(a_job(accepted_at=at, estimated=7), terms, no_engine)
        for moment in (NOON, NOON - timedelta(days=30)):
            here = periods(moment, zone)
            account = await store.spending(rates, moment)
            lines = month_of(path, here.month)
            assert sum(line.reserved for line in lines) == account.month.reserved == 12 * 5
            assert spent(path, here).get(here.month.key) == account.month.microusd == 12 * 7


async def test_what_is_spent_is_told_by_day_and_by_month(tmp_path: Path) -> None:
    path = tmp_path / "zoetrope.db"
    async with SqliteStore.open(path, NOON) as store:
        await a_stored_job(store, State.DELIVERED, estimated=100)
        await a_stored_job(store, State.RUNNING, estimated=20)
        await a_stored_job(store, State.DELIVERED, estimated=3, accepted_at=NOON - timedelta(days=1))
    assert spent(path, HERE) == {"2025-06-15": 120, "2025-06": 123}


def test_without_a_ledger_there_are_no_books_and_nothing_is_made(tmp_path: Path) -> None:
    missing, old = tmp_path / "none.db", tmp_path / "old.db"
    an_old_file(old, [State.DELIVERED])
    before = old.read_bytes()
    with pytest.raises(StoreUnusable, match="there is no database yet"):
        month_of(missing, HERE.month)
    with pytest.raises(StoreUnusable, match="run or migrate makes one"):
        spent(old, HERE)
    assert (missing.exists(), old.read_bytes()) == (False, before)
