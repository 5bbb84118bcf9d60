"""Every way to lose the answer to the paid call, all at once: nobody pays twice, and all are told."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Final

from bot.sandbox.runcomfy import Action, Fault, When
from tests.e2e.hurried import all_over, ask_many, hurried, prompts, select, told
from tests.e2e.play import LONG

LOST: Final = (
    *(
        Fault("submit", action, when=when)
        for action in (Action.RESET, Action.CLOSE)
        for when in (When.BEFORE, When.READ, When.DONE)
    ),
    *(
        Fault("submit", status=status, when=when)
        for status in (408, 499, 500, 502, 503, 504)
        for when in (When.READ, When.DONE)
    ),
    Fault("submit", Action.HTML, when=When.READ),
    Fault("submit", Action.HTML, when=When.DONE),
    Fault("submit", Action.HTML, when=When.DONE, status=504),
    Fault("submit", Action.CUT_HEADER),
    Fault("submit", Action.CUT, keep=0.0),
    Fault("submit", Action.CUT, keep=0.05),
    Fault("submit", Action.NO_ID),
    Fault("submit", when=When.DONE, body="[]"),
    Fault("submit", when=When.DONE, body="null"),
    Fault("submit", when=When.DONE, body='{"request_id": 7}'),
    Fault("submit", when=When.DONE, body='{"request_id": "../../v1/models"}'),
    Fault("submit", when=When.DONE, body=""),
    Fault("submit", when=When.DONE, status=302, headers={"Location": "http://127.0.0.1:9/"}),
)


async def test_whatever_becomes_of_the_answer_to_the_paid_call_nothing_is_sent_twice(
    tmp_path: Path, description: Path | None
) -> None:
    async with hurried(tmp_path, description) as play:
        faults = [play.runcomfy.fault(replace(fault)) for fault in LOST]
        asked = await ask_many(play, len(faults))
        for one in asked:
            card = await play.card_says(one.message, "cannot be paid for twice")
            assert card.buttons == []
        await all_over(play)
        assert [fault.fired for fault in faults] == [1] * len(faults)
        assert {(row.state, row.hold, row.request_id) for row in play.rows()} == {
            ("unknown", "returned", None)
        }
        # Whoever did not read the body cannot tell us of it; nobody has read one twice.
        read = prompts(play)
        assert len(set(read)) == len(read) == len([f for f in faults if f.stage is not When.BEFORE])
        assert len(play.runcomfy.jobs) == len([f for f in faults if f.stage is When.DONE])

        calls = len(play.runcomfy.calls)
        await play.revive()
        await play.result_of((await play.ask("seedance-fast", prompt="after all that")).message)
        assert prompts(play) == [*read, "after all that"]
        made = {call.name for call in play.runcomfy.calls[calls:]}
        # A start reads the prices as well.
        assert made - {"model"} == {"submit", "status", "result", "media"}
        assert all(len(told(play, one.message)) == 1 for one in asked)
        assert select(play, "SELECT DISTINCT state FROM jobs WHERE hold = 'returned'") == [("unknown",)]


RESCUED: Final = (
    Fault("submit", Action.CUT, keep=0.5),
    Fault("submit", Action.CUT, keep=0.9),
    Fault("submit", Action.DRIP, every=0.005),
    Fault("submit", Action.PASS, delay=2.0),
)


async def test_an_answer_that_is_cut_behind_the_id_slow_or_late_loses_nothing(
    tmp_path: Path, description: Path | None
) -> None:
    async with hurried(tmp_path, description) as play:
        faults = [play.runcomfy.fault(replace(fault)) for fault in RESCUED]
        asked = await ask_many(play, len(faults))
        async with asyncio.timeout(LONG):
            for one in asked:
                await play.result_of(one.message)
        assert [fault.fired for fault in faults] == [1] * len(faults)
        assert len(set(prompts(play))) == len(play.runcomfy.submits) == len(faults)
        await all_over(play)
        assert {row.hold for row in play.rows()} == {"charged"}


async def test_a_clear_no_ends_the_job_and_is_told_with_the_credits_back(
    tmp_path: Path, description: Path | None
) -> None:
    clear = (400, 404, 405, 409, 413, 422)
    async with hurried(tmp_path, description) as play:
        faults = [play.runcomfy.fault(Fault("submit", status=status)) for status in clear]
        asked = await ask_many(play, len(faults))
        for one in asked:
            await play.card_says(one.message, "RunComfy refused this request")
        await all_over(play)
        assert [fault.fired for fault in faults] == [1] * len(faults)
        assert {(row.state, row.hold) for row in play.rows()} == {("failed", "returned")}
        assert len(set(prompts(play))) == len(play.runcomfy.submits) == len(faults)
