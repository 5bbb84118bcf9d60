"""No balance, a rejected token, damaged files, Discord's troubles: all goes on by itself, or is told."""

import re

import pytest

from bot.sandbox.discord import Delay, Fault, Limited, Reset, Status
from bot.sandbox.runcomfy import Fate, Served, Wire
from tests.e2e.play import LONG, Play


@pytest.mark.parametrize("code", [400, 402])
async def test_an_empty_balance_pauses_the_line_which_goes_on_by_itself(play: Play, code: int) -> None:
    play.runcomfy.balance, play.runcomfy.wire = 0.0, Wire(balance_code=code)
    asked = [await play.ask("seedance-fast", prompt=f"number {n}") for n in range(2)]
    for one in asked:
        card = await play.card_says(one.message, "out of money; the operator has been told. Your job waits.")
        assert [button.label for button in card.buttons] == ["Cancel"]
    assert {row.state for row in play.rows()} == {"queued"}
    assert len(re.findall("balance is empty", play.bot.log)) == 1
    play.runcomfy.balance = 10.0
    for one in asked:
        await play.card_says(one.message, "Done in")
    assert [submit.request_id is not None for submit in play.runcomfy.submits].count(True) == 2
    assert "takes orders again" in play.bot.log


@pytest.mark.parametrize("code", [400, 401])
async def test_a_rejected_token_pauses_everything_and_running_jobs_are_kept(play: Play, code: int) -> None:
    play.runcomfy.hold()
    running = await play.ask("seedance-fast", prompt="the first")
    await play.card_says(running.message, "In RunComfy's queue")
    play.runcomfy.reject_token, play.runcomfy.wire = True, Wire(token_code=code)
    waiting = await play.ask("seedance-fast", prompt="the second")
    await play.card_says(waiting.message, "does not take orders from me right now")
    assert len(re.findall("rejects the token", play.bot.log)) == 1
    play.runcomfy.reject_token = False
    play.runcomfy.release()
    for one in (running, waiting):
        await play.card_says(one.message, "Done in")
    assert [row.hold for row in play.rows()] == ["charged", "charged"]


async def test_a_queued_job_can_be_cancelled_while_the_line_is_paused(play: Play) -> None:
    play.runcomfy.balance = 0.0
    asked = await play.ask("seedance-fast", prompt="a")
    card = await play.card_says(asked.message, "out of money")
    pressed = await play.ana.press(card, "Cancel")
    assert "Cancelled" in (await pressed.final(LONG)).text


BROKEN = (Served.HTML, Served.EMPTY, Served.CUT_LENGTH, Served.CUT_CHUNKED, Served.CUT_CLOSE, Served.OVERLONG)


@pytest.mark.parametrize("served", BROKEN)
async def test_a_damaged_file_is_never_posted_but_fetched_again(play: Play, served: Served) -> None:
    play.runcomfy.next(Fate(served=served, served_times=1))
    asked = await play.animate()
    await play.result_of(asked.message)
    await play.card_says(asked.message, "Done in")
    assert len(play.results(asked.message)) == 1


@pytest.mark.parametrize(
    ("fate", "words"),
    [
        (Fate(served=Served.HTML), "is damaged"),
        (Fate(served=Served.GONE), "has deleted the file"),
        (Fate(served=Served.REDIRECT), "is damaged"),
        (Fate(address="http://example.com/a.mp4"), "is damaged"),
    ],
    ids=["a page", "gone", "a redirect", "a foreign host"],
)
async def test_a_result_that_cannot_be_had_is_told_and_given_back(play: Play, fate: Fate, words: str) -> None:
    play.runcomfy.next(fate)
    asked = await play.animate()
    await play.card_says(asked.message, words)
    assert play.results(asked.message) == []
    assert [(row.state, row.hold) for row in play.rows()] == [("failed", "returned")]


DISCORDS_TROUBLES = {
    "503 on the post": Fault("POST", "/channels/.*", Status(503)),
    "a reset on the post": Fault("POST", "/channels/.*", Reset()),
    "429 with Via": Fault("POST", "/channels/.*", Limited(0.2)),
    "a bare 429": Fault("POST", "/channels/.*", Limited(0.2, via=False)),
    "503 on an edit": Fault("PATCH", "/webhooks/.*", Status(503), times=2),
    "a slow edit": Fault("PATCH", "/webhooks/.*", Delay(2.0)),
}


@pytest.mark.parametrize("fault", DISCORDS_TROUBLES.values(), ids=DISCORDS_TROUBLES.keys())
async def test_discords_troubles_delay_and_double_nothing(play: Play, fault: Fault) -> None:
    play.discord.faults.add(fault)
    asked = await play.animate()
    await play.result_of(asked.message)
    await play.card_says(asked.message, "Done in")
    assert fault.fired
    assert len(play.results(asked.message)) == 1


async def test_a_channel_that_is_deleted_sends_the_result_to_the_owner_directly(play: Play) -> None:
    play.runcomfy.hold()
    asked = await play.animate()
    await play.card_says(asked.message, "In RunComfy's queue")
    play.channel.delete()
    play.runcomfy.release()
    result = await play.ana.dm.wait_for(lambda message: bool(message.attachments), LONG)
    assert result.attachments[0].filename.endswith(".mp4")


async def test_a_refused_edit_of_the_card_does_not_stop_its_job(play: Play) -> None:
    # An archived thread takes no edits; the first hosts the picture.
    fault = play.discord.faults.add(Fault("PATCH", ".*", Status(400, 50083), times=None, skip=1))
    asked = await play.animate()
    await play.result_of(asked.message)
    await play.until(lambda play: [row.hold for row in play.rows()] == ["charged"])
    assert fault.fired
    assert "Discord refuses a call: 400, code 50083" in play.bot.log


@pytest.mark.parametrize("code", [0, 50083])
async def test_a_post_that_the_channel_refuses_goes_to_the_owner_directly_and_says_why(
    play: Play, code: int
) -> None:
    path = f"/channels/{play.channel.id}/messages"
    fault = play.discord.faults.add(Fault("POST", path, Status(400, code), times=None))
    asked = await play.animate()
    result = await play.ana.dm.wait_for(lambda message: bool(message.attachments), LONG)
    assert result.text.startswith("I could no longer post in the channel where you asked")
    await play.card_says(asked.message, "Done in")
    assert fault.fired == 1
    assert [(row.state, row.hold) for row in play.rows()] == [("delivered", "charged")]


async def test_a_post_that_is_refused_everywhere_ends_the_job_and_the_credits_come_back(play: Play) -> None:
    play.discord.faults.add(Fault("POST", "/channels/.*", Status(400), times=None))
    await play.animate()
    await play.until(lambda play: [(row.state, row.hold) for row in play.rows()] == [("failed", "returned")])
    assert play.channel.messages[1:] == play.ana.dm.messages == []


async def test_with_no_way_left_the_credits_come_back(play: Play) -> None:
    play.runcomfy.hold()
    asked = await play.animate()
    await play.card_says(asked.message, "In RunComfy's queue")
    play.channel.delete()
    play.ana.accepts_dms = False
    play.runcomfy.release()
    await play.until(lambda play: [row.state for row in play.rows()] == ["failed"])
    assert play.rows()[0].hold == "returned"
