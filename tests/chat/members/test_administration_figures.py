"""/zoetrope stats at the desk: what cannot be drawn is told in words, and nothing is drawn without bounds."""

from collections.abc import Sequence

import pytest

from bot.chat.administration.charts.summary import Summary
from bot.chat.administration.stats import Draw, StatsDesk
from bot.chat.owners import actors
from bot.clock import SystemClock
from bot.core.job import State
from bot.core.rights import Rank
from bot.flow.administration_books import Books
from bot.sandbox.discord import Message
from bot.sandbox.discord.options import Value
from tests.chat.members.running import Running
from tests.chat.members.scene import Scene


@pytest.fixture
async def running(scene: Scene) -> Running:
    running = await Running.begin(scene)
    await running.a_job(scene.channel, running.somebody, State.DELIVERED)
    await running.a_job(running.there, running.somebody, State.RUNNING)
    return running


def draws(running: Running, draw: Draw) -> None:
    """Have the desk draw otherwise."""
    bot = running.scene.bot
    books = Books(running.scene.store.office, SystemClock())
    bot.reception.desk.stats = StatsDesk(books, actors(lambda: bot.owners), draw)


async def seen(running: Running, rank: Rank = Rank.MANAGER, **options: Value) -> Message:
    here = running.scene.channel
    message = await (await running.run(running.actor(rank, here), here, "stats", **options)).final()
    assert message.ephemeral
    return message


async def test_the_figures_are_of_the_place_where_they_are_asked_for(running: Running) -> None:
    message = await seen(running)
    assert [shown.filename for shown in message.gallery] == ["stats-light.png", "stats-dark.png"]
    assert "**1 job**, 5 credits" in message.text
    assert f"{running.somebody.mention}: 1 job, 5 credits" in message.text
    assert message.mentions == frozenset()

    message = await seen(running, Rank.OWNER, everywhere=True)
    assert "### All servers, last 30 days" in message.text
    assert "**2 jobs**, 5 credits" in message.text
    assert "under way: 1 job" in message.text


@pytest.mark.parametrize("error", [OSError("no font"), MemoryError(), ValueError("too large")])
async def test_what_cannot_be_drawn_is_told_in_words(
    running: Running, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: Summary) -> Sequence[bytes]:
        raise error

    draws(running, fail)

    message = await seen(running)

    assert message.gallery == []
    assert "The picture could not be drawn." in message.text
    assert "**1 job**, 5 credits" in message.text
    assert "the pictures of figures cannot be drawn" in caplog.text


@pytest.mark.parametrize("days", [0, 91, 4000])
async def test_more_days_than_there_are_bars_for_are_refused(running: Running, days: int) -> None:
    def never(_: Summary) -> Sequence[bytes]:
        raise AssertionError

    draws(running, never)

    assert (await seen(running, days=days)).text == "The option `days` takes this: 1-90."


async def test_whoever_may_not_see_figures_has_none_drawn(running: Running) -> None:
    def never(_: Summary) -> Sequence[bytes]:
        raise AssertionError

    draws(running, never)

    assert "for this server's managers" in (await seen(running, Rank.MEMBER)).text
    assert "for the owners of the bot only" in (await seen(running, everywhere=True)).text


async def test_a_time_without_jobs_is_a_sentence_and_no_picture(running: Running) -> None:
    there = running.scene.platform.add_guild("Quiet").add_channel("films")
    boss = running.actor(Rank.OWNER, there)

    message = await (await running.run(boss, there, "stats", days=7)).final()

    assert message.text.startswith("No job was ordered in this server in this time (")
    assert message.gallery == []
