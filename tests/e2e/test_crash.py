"""kill -9 at any moment of a job's life, then a restart: one submit, one post, the card at its end."""

from collections.abc import Callable
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import pytest

from bot.sandbox.discord import AnswerLost, Delay, Fault, Interaction
from bot.sandbox.runcomfy import Action, When
from bot.sandbox.runcomfy import Fault as RemoteFault
from tests.e2e.play import LONG, Play, Reached

SLOW = 20.0  # seconds: the call hangs until the bot is killed


@dataclass(frozen=True)
class Moment:
    """A point in a job's life: what holds the job there, and how one sees that it has come there."""

    name: str
    hold: Callable[[Play], None]
    reached: Reached
    submitted: bool = True
    """Whether the paid call was made and its answer known when the kill came."""


def hold_discord(method: str, path: str, skip: int = 0, *, lost: bool = False) -> Callable[[Play], None]:
    def hold(play: Play) -> None:
        add(play, Fault(method, path, AnswerLost() if lost else Delay(SLOW), skip=skip))

    return hold


SCRIPTED: WeakKeyDictionary[Play, list[Fault]] = WeakKeyDictionary()
"""The faults of each play, to be asked whether they fired."""


def add(play: Play, fault: Fault) -> Fault:
    SCRIPTED.setdefault(play, []).append(fault)
    return play.discord.faults.add(fault)


def hold_runcomfy(on: str, when: When) -> Callable[[Play], None]:
    def hold(play: Play) -> None:
        play.runcomfy.fault(RemoteFault(on, Action.HANG, when=when))

    return hold


def called(name: str) -> Reached:
    return lambda play: any(call.name == name for call in play.runcomfy.calls)


def struck(play: Play) -> bool:
    return any(fault.fired for fault in SCRIPTED[play])


def state(wanted: str) -> Reached:
    return lambda play: [row.state for row in play.rows()] == [wanted]


def freeze(play: Play) -> None:
    play.runcomfy.hold()


MOMENTS = (
    Moment("fetching the picture", hold_discord("GET", "/ephemeral-attachments/.*"), struck, submitted=False),
    Moment("hosting the picture", hold_discord("PATCH", "/webhooks/.*"), struck, submitted=False),
    Moment("hosted, answer lost", hold_discord("PATCH", "/webhooks/.*", lost=True), struck, submitted=False),
    Moment("waiting at RunComfy", freeze, state("running")),
    Moment("reading the status", hold_runcomfy("status", When.READ), called("status")),
    Moment("reading the result", hold_runcomfy("result", When.READ), called("result")),
    Moment("fetching the video", hold_runcomfy("media", When.READ), called("media")),
    Moment("before the post", hold_discord("POST", "/channels/.*"), struck),
    Moment("after the post", hold_discord("POST", "/channels/.*", lost=True), struck),
    Moment("the last edit of the card", hold_discord("PATCH", "/webhooks/.*", skip=2), struck),
)


async def kill_and_restart(play: Play) -> None:
    await play.bot.kill()
    play.discord.faults.clear()
    play.runcomfy.heal()
    play.runcomfy.release()
    await play.start()


@pytest.mark.parametrize("moment", MOMENTS, ids=lambda moment: moment.name)
async def test_a_job_survives_a_kill_with_one_submit_and_one_post(play: Play, moment: Moment) -> None:
    moment.hold(play)
    asked = await play.animate()
    await play.until(moment.reached)
    await kill_and_restart(play)

    await play.result_of(asked.message)
    await play.card_says(asked.message, "Done in")
    await settled(play, "delivered")
    assert len(play.runcomfy.submits) == 1
    assert len(play.results(asked.message)) == 1
    assert [row.hold for row in play.rows()] == ["charged"]


async def settled(play: Play, wanted: str) -> None:
    await play.until(lambda play: [row.state for row in play.rows()] == [wanted])


@pytest.mark.parametrize("when", [When.READ, When.DONE], ids=["before it counted", "after it counted"])
async def test_a_kill_inside_the_paid_call_leaves_a_job_in_doubt_that_is_not_sent_again(
    play: Play, when: When
) -> None:
    play.runcomfy.fault(RemoteFault("submit", Action.HANG, when=when))
    asked = await play.animate()
    await play.until(called("submit"))
    await kill_and_restart(play)

    card = await play.card_says(asked.message, "cannot be paid for twice")
    assert card.buttons == []
    assert len(play.runcomfy.submits) == 1
    assert [(row.state, row.hold) for row in play.rows()] == [("unknown", "returned")]
    (told,) = [m for m in play.channel.messages if m.reference == card.id]
    assert told.mentions == {play.ana.id}
    await play.revive()
    await play.result_of((await play.animate()).message)
    assert [m for m in play.channel.messages if m.reference == card.id] == [told]


async def test_a_kill_before_the_first_answer_is_told_and_costs_nothing(play: Play) -> None:
    add(play, Fault("POST", "/interactions/.*", Delay(SLOW)))
    typed = await play.ana.command(play.channel, "seedance-fast", prompt="a")
    await play.until(struck)
    await kill_and_restart(play)
    told = await play.channel.wait_for(lambda m: "did not reach you in time" in m.text, LONG)
    assert told.mentions == {play.ana.id}
    assert typed.message is None
    assert play.runcomfy.submits == []
    assert [(row.state, row.hold) for row in play.rows()] == [("failed", "returned")]
    # Whether the first answer got through can only be learned by asking for it.
    (asked,) = play.discord.problems
    assert "@original: 404 10015" in asked
    play.discord.problems.clear()


async def test_an_acknowledgement_whose_record_was_lost_is_adopted(play: Play) -> None:
    add(play, Fault("POST", "/interactions/.*", AnswerLost()))
    asked = await play.ask("seedance-fast", prompt="a")
    await play.bot.kill()
    play.discord.faults.clear()
    await play.start()
    await play.result_of(asked.message)
    await play.card_says(asked.message, "Done in")
    assert len(play.runcomfy.submits) == 1


async def test_an_unrecorded_acknowledgement_is_found_in_the_channel_without_its_token(
    play: Play,
) -> None:
    add(play, Fault("POST", "/interactions/.*", AnswerLost()))
    asked = await play.ask("seedance-fast", prompt="a")
    await play.bot.kill()
    play.discord.faults.clear()
    play.change("UPDATE jobs SET token_good_until = 0")
    await play.start()
    await play.result_of(asked.message)
    await play.card_says(asked.message, "Done in")


async def test_a_post_that_discord_no_longer_remembers_is_found_in_the_channel(play: Play) -> None:
    add(play, Fault("POST", "/channels/.*", AnswerLost()))
    asked = await play.animate()
    await play.result_of(asked.message)
    await play.bot.kill()
    play.discord.forget_nonces()
    # As if the outage had lasted an hour.
    play.change("UPDATE jobs SET posting_at = posting_at - 3600000000")
    await play.start()
    await play.card_says(asked.message, "Done in")
    assert len(play.results(asked.message)) == 1


async def test_three_kills_during_the_recovery_itself_change_nothing(play: Play) -> None:
    play.runcomfy.hold()
    asked = await play.animate()
    await play.card_says(asked.message, "In RunComfy's queue")
    for _ in range(3):
        await play.bot.kill()
        await play.bot.start()
    await play.revive()
    play.runcomfy.release()
    await play.result_of(asked.message)
    await play.card_says(asked.message, "Done in")
    assert len(play.runcomfy.submits) == 1
    assert len(play.results(asked.message)) == 1


async def test_many_jobs_survive_a_kill_together(play: Play) -> None:
    await play.bot.terminate()
    await play.start(QUOTA__MAX_ACTIVE_JOBS="10", QUOTA__DAILY_CREDITS="1000", RUNCOMFY__MAX_IN_FLIGHT="3")
    members = [play.discord.add_member(f"member-{number}", play.stage.guild) for number in range(6)]
    asked: list[Interaction] = [
        await play.ask("seedance-fast", member, prompt="a") for member in members for _ in range(2)
    ]
    await play.until(lambda play: sum(row.state == "delivered" for row in play.rows()) >= 3)
    await play.revive()
    for one in asked:
        assert one.message is not None
        await one.message.wait_for(lambda card: not card.buttons, LONG)
    states = [row.state for row in play.rows()]
    assert states.count("delivered") + states.count("unknown") == len(asked)
    assert states.count("unknown") <= 2
    assert states.count("delivered") <= len(play.runcomfy.submits) <= len(asked)
    assert all(len(play.results(one.message)) <= 1 for one in asked)
