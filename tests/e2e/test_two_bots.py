"""Two processes where one was meant: with one token, or on one database."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.stage import BotProcess, environment
from tests.e2e.play import LONG, Play
from tests.lives import begin


@pytest.fixture
async def second(play: Play, tmp_path: Path) -> AsyncIterator[BotProcess]:
    """Another process with the same tokens and a database of its own, connected."""
    folder = tmp_path / "second"
    folder.mkdir()
    settings = environment(folder, play.discord, play.runcomfy)
    second = BotProcess(folder, {f"ZOETROPE_{name}": value for name, value in settings.items()}, begin=begin)
    await second.start()
    await play.discord.bell.until(
        lambda: True if len(play.discord.gateway.connected) == 2 else None, timeout=LONG, what="a second bot"
    )
    yield second
    assert await second.terminate() == 0
    assert "Traceback" not in second.log


async def test_two_processes_with_one_token_pay_once_post_once_and_say_one_thing(
    play: Play, second: BotProcess
) -> None:
    asked = await play.animate()
    await play.result_of(asked.message)
    await play.card_says(asked.message, "Done in")
    logs = f"{play.bot.log}{second.log}"
    (late,) = re.findall("job (.*): not acknowledged", logs)

    def given_up(_: Play) -> bool:
        return f"job {late}: Told, now failed" in f"{play.bot.log}{second.log}"

    await play.until(given_up)
    assert "another process has answered its command" in f"{play.bot.log}{second.log}"
    assert len(play.runcomfy.submits) == 1
    assert len(play.channel.messages) == 2
    assert play.ana.dm.messages == []
    # Who came second could not know.
    (refused,) = play.discord.problems
    assert "callback: 400 40060" in refused
    play.discord.problems.clear()


@pytest.mark.usefixtures("second")
async def test_a_press_that_two_processes_hear_of_cancels_whoever_answers_it_first(play: Play) -> None:
    play.runcomfy.hold()
    card = await play.card_says((await play.animate()).message, "In RunComfy's queue")
    pressed = await (await play.ana.press(card, "Cancel")).answered(LONG)
    await play.card_says(card, "Cancelled. Nothing was charged")
    await play.until(lambda play: len(play.discord.problems) == 2)
    assert pressed.deliveries == 1
    assert all("callback: 400 40060" in problem for problem in play.discord.problems)
    play.discord.problems.clear()
    (job,) = play.runcomfy.jobs.values()
    assert job.cancelled


async def test_of_two_processes_that_start_at_once_on_one_database_one_stays(
    play: Play, tmp_path: Path
) -> None:
    await play.bot.terminate()
    folder = tmp_path / "both"
    folder.mkdir()
    settings = environment(folder, play.discord, play.runcomfy)
    named = {f"ZOETROPE_{name}": value for name, value in settings.items()}
    both = [BotProcess(folder, named, begin=begin) for _ in range(2)]
    await asyncio.gather(*(bot.start() for bot in both))
    leaving = [asyncio.create_task(bot.ended()) for bot in both]
    try:
        done, stays = await asyncio.wait(leaving, timeout=LONG, return_when=asyncio.FIRST_COMPLETED)
        (left,), (stayed,) = [leaving.index(one) for one in done], [leaving.index(one) for one in stays]
        assert await leaving[left] == 69
        assert str(both[stayed].pid) in both[left].log
        await play.discord.ready(LONG)
        await play.result_of((await play.animate()).message)
        assert await both[stayed].terminate() == 0
    finally:
        for bot in both:
            await bot.close()
        await asyncio.gather(*leaving)
