"""The stores that the conformance suite is held against."""

from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from bot.core.office import Office
from bot.store.postgres import PostgresStore
from bot.store.sqlite import SqliteStore
from tests.blank import blank_database
from tests.builders import NOON
from tests.postgres import clean_database, of_a_file
from tests.store.homes import Memory

ABOUT_A_FILE = {
    "test_cost.py",
    "test_cost_ledger.py",
    "test_faults.py",
    "test_group_commit.py",
    "test_ledger_killed.py",
    "test_migrate.py",
    "test_migrate_old.py",
    "test_opening.py",
    "test_thread.py",
    "test_upgrade_killed.py",
}
"""What asks how SQLite does it, and not what is kept."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Do not ask again where everything is to be on PostgreSQL."""
    for item in items:
        if item.path.name in ABOUT_A_FILE:
            item.add_marker(of_a_file)


def _on_sqlite(folder: Path) -> AbstractAsyncContextManager[Memory]:
    return SqliteStore.open(blank_database(folder / "zoetrope.db"), NOON)


def _on_postgresql(_: Path) -> AbstractAsyncContextManager[Memory]:
    url = clean_database()
    return PostgresStore.open(url, NOON, connections=3)


@pytest.fixture(params=[_on_sqlite, _on_postgresql], ids=["sqlite", "postgresql"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Memory]:
    """A further database is one more parameter."""
    async with request.param(tmp_path) as store:
        yield store


@pytest.fixture
def office(store: Memory) -> Office:
    """The same memory, for those who run the place."""
    return store.office
