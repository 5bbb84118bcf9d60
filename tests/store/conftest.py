"""The stores that the conformance suite is held against."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.core.office import Office
from bot.store.sqlite import SqliteStore
from tests.builders import NOON


@pytest.fixture(params=["sqlite"])
async def store(tmp_path: Path) -> AsyncGenerator[SqliteStore]:
    """A further database is one more parameter."""
    async with SqliteStore.open(tmp_path / "zoetrope.db", NOON) as store:
        yield store


@pytest.fixture
def office(store: SqliteStore) -> Office:
    """The same memory, for those who run the place."""
    return store.office
