"""The judge is judged where the bot must be alive: rest that never comes, dead buttons, quotas, leaks."""

from collections import Counter
from dataclasses import replace

import pytest

from bot.sandbox.discord import Message
from bot.sandbox.discord.wire import Component
from proof.judging.buttons import ask_quotas, in_sight, press, press_all
from proof.judging.judge import Caps, at_rest, leaks, still_held, verdict
from proof.judging.leaks import MEMORY, THREADS, born_at
from proof.judging.ledgers import rows
from tests.e2e.play import LONG
from tests.proof.good_run import CAPS, Run

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_life_at_rest_holds_what_it_held_at_its_start(run: Run) -> None:
    assert await still_held(run.play.stage, run.start) == []
    assert run.start.tasks["Writer._serve"] == 1
    assert run.start.memory > MEMORY
    assert run.start.files[str(run.play.bot.database)] == 1


async def test_whatever_is_held_beyond_that_is_found(run: Run) -> None:
    start = run.start
    more = Counter(["pipe", "/tmp/zoetrope-media-x/result"])
    assert len(list(leaks(start, replace(start, files=start.files + more)))) == 2
    kept_alive = replace(start, files=start.files + Counter({"socket": 24}))
    assert list(leaks(start, kept_alive)) == []
    assert len(list(leaks(start, kept_alive, connections=23))) == 1
    assert len(list(leaks(start, replace(start, tasks=start.tasks + Counter(["look"]))))) == 1
    assert len(list(leaks(start, replace(start, threads=start.threads + THREADS + 1)))) == 1
    assert len(list(leaks(start, replace(start, children=1)))) == 1
    assert len(list(leaks(start, replace(start, memory=start.memory + MEMORY + 1)))) == 1


def result(run: Run) -> Message:
    return run.told("delivered").results[0]


def labelled(message: Message, custom_id: str) -> Message:
    """Give a message one more button."""
    button = Component(type=2, label="Sing", custom_id=custom_id)
    message.now = replace(message.now, components=(*message.components, button))
    return message


@pytest.mark.parametrize("custom_id", ["zoetrope:sing:{}", "zoetrope:again:22222222222", "another:bot:{}"])
async def test_a_button_that_is_dead_is_found(run: Run, custom_id: str) -> None:
    message = result(run)
    before = message.now
    labelled(message, custom_id.format(run.row("delivered").id))
    sights = list(in_sight(run.play.discord, rows(run.play.bot.database)))
    found = await press([sight for sight in sights if sight.label == "Sing"], within=3.0)
    message.now = before
    (finding,) = found
    assert (finding.invariant, "'Sing'" in finding.what) == ("button", True)


async def test_the_whole_verdict_on_a_good_run_is_empty(run: Run) -> None:
    assert await verdict(run.evidence, within=LONG, start=run.start) == []
    assert await at_rest(run.play.stage, LONG) == []


async def test_what_is_not_let_go_of_is_told_after_a_while(run: Run) -> None:
    poorer = replace(run.start, tasks=run.start.tasks - Counter(["Writer._serve"]))
    (finding,) = await still_held(run.play.stage, poorer, within=0.3)
    assert "Writer._serve" in finding.what


async def test_a_job_that_does_not_come_to_rest_is_named(run: Run) -> None:
    run.play.runcomfy.hold()
    asked = await run.play.ask("seedance-fast", prompt="a boat that waits")
    (finding,) = await at_rest(run.play.stage, within=0.5)
    assert finding.invariant == "I4"
    assert rows(run.play.bot.database)[-1].id in finding.what
    run.play.runcomfy.release()
    assert await at_rest(run.play.stage, LONG) == []
    await run.play.card_says(asked.message, "Done in")


async def test_a_button_that_is_there_is_alive(run: Run) -> None:
    pressed = list(in_sight(run.play.discord, rows(run.play.bot.database)))
    verbs = {sight.custom_id.split(":")[1] for sight in pressed}
    assert verbs >= {"again", "change", "animate", "extend", "delete"}
    assert await press_all(run.play.stage) == []
    assert await at_rest(run.play.stage, LONG) == []


async def test_a_quota_that_is_not_the_sum_of_the_jobs_is_found(run: Run) -> None:
    assert await ask_quotas(run.play.stage, CAPS) == []
    wrong = await ask_quotas(run.play.stage, Caps(daily=600, monthly=601, active=9))
    assert {finding.invariant for finding in wrong} == {"I3"}


async def test_a_bot_that_is_gone_with_work_to_do_is_told_at_once(run: Run) -> None:
    assert await at_rest(run.play.stage, LONG) == []
    run.play.runcomfy.hold()
    await run.play.ask("seedance-fast", prompt="a boat that is left alone")
    await run.play.bot.kill()
    assert born_at(run.play.stage) is None
    found = await at_rest(run.play.stage, within=LONG)
    assert [finding.what for finding in found][-1] == "the bot is not running"
    run.play.runcomfy.release()
    await run.play.start()
    assert await at_rest(run.play.stage, LONG) == []
