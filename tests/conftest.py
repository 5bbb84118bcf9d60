"""A Discord of our own with a server, a channel and a member, for whoever asks for one of them."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Final

import pytest
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route
from hypothesis import settings

from bot.sandbox.discord import Channel, Discord, Guild, Member

OPENAPI: Final = Path(__file__).parents[1].parent / "shared" / "discord" / "openapi.json"

# What takes longest, in this order: files, then folders.
LONGEST: Final = (
    "test_store_machine.py",
    "test_upgrade_killed.py",
    "test_ledger_killed.py",
    "test_disk.py",
    "test_scale.py",
    "proof",
    "e2e",
    "store",
    "browser",
    "media",
    "fuzz",
)


MEMORY: Final = Path("/dev/shm")
ROOM: Final = 2 << 30  # bytes; all tests that run at a time need less


# How long an example takes is the machine's affair.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


def pytest_configure() -> None:
    """Have the tests' files lie in memory where there is room: a disk makes each of many commits wait.

    Nothing here is lost with the power, as that is played, or with a process, as that needs no disk.
    """
    if "PYTEST_DEBUG_TEMPROOT" not in os.environ and _has_room(MEMORY):
        os.environ["PYTEST_DEBUG_TEMPROOT"] = str(MEMORY)


def _has_room(folder: Path) -> bool:
    if not os.access(folder, os.W_OK):
        return False
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize > ROOM and not found.f_flag & os.ST_NOEXEC


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that at the end no process is left alone with it."""
    items.sort(key=lambda item: _rank(item.path))


def _rank(path: Path) -> int:
    return min((LONGEST.index(name) for name in path.parts if name in LONGEST), default=len(LONGEST))


@pytest.fixture
def description() -> Path | None:
    """Discord's own description, where it lies beside the checkout; else requests are not judged by it."""
    return OPENAPI if OPENAPI.exists() else None


@pytest.fixture
async def platform(description: Path | None) -> AsyncIterator[Discord]:
    async with Discord(openapi=description) as platform:
        yield platform


@pytest.fixture
def guild(platform: Discord) -> Guild:
    return platform.add_guild("Studio")


@pytest.fixture
def channel(guild: Guild) -> Channel:
    return guild.add_channel("animations")


@pytest.fixture
def ana(platform: Discord, guild: Guild) -> Member:
    return platform.add_member("ana", guild)


@pytest.fixture
def pointed(platform: Discord) -> Iterator[Discord]:
    """Point discord.py at the stand-in, and back."""
    base, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = platform.api_url, yarl.URL(platform.gateway_url)
    yield platform
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = base, gateway
