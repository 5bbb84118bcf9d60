"""The stage for every play: both stand-ins, and the real bot as a process of its own.

Whatever a test plays, at its end no request to either side may have been wrong, and no token or prompt may
stand in the log.
"""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.sandbox.discord import Discord
from bot.sandbox.runcomfy import Pace, RunComfy
from bot.sandbox.stage import Stage
from tests.e2e.films import make_film
from tests.e2e.play import OFTEN, PROMPT, Play
from tests.shelf import quick_studio
from tests.stages import stage


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film that is larger than most channels take."""
    return make_film(tmp_path_factory.mktemp("films"))


@pytest.fixture
async def play(tmp_path: Path, description: Path | None) -> AsyncGenerator[Play]:
    """A play whose bot is running."""
    runcomfy = RunComfy(studio=quick_studio(), pace=Pace(queue=0.1, work=0.2))
    async with stage(tmp_path, runcomfy=runcomfy, openapi=description) as set_up:
        play = Play(set_up)
        await play.start(**OFTEN)
        yield play
        judge(set_up)


def judge(set_up: Stage) -> None:
    """Judge the whole play, from outside."""
    assert set_up.discord.problems == []
    assert set_up.runcomfy.problems == []
    log = set_up.bot.log
    for secret in (set_up.discord.token, set_up.runcomfy.token, PROMPT):
        assert secret not in log
    for token in _interaction_tokens(set_up.discord):
        assert token not in log
    assert "Traceback" not in log


def _interaction_tokens(discord: Discord) -> list[str]:
    return list(discord.interactions)
