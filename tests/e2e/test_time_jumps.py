"""The wall clock is wrong, jumps, or passes a day while credits are reserved: nothing twice, nothing lost."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from bot.sandbox.discord import AnswerLost, Delay, Fault, Interaction, Status
from proof.inside.orders import NAME, Orders
from tests.e2e.hurried import all_over, hurried, select
from tests.e2e.play import Play

HOUR: Final = 3600.0
POSTS: Final = "/channels/[^/]+/messages"


def set_clock(play: Play, moment: datetime) -> None:
    """Have the bot take this for the present moment."""
    jump(play, (moment - datetime.now(UTC)).total_seconds())


def jump(play: Play, ahead: float) -> None:
    """Have the bot's clock be so many seconds ahead of the true time."""
    Orders(clock_ahead=ahead).give(play.bot.folder / NAME)


JUMPS: Final[dict[str, Callable[[], float]]] = {
    "an hour ahead": lambda: HOUR,
    "an hour back": lambda: -HOUR,
    "to 1970": lambda: -datetime.now(UTC).timestamp() + 5,
}


async def jobs_in_every_state(play: Play) -> list[Interaction]:
    """Return jobs at RunComfy, in the line, and being prepared; there is one place at RunComfy."""
    play.runcomfy.hold()
    running = await play.ask("seedance-fast", prompt="a")
    await play.card_says(running.message, "In RunComfy's queue")
    queued = await play.ask("seedance-fast", prompt="b")
    await play.card_says(queued.message, "Waiting")
    slow = play.discord.faults.add(Fault("GET", "/ephemeral-attachments/.*", Delay(1.0)))
    preparing = await play.animate()
    await play.until(lambda _: slow.fired)
    assert {row.state for row in play.rows()} == {"running", "queued", "preparing"}
    return [running, queued, preparing]


@pytest.mark.parametrize("ahead", JUMPS.values(), ids=JUMPS)
async def test_a_clock_that_jumps_in_any_state_loses_and_doubles_nothing(
    tmp_path: Path, description: Path | None, ahead: Callable[[], float]
) -> None:
    async with hurried(tmp_path, description, settings={"RUNCOMFY__MAX_IN_FLIGHT": "1"}) as play:
        asked = await jobs_in_every_state(play)
        jump(play, ahead())
        asked.append(await play.ask("seedance-fast", prompt="c"))
        play.runcomfy.release()
        await all_over(play)
        for one in asked:
            await play.card_says(one.message, "Done in")
            assert len(play.results(one.message)) == 1
        assert len(play.runcomfy.submits) == len(asked)
        assert {row.hold for row in play.rows()} == {"charged"}
        # The jump was seen: what was asked for last says so, or is the oldest of all.
        (last,) = select(play, f"SELECT accepted_at FROM jobs WHERE interaction_id = {asked[-1].id}")
        away = abs(last[0] / 1e6 - datetime.now(UTC).timestamp())
        assert away > HOUR - 60


@pytest.mark.parametrize("ahead", JUMPS.values(), ids=JUMPS)
async def test_what_was_posted_by_a_wrong_clock_is_found_after_a_kill_and_not_posted_again(
    tmp_path: Path, description: Path | None, ahead: Callable[[], float]
) -> None:
    async with hurried(tmp_path, description) as play:
        jump(play, ahead())
        lost = play.discord.faults.add(Fault("POST", POSTS, AnswerLost()))
        play.discord.faults.add(Fault("POST", POSTS, Status(503), times=None))
        asked = await play.ask("seedance-fast", prompt="a")
        await play.until(lambda _: lost.fired)
        await play.bot.kill()
        play.discord.faults.clear()
        play.discord.forget_nonces()
        # The outage lasts longer than Discord remembers, and the clock is right again when it is over.
        play.change("UPDATE jobs SET posting_at = posting_at - 300 * 1000000")
        jump(play, 0.0)
        await play.start()
        await play.card_says(asked.message, "Done in")
        assert lost.fired == 1
        assert len(play.results(asked.message)) == 1


async def test_a_day_has_one_allowance_however_often_the_clock_comes_by_it(
    tmp_path: Path, description: Path | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In Berlin, where the clocks go back in this night: at 01:00 UTC, three o'clock becomes two."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    settings = {"QUOTA__DAILY_CREDITS": "2"}
    async with hurried(tmp_path, description, starts=False, settings=settings) as play:
        evening = datetime(2026, 10, 24, 23, 50, tzinfo=UTC)
        set_clock(play, evening)
        await play.start()
        play.runcomfy.hold()
        held = await accepted(play)
        assert [await accepted(play) is not None for _ in range(2)] == [True, False]

        # The day ends while the credits are reserved: they are charged to the day on which they were.
        set_clock(play, evening + timedelta(minutes=20))
        play.runcomfy.release()
        assert held is not None
        await all_over(play)
        assert [row.hold for row in play.rows()] == ["charged", "charged"]
        assert [await accepted(play) is not None for _ in range(3)] == [True, True, False]
        for later in (
            timedelta(minutes=75),
            timedelta(minutes=65),
            timedelta(hours=1, minutes=90),
            timedelta(0),
        ):
            set_clock(play, evening + later)
            assert await accepted(play) is None, later
        set_clock(play, evening + timedelta(days=1, hours=1))
        assert await accepted(play) is not None


async def accepted(play: Play) -> Interaction | None:
    """Have a job of one credit asked for; None where the day's credits are spent."""
    asked = await play.ask("seedance-fast", prompt="a", duration=2)
    assert asked.message is not None
    if not asked.private:
        return asked
    assert "and you have 0 of today's 2 left" in asked.message.text
    return None
