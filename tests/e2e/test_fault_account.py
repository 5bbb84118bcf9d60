"""RunComfy takes no money or no token, in every spelling: one pause for all, one word, running jobs kept."""

import re
from pathlib import Path
from typing import Final

from bot.sandbox.runcomfy import ErrorBody, Wire
from tests.e2e.hurried import all_over, hurried, prompts, select, told
from tests.e2e.play import Play

SPEED: Final = 10.0
SPELLINGS: Final = (
    Wire(token_code=401, balance_code=402, error_body=ErrorBody.VENDOR),
    Wire(token_code=403, balance_code=402, error_body=ErrorBody.SHORT),
    Wire(token_code=400, balance_code=400, error_body=ErrorBody.DETAIL),
    Wire(errors_as_200=True),
)


async def test_a_token_that_is_revoked_and_money_that_is_gone_stop_all_orders_and_lose_no_job(
    tmp_path: Path, description: Path | None
) -> None:
    async with hurried(tmp_path, description, SPEED) as play:
        cards = 0
        for wire in SPELLINGS:
            play.runcomfy.wire = wire
            for problem in ("rejects the token", "balance is empty"):
                await one_round(play, problem)
                cards += 3
        assert {(row.state, row.hold) for row in play.rows()} == {("delivered", "charged")}
        bought = [submit for submit in play.runcomfy.submits if submit.request_id]
        assert len(bought) == len(set(prompts(play))) == cards == len(play.rows())


async def one_round(play: Play, problem: str) -> None:
    """Break the account in the middle of things, mend it again, and see all end well."""
    said, done = play.bot.log.count(problem), len(play.rows())
    play.runcomfy.hold()
    running = await play.ask("seedance-fast", prompt=f"{done} running")
    await play.card_says(running.message, "In RunComfy's queue")
    submits = len(play.runcomfy.submits)
    if problem == "balance is empty":
        play.runcomfy.balance = 0.0
    else:
        play.runcomfy.reject_token = True
    waiting = [await play.ask("seedance-fast", prompt=f"{done} waiting {number}") for number in range(2)]
    for one in waiting:
        await play.card_says(one.message, "Your job waits")
    assert play.bot.log.count(problem) == said + 1
    held = select(play, "SELECT state, hold, count(*) FROM jobs WHERE hold = 'reserved' GROUP BY state")
    assert held == [("queued", "reserved", 2), ("running", "reserved", 1)]
    tries = len(play.runcomfy.submits) - submits

    play.runcomfy.balance, play.runcomfy.reject_token = 10.0, False
    play.runcomfy.release()
    await all_over(play)
    # One tries for all, ever more rarely: the pauses are 5 s, 10 s, 20 s.
    assert tries <= 4
    assert all(told(play, one.message) == [] for one in (running, *waiting))
    assert len(re.findall("takes orders again", play.bot.log)) > 0
