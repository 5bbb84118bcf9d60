"""The stage for tests: lives of the bot are forked, and its database is what the tests are run on."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

from bot.sandbox.stage import BotProcess, Stage
from bot.sandbox.stage import stage as plain_stage
from proof.scale.watched import WatchedBot
from tests.lives import begin
from tests.postgres import IS_CHOSEN, databases

_SOON: Final = {"ENGINE__TAKEOVER_AFTER": "2"}
"""Who is killed here is followed by nobody but itself."""


def kept_at(bot: BotProcess) -> Path | str:
    """Return where a bot of a stage keeps its jobs, for those who write there while it does not run."""
    return bot.url if isinstance(bot, WatchedBot) else bot.database


@asynccontextmanager
async def stage(
    folder: Path, *, settings: Mapping[str, str] | None = None, **options: Any
) -> AsyncGenerator[Stage]:
    """Open a stage, as `bot.sandbox.stage.stage` says."""
    if not IS_CHOSEN:
        async with plain_stage(folder, settings=settings, begin=begin, **options) as set_up:
            yield set_up
        return
    chosen = {**_SOON, **(settings or {})}
    with databases().one() as url:
        made = partial(WatchedBot, url=url)
        async with plain_stage(folder, settings=chosen, begin=begin, made=made, **options) as set_up:
            yield set_up
