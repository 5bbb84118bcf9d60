"""The judge is judged: a good run, in which it finds nothing, and forged files and requests (I7 to I9)."""

from dataclasses import replace

import pytest

from bot.sandbox.discord.message import Revision
from proof.judging.judge import judge
from proof.judging.ledgers import rows
from proof.judging.tally import tally
from tests.proof.good_run import Forgery, Run, broken

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_good_run_breaks_no_promise(run: Run, forgery: Forgery) -> None:
    states = [row.state for row in rows(run.evidence.stage.bot.database)]
    assert sorted(states) == ["delivered", "delivered", "failed", "failed", "failed", "unknown"]
    assert judge(run.evidence) == []
    assert judge(forgery.evidence) == []


async def test_the_three_ledgers_of_a_good_run_have_equal_sums(run: Run, forgery: Forgery) -> None:
    sums = tally(run.evidence.stage)
    assert sums.is_equal
    assert (sums.jobs, sums.delivered, sums.refunded, sums.reasons) == (6, 2, 4, 4)
    assert (sums.bought, sums.named, sums.doubtful) == (4, 3, 1)
    assert (sums + sums).results == 4
    forgery.change("UPDATE jobs SET state = 'failed' WHERE id = ?", run.row("delivered").id)
    assert not tally(forgery.evidence.stage).is_equal


async def test_what_kills_explain_is_found_where_there_were_none(run: Run) -> None:
    assert broken(replace(run.evidence, kills=0)) == {"doubt"}


async def test_a_damaged_database_is_found(forgery: Forgery) -> None:
    pages = bytearray(forgery.database.read_bytes())
    pages[4096 * 2 : 4096 * 2 + 64] = b"\xff" * 64
    forgery.database.write_bytes(pages)
    assert "I7" in broken(forgery.evidence)


@pytest.mark.parametrize("secret", ["discord", "runcomfy", "interaction", "prompt", "signed address"])
async def test_a_secret_in_the_log_is_found(run: Run, forgery: Forgery, secret: str) -> None:
    stage = run.evidence.stage
    forgery.log(
        {
            "discord": stage.discord.token,
            "runcomfy": stage.runcomfy.token,
            "interaction": next(iter(stage.discord.interactions)),
            "prompt": run.row("delivered").prompt,
            "signed address": run.told("delivered").results[0].now.files[0].url,
        }[secret]
    )
    assert broken(forgery.evidence) == {"I8"}


async def test_a_secret_that_was_shown_for_a_while_is_found(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = run.told("delivered").card
    assert card is not None
    said = Revision(0.0, content=f"Bearer {run.play.runcomfy.token}")
    monkeypatch.setattr(card, "revisions", [*card.revisions, said])
    assert broken(run.evidence) == {"I8"}


@pytest.mark.parametrize("line", ["Traceback (most recent call last):", "Unclosed client session"])
async def test_a_blunder_in_the_log_is_found(forgery: Forgery, line: str) -> None:
    forgery.log(line)
    assert broken(forgery.evidence) == {"log"}


async def test_a_file_that_is_left_is_found(forgery: Forgery) -> None:
    folder = forgery.database.with_suffix(".media") / "zoetrope-media-x"
    folder.mkdir(parents=True)
    assert broken(forgery.evidence) == {"I9"}


async def test_a_request_that_was_wrong_is_found(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    problem = "POST /channels/{channel_id}/messages: 400 50035 Invalid Form Body"
    monkeypatch.setattr(run.play.discord, "problems", [problem])
    assert broken(run.evidence) == {"request"}
    assert judge(replace(run.evidence, forgiven=("400 50035",))) == []
    monkeypatch.setattr(run.play.discord, "problems", [])
    run.play.runcomfy.problems.append("a submit's body is no JSON object")
    assert broken(run.evidence) == {"request"}
    run.play.runcomfy.problems.clear()
