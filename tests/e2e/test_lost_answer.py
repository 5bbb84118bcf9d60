"""The paid call and its answer: one submit, whatever happens, and an honest word about it."""

import pytest

from bot.sandbox.runcomfy import Action, Ending, Fate, Fault, When
from tests.e2e.play import Play

LOST = {
    "reset after the request was read": Fault("submit", Action.RESET, when=When.DONE),
    "closed without an answer": Fault("submit", Action.CLOSE, when=When.DONE),
    "head cut": Fault("submit", Action.CUT_HEADER),
    "body cut before the id": Fault("submit", Action.CUT, keep=0.05),
    "a web page": Fault("submit", Action.HTML, when=When.DONE, status=200),
    "502": Fault("submit", Action.ANSWER, when=When.DONE, status=502),
    "no request id": Fault("submit", Action.NO_ID),
}


@pytest.mark.parametrize("fault", LOST.values(), ids=LOST.keys())
async def test_a_lost_answer_leaves_one_submit_a_told_member_and_the_credits_back(
    play: Play, fault: Fault
) -> None:
    play.runcomfy.fault(fault)
    asked = await play.animate()
    card = await play.card_says(asked.message, "cannot be paid for twice")
    assert fault.fired == 1
    assert card.buttons == []
    assert "5 credits given back" in card.text
    (told,) = [m for m in play.channel.messages if m.reference == card.id]
    assert told.mentions == {play.ana.id}
    assert len(play.runcomfy.submits) == 1
    assert [(row.state, row.hold) for row in play.rows()] == [("unknown", "returned")]
    await play.revive()
    await play.result_of((await play.animate()).message)
    assert len(play.runcomfy.submits) == 2
    assert [m for m in play.channel.messages if m.reference == card.id] == [told]
    assert f"job {play.rows()[0].id}: Interrupted, now unknown" in play.bot.log


async def test_an_id_that_can_still_be_read_in_a_cut_answer_is_used(play: Play) -> None:
    fault = play.runcomfy.fault(Fault("submit", Action.CUT, keep=0.5))
    asked = await play.animate()
    await play.result_of(asked.message)
    assert fault.fired == 1
    assert len(play.runcomfy.submits) == 1


async def test_a_refused_connection_is_tried_again_and_submits_once(play: Play) -> None:
    url = play.runcomfy.api_url
    await play.bot.terminate()
    await play.start(RUNCOMFY__API_URL="http://127.0.0.1:9")
    asked = await play.animate()
    await play.card_says(asked.message, "cannot be reached")
    assert play.rows()[0].state == "queued"
    await play.bot.terminate()
    await play.start(RUNCOMFY__API_URL=url)
    await play.result_of(asked.message)
    assert len(play.runcomfy.submits) == 1


async def test_a_429_slows_down_and_fails_nobody(play: Play) -> None:
    fault = play.runcomfy.fault(Fault("submit", status=429, times=2, headers={"Retry-After": "1"}))
    asked = await play.animate()
    await play.result_of(asked.message)
    assert fault.fired == 2
    assert len([submit for submit in play.runcomfy.submits if submit.request_id]) == 1


async def test_a_refused_request_is_told_and_given_back(play: Play) -> None:
    play.runcomfy.fault(Fault("submit", status=422))
    asked = await play.animate()
    await play.card_says(asked.message, "RunComfy refused this request")
    assert [(row.state, row.hold) for row in play.rows()] == [("failed", "returned")]


async def test_a_failure_without_a_reason_is_told_too(play: Play) -> None:
    play.runcomfy.next(Fate(ends=Ending.FAILED, error=""))
    asked = await play.animate()
    await play.card_says(asked.message, "RunComfy could not make it")
    await play.until(lambda play: [row.hold for row in play.rows()] == ["returned"])


@pytest.mark.parametrize("ends", [Ending.FAILED, Ending.FAILED_IN_RESULT])
async def test_a_job_that_fails_at_runcomfy_is_told_with_its_reason(play: Play, ends: Ending) -> None:
    play.runcomfy.next(Fate(ends=ends, error="The model saw @everyone and <@1> at https://evil.example"))
    asked = await play.animate()
    card = await play.card_says(asked.message, "RunComfy could not make it")
    assert "https://evil.example" not in card.text
    (told,) = [m for m in play.channel.messages if m.reference == card.id]
    assert told.mentions == {play.ana.id}
    assert [(row.state, row.hold) for row in play.rows()] == [("failed", "returned")]


async def test_reads_that_stumble_only_delay_the_result(play: Play) -> None:
    faults = [
        play.runcomfy.fault(Fault("status", status=503, times=2)),
        play.runcomfy.fault(Fault("status", Action.HTML, status=200)),
        play.runcomfy.fault(Fault("result", Action.RESET, times=1)),
    ]
    asked = await play.animate()
    await play.result_of(asked.message)
    assert [fault.fired for fault in faults] == [2, 1, 1]
    assert len(play.runcomfy.submits) == 1


async def test_a_429_is_waited_out_and_not_run_against(play: Play) -> None:
    fault = play.runcomfy.fault(Fault("submit", status=429, headers={"Retry-After": "3"}))
    asked = await play.animate()
    await play.result_of(asked.message)
    assert fault.fired == 1
    assert play.bot.log.count("Claimed, now submitting") == 2
