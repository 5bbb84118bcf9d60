"""What the bot tells its owners directly. A courtesy: the log has it too.

What cannot be sent is let go.
"""

import logging
from collections.abc import Callable, Collection

import discord
from discord.ext import commands

from bot.chat import calls
from bot.chat.texts import text
from bot.core.errors import LostError, PassingError
from bot.core.ids import UserId
from bot.core.money import MICRO
from bot.core.treasury import Notice

log = logging.getLogger(__name__)


class DirectOwners:
    """The owners' direct messages; implements `bot.core.treasury.Owners`."""

    def __init__(self, bot: commands.AutoShardedBot, owners: Callable[[], Collection[UserId]]) -> None:
        """`owners` is asked each time, as they are known only after the login."""
        self._bot = bot
        self._owners = owners

    async def tell(self, notice: Notice) -> None:
        """Send it to each of them; one whose messages are closed keeps nobody else from it."""
        for owner in self._owners():
            try:
                await self._send(owner, notice)
            except (LostError, PassingError) as error:
                log.info("owner %d was not told of the budget: %s", owner, error, extra={"action": "notice"})

    async def _send(self, owner: UserId, notice: Notice) -> None:
        place = await calls.repeat(lambda: self._bot.create_dm(discord.Object(owner)))
        await calls.repeat(
            lambda: place.send(words(notice), nonce=f"budget:{notice.period}:{notice.share}"),
            trusted=calls.NONCE_TRUSTED,
        )


def words(notice: Notice) -> str:
    """Return what an owner reads."""
    what = "spent" if notice.share == 100 else "near"
    return text(
        f"notice.{what}.{notice.span.value}",
        spent=f"${notice.spent / MICRO:,.2f}",
        budget=f"${notice.budget / MICRO:,.2f}",
        renews=int(notice.renews.timestamp()),
    )
