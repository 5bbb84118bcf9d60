"""The run that the judge is tried on: played once for each file of tests, forged on copies."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.proof.good_run import Forgery, Run, forge, good_run


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def run(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Run]:
    """A good run, at rest. Whoever changes its records puts them back."""
    async with good_run(tmp_path_factory.mktemp("good")) as run:
        yield run


@pytest.fixture
def forgery(run: Run, tmp_path: Path) -> Forgery:
    """Files of the good run that may be changed."""
    return forge(run, tmp_path)
