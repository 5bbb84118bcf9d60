"""The real bot on a database that is locked, or whose disk is slow: an answer in time, whatever it says."""

import asyncio
import sqlite3
import time
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from proof.crashes.scene import LONG, PROMPT, Scene, card_of
from tests.proof.disk_scene import a_scene, judged, record, told, until


@contextmanager
def locked(here: Scene) -> Generator[sqlite3.Connection]:
    """Hold the database as a backup tool may."""
    with closing(sqlite3.connect(here.bot.database, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield connection


async def test_a_database_that_is_locked_for_a_second_makes_members_wait_no_longer(tmp_path: Path) -> None:
    async with a_scene(tmp_path) as here:
        with locked(here) as other:
            asyncio.get_running_loop().call_later(1.0, other.execute, "ROLLBACK")
            began = time.monotonic()
            asked = await here.ask("seedance-fast", prompt=PROMPT)
            took = time.monotonic() - began

        assert 0.9 < took < 3
        assert not asked.private
        await here.done(card_of(asked))
        assert await judged(here) == []


async def test_a_database_that_is_locked_for_long_refuses_the_new_and_loses_no_result(
    tmp_path: Path,
) -> None:
    async with a_scene(tmp_path) as here:
        card = await here.queued()
        with locked(here):
            asked = await here.ask("seedance-fast", here.bo, prompt=PROMPT)
            here.runcomfy.release()
            await until(lambda: "again in" in here.bot.log)

        assert asked.private
        assert asked.answered_at is not None
        assert asked.answered_at - asked.sent_at < 3
        await here.done(card)
        await here.rest()
        assert len(here.runcomfy.submits) == 1
        assert await judged(here) == []


@pytest.mark.parametrize("milliseconds", [5, 50])
async def test_fifty_commands_at_once_are_acknowledged_in_time_on_a_slow_disk(
    tmp_path: Path, milliseconds: int
) -> None:
    async with a_scene(tmp_path) as here:
        here.runcomfy.hold()
        members = [here.discord.add_member(f"member-{number}", here.guild) for number in range(50)]
        told(here, sync_seconds=milliseconds / 1000)
        before = len(record(here).lines())

        typed = [await member.command(here.channel, "seedance-fast", prompt=PROMPT) for member in members]
        await asyncio.gather(*(one.answered(LONG) for one in typed))

        waits = [one.answered_at - one.sent_at for one in typed if one.answered_at is not None]
        assert len(waits) == 50
        assert max(waits) < 3
        assert not any(one.failed or one.private for one in typed)
        # Committed together: each of them is two transactions before it is seen, and a third for the card.
        assert 0 < len(record(here).lines()) - before < 50
