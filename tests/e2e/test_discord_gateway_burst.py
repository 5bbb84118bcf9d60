"""The gateway is lost in every way, also in a burst of a thousand commands: one job each, and looks go on."""

import asyncio
from collections import Counter
from pathlib import Path
from typing import Final

from bot.sandbox.discord import Interaction
from tests.e2e.hurried import hurried, select
from tests.e2e.play import LONG, Play
from tests.postgres import too_many_at_once

WAVE: Final = 250
ROOM: Final = {"RUNCOMFY__MAX_IN_FLIGHT": "4", "QUOTA__MAX_ACTIVE_JOBS": "1000"}


async def test_a_connection_that_is_lost_before_its_session_begins_is_followed_by_another(play: Play) -> None:
    await play.bot.terminate()
    play.discord.gateway.unready = 2
    await play.start()
    assert play.discord.gateway.unready == 0
    await play.ask("quota")


async def wave(play: Play) -> list[Interaction]:
    """Have many commands typed at once."""
    return [
        await play.ana.command(play.channel, "seedance-fast", checked=False, prompt="a") for _ in range(WAVE)
    ]


def looks(play: Play) -> int:
    return sum(call.name == "status" for call in play.runcomfy.calls)


def sessions(play: Play) -> int:
    """Return how often a session was begun or taken up."""
    return play.discord.gateway.identified + play.discord.gateway.resumed


async def again(play: Play, before: int) -> None:
    """Wait for the gateway's connection after a loss of it."""
    await play.discord.bell.until(
        lambda: True if sessions(play) > before else None, timeout=LONG, what="the gateway again"
    )


async def looks_again(play: Play, seen: int) -> None:
    """Wait until RunComfy was asked once more than before: looks go on."""
    async with asyncio.timeout(LONG):
        while looks(play) <= seen:  # noqa: ASYNC110 (a look rings no bell)
            await asyncio.sleep(0.01)


async def all_answered(play: Play, asked: list[Interaction]) -> None:
    await play.discord.bell.until(
        lambda: True if all(one.answered_at is not None for one in asked) else None,
        timeout=2 * LONG,
        what="all answers",
    )


@too_many_at_once
async def test_a_gateway_that_is_lost_in_a_burst_of_a_thousand_commands_loses_and_doubles_nothing(
    tmp_path: Path, description: Path | None
) -> None:
    async with hurried(tmp_path, description, settings=ROOM) as play:
        # That all are answered is to be seen, not in which time: see the crowd's test for that.
        play.discord.answer_window = 300.0
        play.runcomfy.hold()
        running = await play.ask("seedance-fast", prompt="a")
        await play.card_says(running.message, "In RunComfy's queue")
        asked = [running]
        for politely in (False, True):
            before, seen = sessions(play), looks(play)
            asked += await wave(play)
            await play.discord.drop_gateway(resume=True, politely=politely)
            await again(play, before)
            await looks_again(play, seen)
        await all_answered(play, asked)
        # What is sent into a session that Discord has forgotten reaches nobody.
        before, seen = sessions(play), looks(play)
        unheard = await wave(play)
        await play.discord.drop_gateway(resume=False)
        await again(play, before)
        asked += await wave(play)
        await looks_again(play, seen)
        await all_answered(play, asked)

        heard = [one.id for one in (*asked, *unheard) if one.answered_at is not None]
        jobs = Counter(number for (number,) in select(play, "SELECT interaction_id FROM jobs"))
        assert jobs == Counter(dict.fromkeys(heard, 1))
        assert len(heard) >= 3 * WAVE
        assert play.discord.gateway.resumed == 2
        assert play.discord.gateway.identified == 2
        assert len(play.runcomfy.submits) == 4


async def test_a_command_that_comes_again_after_a_resume_makes_one_job(play: Play) -> None:
    asked = await play.ask("seedance-fast", prompt="a")
    before = sessions(play)
    await play.discord.drop_gateway(resume=True)
    await play.discord.redeliver(asked)
    await again(play, before)
    await play.discord.redeliver(asked)
    await play.result_of(asked.message)
    await play.card_says(asked.message, "Done in")
    # Events come in order: what was sent before this has been dealt with.
    await play.ask("quota")
    assert (asked.deliveries, play.discord.gateway.resumed) == (3, 1)
    assert len(play.rows()) == len(play.runcomfy.submits) == len(play.results(asked.message)) == 1
