"""The judge is judged: the log channel, forged in one place of a good run."""

import copy
from dataclasses import replace

import pytest

from bot.sandbox.discord import Message
from bot.sandbox.discord.mentions import Pings
from bot.sandbox.discord.wire import Component
from proof.judging.ledgers import entry_of
from tests.proof.good_run import LOG, Forgery, Run, broken

pytestmark = pytest.mark.asyncio(loop_scope="module")


def entry(run: Run, state: str) -> Message:
    """Return what the log tells of a job."""
    job = run.row(state).id
    (log,) = (one for one in run.play.stage.guild.channels if one.name == LOG)
    return next(message for message in log.messages if entry_of(message) == job)


@pytest.mark.parametrize("state", ["delivered", "failed", "unknown"])
async def test_an_end_that_the_log_does_not_tell_of_is_found(
    run: Run, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    message = entry(run, state)
    rest = [one for one in message.channel.history if one is not message]
    monkeypatch.setattr(message.channel, "history", rest)
    assert broken(run.evidence) == {"log"}
    closed = replace(run.evidence, closed=frozenset({message.channel.id}))
    assert broken(closed) == set()


async def test_an_end_that_is_logged_twice_is_found(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    message = entry(run, "delivered")
    double = copy.copy(message)
    double.id += 1
    monkeypatch.setattr(message.channel, "history", [*message.channel.history, double])
    assert broken(run.evidence) == {"I2"}


async def test_an_entry_outside_of_the_log_is_found(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entry(run, "failed"), "channel", run.play.channel)
    assert broken(run.evidence) == {"log"}


async def test_a_ping_in_the_log_is_found(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    message = entry(run, "delivered")
    monkeypatch.setattr(message, "pings", Pings(frozenset({run.play.ana.id})))
    assert broken(run.evidence) == {"ping"}


async def test_a_prompt_in_the_log_is_found_unless_it_is_covered(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    message, prompt = entry(run, "delivered"), run.row("delivered").prompt
    parts = message.now.components
    for shown, found in ((f"> {prompt}", {"I8"}), (f"||{prompt}||", set[str]())):
        words = Component(type=10, content=shown)
        monkeypatch.setattr(message, "now", replace(message.now, components=(*parts, words)))
        assert broken(run.evidence) == found


async def test_a_job_before_there_was_a_log_needs_no_entry(
    run: Run, monkeypatch: pytest.MonkeyPatch, forgery: Forgery
) -> None:
    message = entry(run, "delivered")
    rest = [one for one in message.channel.history if one is not message]
    monkeypatch.setattr(message.channel, "history", rest)
    forgery.change("UPDATE jobs SET accepted_at = 1 WHERE id = ?", run.row("delivered").id)
    assert broken(forgery.without_history) == set()
