"""Killed while it recovers, five times in a row, at each thing that it does: nothing is lost or doubled."""

from collections.abc import Callable
from pathlib import Path

from bot.sandbox.discord import AnswerLost, Delay
from bot.sandbox.discord import Fault as DiscordFault
from bot.sandbox.runcomfy import Action, Fault, When
from tests.e2e.hurried import all_over, ask_many, hurried, prompts, told
from tests.e2e.play import LONG, Play

Struck = Callable[[], int]
RECOVERED = ["ready", *["running"] * 4, "unknown"]
"""Once the line has moved up and the paid call is known to be in doubt."""


def at_the_gateway(play: Play) -> Struck:
    fault = play.discord.faults.add(DiscordFault("GET", "/gateway/bot", Delay(20)))
    return lambda: fault.fired


def at_a_look(play: Play) -> Struck:
    fault = play.runcomfy.fault(Fault("status", Action.HANG, times=None))
    return lambda: fault.fired


def at_a_download(play: Play) -> Struck:
    return hang_downloads(play)


def before_a_post(play: Play) -> Struck:
    fault = play.discord.faults.add(DiscordFault("POST", "/channels/.*", Delay(2)))
    return lambda: fault.fired


def after_a_post(play: Play) -> Struck:
    lost = play.discord.faults.add(DiscordFault("POST", "/channels/.*", AnswerLost(), times=None))
    return lambda: lost.fired


def hang_downloads(play: Play) -> Struck:
    fault = play.runcomfy.fault(Fault("media", Action.HANG, times=None))
    return lambda: fault.fired


async def test_five_kills_in_a_row_at_each_step_of_the_recovery_lose_and_double_nothing(
    tmp_path: Path, description: Path | None
) -> None:
    async with hurried(tmp_path, description, settings={"RUNCOMFY__MAX_IN_FLIGHT": "4"}) as play:
        play.runcomfy.hold()
        asked = await ask_many(play, 6)
        await die_with_a_job_in_every_state(play)
        for step in (at_the_gateway, at_a_look, at_a_download):
            await recover_until(play, step, is_ready_held=True, states=RECOVERED)
        for step in (before_a_post, after_a_post):
            await recover_until(play, step, is_ready_held=False)

        heal(play)
        await play.start()
        play.runcomfy.release()
        await all_over(play)
        assert sorted(row.state for row in play.rows()) == [*["delivered"] * 5, "unknown"]
        assert len(set(prompts(play))) == len(play.runcomfy.submits) == len(asked)
        assert all(len(play.results(one.message)) + len(told(play, one.message)) == 1 for one in asked)


async def die_with_a_job_in_every_state(play: Play) -> None:
    """Leave three jobs running, one ready, one in the paid call and one in the line, and die."""
    await play.until(lambda play: [row.state for row in play.rows()].count("running") == 4)
    fetching = hang_downloads(play)
    paying = play.runcomfy.fault(Fault("submit", Action.HANG, when=When.DONE))
    play.runcomfy.finish(next(iter(play.runcomfy.jobs)))
    await play.runcomfy.wait_for(lambda: fetching() and paying.fired, LONG)
    states = ["queued", "ready", *["running"] * 3, "submitting"]
    assert sorted(row.state for row in play.rows()) == states
    await play.bot.kill()


async def recover_until(
    play: Play, step: Callable[[Play], Struck], *, is_ready_held: bool, states: list[str] | None = None
) -> None:
    """Begin a life and end it as soon as it has come to this step, and its jobs to these states.

    Without the states, it might die in the paid call for the job in the line, as another test does.
    """
    heal(play)
    struck = step(play)
    if is_ready_held:
        hang_downloads(play)
    await play.bot.start()
    await play.until(lambda play: struck() and states in (None, sorted(row.state for row in play.rows())))
    await play.bot.kill()


def heal(play: Play) -> None:
    play.runcomfy.heal()
    play.discord.faults.clear()
