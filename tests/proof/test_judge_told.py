"""The judge is judged: what members were told (I2, I4), each forged in one place of a good run."""

import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.discord import Message
from bot.sandbox.discord.mentions import Pings
from bot.sandbox.discord.wire import Component
from proof.judging.judge import judge
from tests.proof.good_run import Forgery, Run, broken

pytestmark = pytest.mark.asyncio(loop_scope="module")


def add(monkeypatch: pytest.MonkeyPatch, message: Message) -> None:
    """Put a second message like this one into its channel."""
    double = copy.copy(message)
    double.id += 1
    channel = message.channel
    monkeypatch.setattr(channel, "history", [*channel.history, double])


def remove(monkeypatch: pytest.MonkeyPatch, message: Message) -> None:
    channel = message.channel
    monkeypatch.setattr(channel, "history", [one for one in channel.history if one is not message])


async def test_a_result_that_is_posted_twice_is_found(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    add(monkeypatch, run.told("delivered").results[0])
    assert broken(run.evidence) == {"I2"}


async def test_a_result_that_is_not_there_is_found(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    remove(monkeypatch, run.told("delivered").results[0])
    assert broken(run.evidence) == {"I2"}


async def test_a_result_of_a_failed_job_is_found(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    (ending,) = run.told("failed", "generation_failed").endings
    result = run.told("delivered").results[0]
    monkeypatch.setattr(ending, "now", replace(ending.now, files=_named(result, run.row("failed").id)))
    assert "I2" in broken(run.evidence)


def _named(result: Message, job_id: str) -> tuple[Any, ...]:
    return tuple(replace(file, filename=f"zoetrope-{job_id}.mp4") for file in result.now.files)


@pytest.mark.parametrize("state", ["failed", "unknown"])
async def test_an_ending_that_is_told_twice_is_found(
    run: Run, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    add(monkeypatch, run.told(state).endings[0])
    assert broken(run.evidence) == {"I2"}


@pytest.mark.parametrize(("state", "problem"), [("failed", "generation_failed"), ("unknown", None)])
async def test_an_ending_that_nobody_was_told_of_is_found(
    run: Run, monkeypatch: pytest.MonkeyPatch, state: str, problem: str | None
) -> None:
    remove(monkeypatch, run.told(state, problem).endings[0])
    assert broken(run.evidence) == {"I4"}


async def test_a_card_that_was_taken_away_without_a_word_is_found(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = run.play.discord.interactions.values()
    (retracted,) = (one for one in asked if one.message is not None and one.message.deleted)
    monkeypatch.setattr(retracted, "followups", [])
    assert broken(run.evidence) == {"I4"}


async def test_a_job_that_never_ends_is_found(run: Run, forgery: Forgery) -> None:
    forgery.change(
        "UPDATE jobs SET state = 'running', hold = 'reserved', told_at = NULL WHERE id = ?",
        run.row("delivered").id,
    )
    assert broken(forgery.without_history) == {"I4"}


async def test_a_job_that_ended_untold_is_found(run: Run, forgery: Forgery) -> None:
    forgery.change("UPDATE jobs SET told_at = NULL WHERE id = ?", run.row("delivered").id)
    assert broken(forgery.without_history) == {"I4"}


async def test_a_button_to_cancel_what_is_over_is_found(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    card = run.told("delivered").card
    assert card is not None
    cancel = Component(type=2, label="Cancel", custom_id=f"zoetrope:cancel:{run.row('delivered').id}")
    monkeypatch.setattr(card, "now", replace(card.now, components=(*card.components, cancel)))
    assert broken(run.evidence) == {"card"}


async def test_a_card_that_does_not_tell_the_end_is_found(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    card = run.told("delivered").card
    assert card is not None
    monkeypatch.setattr(card, "now", card.revisions[0])
    assert broken(run.evidence) == {"card"}


@pytest.mark.parametrize("pings", [Pings(), Pings(everyone=True), Pings(frozenset({1}))])
async def test_a_ping_of_nobody_or_of_others_is_found(
    run: Run, monkeypatch: pytest.MonkeyPatch, pings: Pings
) -> None:
    monkeypatch.setattr(run.told("delivered").results[0], "pings", pings)
    assert broken(run.evidence) == {"ping"}


async def test_a_file_that_lost_a_byte_is_found(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    result = run.told("delivered").results[0]
    (file,) = result.now.files
    cut = tmp_path / "cut"
    cut.write_bytes(file.path.read_bytes()[:-1])
    monkeypatch.setattr(result, "now", replace(result.now, files=(replace(file, path=cut),)))
    assert broken(run.evidence) == {"media"}


async def test_a_command_that_was_never_answered_is_found(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    evidence = replace(run.evidence, outages=())
    assert judge(evidence) == []
    quota = await run.play.ask("quota")
    assert judge(evidence) == []
    monkeypatch.setattr(quota, "answered_at", None)
    monkeypatch.setattr(quota, "message", None)
    callback = f"/interactions/{quota.id}/"
    log = run.play.discord.log
    log[:] = [call for call in log if callback not in call.path]
    assert broken(evidence) == {"answer"}


async def test_a_press_that_leads_nowhere_is_found(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    card = run.told("failed", "generation_failed").card
    assert card is not None
    shown = next(button for look in card.revisions for button in look.buttons if button.custom_id)
    press = await run.play.ana.press(card, shown.custom_id or "", checked=False)
    await press.answered()
    message = press.message
    assert message is not None
    assert judge(run.evidence) == []
    words = Component(type=10, content="This button is no longer in use.")
    monkeypatch.setattr(message, "now", replace(message.now, components=(words,)))
    assert broken(run.evidence) == {"button"}


async def test_a_job_that_was_never_acknowledged_and_never_told_of_is_found(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    remove(monkeypatch, run.told("failed", "never_acknowledged").endings[0])
    assert broken(run.evidence) == {"I4", "answer"}


async def test_a_job_that_nobody_has_asked_for_is_found(run: Run, forgery: Forgery) -> None:
    forgery.change("UPDATE jobs SET owner_id = owner_id + 1 WHERE id = ?", run.row("delivered").id)
    assert "answer" in broken(forgery.without_history)
