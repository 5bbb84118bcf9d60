"""A budget in dollars: what would exceed it is refused before it is bought, and the owner is told once."""

from bot.sandbox.stage import environment
from tests.e2e.play import LONG, Play
from tests.e2e.test_operator import bot
from tests.postgres import of_a_file


def told(play: Play) -> list[str]:
    return [message.text for message in play.discord.owner.dm.messages]


async def owner_hears(play: Play, number: int, words: str) -> None:
    await play.discord.bell.until(
        lambda: True if len(told(play)) == number else None, timeout=LONG, what="a word to the owner"
    )
    assert words in told(play)[-1]


async def test_a_budget_refuses_what_would_exceed_it_and_its_owner_is_told_once(play: Play) -> None:
    # Five seconds at the stand-in's 0.05 dollars: a quarter.
    await play.card_says((await play.animate()).message, "Done in")
    await play.bot.terminate()
    await play.start(BUDGET__DAILY_USD="0.30")
    await owner_hears(play, 1, "$0.25 of $0.30")
    refused = await play.animate()
    assert refused.message is not None
    assert refused.message.ephemeral
    assert "budget" in refused.message.text
    assert len(play.runcomfy.submits) == 1
    await play.bot.terminate()
    await play.start(BUDGET__DAILY_USD="0.25")
    await owner_hears(play, 2, "Today's budget is spent")
    await play.bot.terminate()
    await play.start(BUDGET__DAILY_USD="0.24")
    await play.bot.terminate()
    assert len(told(play)) == 2
    assert play.bot.log.count("the budget of this day is spent") == 1


@of_a_file
async def test_check_tells_balance_budget_and_what_has_no_price(play: Play) -> None:
    await play.card_says((await play.animate()).message, "Done in")
    settings = environment(play.bot.folder, play.discord, play.runcomfy) | {"BUDGET__DAILY_USD": "2"}

    async def checked(**more: str) -> tuple[int, str]:
        done = await bot("check", **settings, **more)
        return done.returncode, done.stdout

    code, lines = await checked()
    assert code == 0, lines
    assert "ok    runcomfy: balance 10.00 USD" in lines
    assert "ok    budget: 0.25 of 2.00 USD are spent or reserved today" in lines
    play.runcomfy.set_price("bytedance/seedream-4-0/edit", None)
    code, lines = await checked(BUDGET__MONTHLY_USD="0.2")
    assert code == 78
    assert "note  budget: 0.25 of 0.20 USD are spent or reserved this month" in lines
    assert "WRONG budget: no price is known for /seedream-edit" in lines
    play.runcomfy.balance = -0.5
    code, lines = await checked(PRICES__SEEDREAM_EDIT='{"1K": 0.03, "2K": 0.03, "4K": 0.05}')
    assert (code, "WRONG runcomfy: balance -0.50 USD: top it up" in lines) == (69, True), lines


@of_a_file
async def test_the_report_of_a_bot_that_runs_tells_what_runcomfy_has_reported(play: Play) -> None:
    await play.card_says((await play.animate()).message, "Done in")
    settings = environment(play.bot.folder, play.discord, play.runcomfy)
    done = await bot("report", **settings)
    assert done.returncode == 0, done.stderr
    assert "0.25 USD, 0.00 of them estimated" in done.stdout
    assert str(play.ana.id) in done.stdout
