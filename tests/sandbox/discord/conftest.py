"""The real discord.py in the same loop as the stand-in, pointed at it and put back afterwards."""

from collections.abc import AsyncIterator

import pytest

from bot.sandbox.discord import Discord
from tests.sandbox.discord.crew import Crew


@pytest.fixture
async def crew(pointed: Discord) -> AsyncIterator[Crew]:
    crew = Crew(pointed)
    yield crew
    await crew.stop()
