"""The machine sleeps for an hour and wakes: what is overdue is looked at in turn, and nothing is lost."""

import asyncio
import os
import signal
from pathlib import Path
from typing import Final

import pytest

from proof.inside.orders import NAME, Orders
from tests.e2e.hurried import all_over, ask_many, hurried
from tests.e2e.play import LONG, Play
from tests.postgres import IS_CHOSEN

SPEED: Final = 600.0
JOBS: Final = 30
ASLEEP: Final = 6.0  # seconds, which are an hour to the bot
PER_SECOND: Final = 12.0  # calls in true time
# Looks that are so rare that after a start all of them fall into the hour.
RARE: Final = {
    "RUNCOMFY__CALLS_PER_SECOND": str(PER_SECOND / SPEED),
    "RUNCOMFY__LOOK_MIN": "1800",
    "RUNCOMFY__LOOK_MAX": "3600",
    "RUNCOMFY__LATE_AFTER": "80000",
}


def looks(play: Play) -> list[float]:
    """Return when RunComfy was asked for a state, in seconds."""
    return [call.at.timestamp() for call in play.runcomfy.calls if call.name == "status"]


async def sleep(play: Play) -> None:
    """Stop the process where it is, and let it go on later."""
    os.kill(play.bot.pid, signal.SIGSTOP)
    await asyncio.sleep(ASLEEP)
    os.kill(play.bot.pid, signal.SIGCONT)


@pytest.mark.skipif(IS_CHOSEN, reason="the queue's engine looks at each job at once after a start")
async def test_what_is_overdue_after_an_hour_asleep_is_looked_at_in_turn(
    tmp_path: Path, description: Path | None
) -> None:
    async with hurried(tmp_path, description) as play:
        play.runcomfy.hold()
        asked = await ask_many(play, JOBS)
        await play.until(lambda play: [row.state for row in play.rows()] == ["running"] * JOBS)
        await play.bot.terminate()
        Orders(clock_speed=SPEED).give(tmp_path / NAME)
        await play.start(**RARE)
        before = len(looks(play))
        await sleep(play)

        async with asyncio.timeout(LONG):
            while len(looks(play)) < before + JOBS:  # noqa: ASYNC110 (the stand-in rings no bell)
                await asyncio.sleep(0.05)
        woken = looks(play)[before : before + JOBS]
        # After quiet time three may go at once; a timer may be a little early.
        assert woken[-1] - woken[0] > 0.8 * (JOBS - 3) / PER_SECOND

        play.runcomfy.release()
        await all_over(play, 2 * LONG)
        assert [len(play.results(one.message)) for one in asked] == [1] * JOBS
        assert len(play.runcomfy.submits) == JOBS


async def test_a_bot_that_slept_through_its_token_and_its_connection_answers_again(play: Play) -> None:
    play.runcomfy.hold()
    asked = await play.animate()
    await play.card_says(asked.message, "In RunComfy's queue")
    os.kill(play.bot.pid, signal.SIGSTOP)
    play.discord.expire_tokens()
    dropping = asyncio.create_task(play.discord.drop_gateway(resume=True))
    missed = await play.ana.command(play.channel, "quota")
    play.runcomfy.release()
    await asyncio.sleep(play.discord.answer_window + 0.5)
    assert missed.failed
    os.kill(play.bot.pid, signal.SIGCONT)
    await dropping
    await play.result_of(asked.message)
    await play.card_says(asked.message, "Done in")
    await play.ask("quota")
    assert play.discord.gateway.resumed == 1
    assert all("callback: 404 10062" in problem for problem in play.discord.problems)
    play.discord.problems.clear()
