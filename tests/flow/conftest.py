"""A world for each test."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.blank import blank_database
from tests.flow.world import World, a_world


@pytest.fixture
async def world(tmp_path: Path) -> AsyncGenerator[World]:
    async with a_world(blank_database(tmp_path / "zoetrope.db")) as world:
        yield world
