"""RunComfy hangs for all or for some: few connections wait, others go on, and afterwards all is paced."""

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aiohttp import web

from bot.sandbox.discord import Fault as DiscordFault
from bot.sandbox.discord.arrival import Answer
from bot.sandbox.runcomfy import Action, Fault
from tests.e2e.hurried import all_over, ask_many, hurried, prompts, told
from tests.e2e.play import LONG

# Connections for looks, and results that are carried at a time.
POOL: Final = 50
PLACES: Final = 8
CROWD: Final = 80


@dataclass
class Watched:
    """Lets posts pass, and counts how many are under way at a time."""

    now: int = 0
    most: int = 0

    async def around(self, answer: Answer) -> web.StreamResponse:
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            await asyncio.sleep(0.1)
            return await answer()
        finally:
            self.now -= 1


async def test_while_all_looks_hang_commands_are_answered_and_what_ends_at_once_is_delivered_in_turn(
    tmp_path: Path, description: Path | None
) -> None:
    many = {"RUNCOMFY__CALLS_PER_SECOND": "200"}
    async with hurried(tmp_path, description, settings=many) as play:
        play.runcomfy.hold()
        asked = await ask_many(play, CROWD)
        await play.until(lambda play: {row.state for row in play.rows()} == {"running"})
        hung = play.runcomfy.fault(Fault("status", Action.HANG, times=None))
        await play.runcomfy.wait_for(lambda: hung.fired >= POOL, LONG)
        for number in range(5):
            began = time.monotonic()
            asked.append(await play.ask("seedance-fast", prompt=f"meanwhile {number}"))
            assert time.monotonic() - began < 3
        assert hung.fired == POOL

        watched = Watched()
        posts = play.discord.faults.add(DiscordFault("POST", "/channels/.*", watched, times=None))
        play.runcomfy.release()
        await play.runcomfy.wait_for(
            lambda: all(job.status.final for job in play.runcomfy.jobs.values()), LONG
        )
        play.runcomfy.heal()
        await all_over(play, within=60)
        assert posts.fired >= len(asked)
        assert 0 < watched.most <= PLACES
        assert {(row.state, row.hold) for row in play.rows()} == {("delivered", "charged")}
        assert len(set(prompts(play))) == len(play.runcomfy.submits) == len(asked)
        assert all(len(play.results(one.message)) == 1 and not told(play, one.message) for one in asked)


async def test_looks_that_come_byte_by_byte_are_cut_and_hold_up_nobody_else(
    tmp_path: Path, description: Path | None
) -> None:
    async with hurried(tmp_path, description) as play:
        play.runcomfy.hold()
        asked = await ask_many(play, 12)
        await play.until(lambda play: {row.state for row in play.rows()} == {"running"})
        slow = [*play.runcomfy.jobs][:6]
        actions = [Action.DRIP, Action.HANG] * 3
        faults = [
            play.runcomfy.fault(Fault(f"/v1/requests/{request_id}/status", action, every=0.9))
            for request_id, action in zip(slow, actions, strict=True)
        ]
        await play.runcomfy.wait_for(lambda: all(fault.fired for fault in faults), LONG)
        play.runcomfy.release()
        began = time.monotonic()
        await play.until(lambda play: [row.state for row in play.rows()].count("delivered") == 6)
        assert time.monotonic() - began < 10
        waiting = {row.request_id for row in play.rows() if row.state == "running"}
        assert waiting == set(slow)

        await all_over(play, within=60)
        assert [fault.fired for fault in faults] == [1] * len(faults)
        assert all(len(play.results(one.message)) == 1 for one in asked)
