"""A bot that dies or has to leave while it makes a film fit: one post in the end, and nothing left behind."""

import asyncio
import signal
from pathlib import Path

import pytest

from bot.sandbox.discord import AnswerLost, Fault
from bot.sandbox.runcomfy import Fate
from tests.e2e.films import PADDED, children, done, fits, replies, to_children, under_way
from tests.e2e.play import Play

pytestmark = pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="programs are found on Linux")


async def test_a_kill_while_it_is_made_to_fit_leaves_one_post_and_nothing_behind(
    play: Play, film: Path
) -> None:
    play.runcomfy.next(Fate(film=film))
    asked = await play.animate()
    await play.until(lambda play: to_children(play, signal.SIGSTOP))
    await play.bot.kill()
    await play.until(lambda play: not list(children(play)))
    left = set(under_way(play))
    assert left
    await play.start()
    assert left.isdisjoint(under_way(play))
    _, result = await done(play, asked)
    fits(result, 6)


async def test_a_kill_after_the_fitted_post_leaves_one_post(play: Play) -> None:
    fault = play.discord.faults.add(Fault("POST", "/channels/.*", AnswerLost()))
    play.runcomfy.next(PADDED)
    asked = await play.animate()
    await play.until(lambda _: fault.fired)
    await play.revive()
    _, result = await done(play, asked)
    fits(result)


async def test_told_to_leave_while_it_makes_a_film_fit_it_leaves_in_time_and_the_next_life_finishes(
    play: Play, film: Path
) -> None:
    play.runcomfy.next(Fate(film=film))
    asked = await play.animate()
    await play.until(lambda play: to_children(play, signal.SIGSTOP))
    async with asyncio.timeout(10):
        assert await play.bot.terminate() == 0
    assert list(children(play)) == []
    assert under_way(play) == []
    assert replies(play, asked.message) == []
    await play.start()
    _, result = await done(play, asked)
    fits(result, 6)
