"""The bot in a Discord of our own, as the tests of the members' side have it."""

from tests.chat.conftest import bot, courier
from tests.chat.members.conftest import hidden, rates, scene

__all__ = ["bot", "courier", "hidden", "rates", "scene"]
