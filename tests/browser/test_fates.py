"""The panel of fates, pressed by hand: each does what it says, and the page tells when it has struck."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Demo
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")

PROMPT = "The moon sinks"


async def test_the_next_job_fails_and_nothing_is_charged(ana: Visitor) -> None:
    await ana.decree("Fail the next job")
    await expect(ana.fates.get_by_role("button", name="Fail the next job 1")).to_be_visible()
    await ana.ask("seedance-fast", PROMPT)
    await expect(ana.message("Nothing was charged").first).to_contain_text("could not make anything of this")
    await expect(ana.happened).to_contain_text("RunComfy failed the job")
    await expect(ana.video).to_have_count(0)
    await ana.ask("seedance-fast", PROMPT)
    await expect(ana.video).to_have_count(1)


async def test_a_lost_answer_buys_nothing_twice(ana: Visitor, demo: Demo) -> None:
    await ana.decree("Lose the next answer")
    await ana.ask("seedance-fast", PROMPT)
    await expect(ana.happened).to_contain_text("its answer was lost")
    await expect(ana.message("RunComfy's answer to your order was lost").first).to_be_visible()
    assert len(demo.scenery.runcomfy.submits) == 1


async def test_a_runcomfy_that_answers_503_for_a_while_still_makes_the_video(
    ana: Visitor, demo: Demo
) -> None:
    demo.scenery.runcomfy.hold()
    await ana.ask("seedance-fast", PROMPT)
    await expect(ana.message("In RunComfy's queue")).to_be_visible()
    await ana.decree("RunComfy answers 503")
    demo.scenery.runcomfy.release()
    await expect(ana.happened).to_contain_text("RunComfy answered 503, 2 of 5 times")
    # The bot waits longer before each further look: some 20 s for all five.
    demo.scenery.runcomfy.heal()
    await expect(ana.video).to_have_count(1)


async def test_a_discord_that_answers_503_for_a_while_still_gets_the_video(ana: Visitor, demo: Demo) -> None:
    demo.scenery.runcomfy.hold()
    await ana.ask("seedance-fast", PROMPT)
    await expect(ana.message("In RunComfy's queue")).to_be_visible()
    await ana.decree("Discord answers 503")
    demo.scenery.runcomfy.release()
    await expect(ana.happened).to_contain_text("Discord answered 503 to")
    # The library waits longer before each further try: 25 s for all five.
    demo.scenery.discord.faults.clear()
    await expect(ana.video).to_have_count(1, timeout=30_000)


async def test_a_lost_gateway_comes_back_and_commands_go_on(ana: Visitor) -> None:
    await ana.decree("Drop the gateway")
    await expect(ana.happened).to_contain_text("connected again")
    await ana.settled()
    await ana.ask("seedance-fast", PROMPT)
    await expect(ana.video).to_have_count(1)


async def test_a_job_outlives_the_tokens_of_its_command(ana: Visitor, demo: Demo) -> None:
    demo.scenery.runcomfy.hold()
    await ana.ask("seedance-fast", PROMPT)
    await expect(ana.message("In RunComfy's queue")).to_be_visible()
    await ana.decree("Expire the tokens")
    await expect(ana.happened).to_contain_text("tokens of all interactions so far are dead")
    demo.scenery.runcomfy.release()
    await expect(ana.message("Done in")).to_be_visible()
    await expect(ana.video).to_have_count(1)


async def test_a_restart_ends_in_another_process_that_knows_the_job(ana: Visitor, demo: Demo) -> None:
    demo.scenery.runcomfy.hold()
    await ana.ask("seedance-fast", PROMPT)
    await expect(ana.message("In RunComfy's queue")).to_be_visible()
    before = demo.scenery.bot.pid
    await ana.decree("Restart")
    await expect(ana.happened).to_contain_text("exit code 0")
    await ana.settled()
    assert demo.scenery.bot.pid != before
    demo.scenery.runcomfy.release()
    await expect(ana.video).to_have_count(1)
    assert len(demo.scenery.runcomfy.submits) == 1


async def test_sliders_set_what_they_say(ana: Visitor, demo: Demo) -> None:
    comfy = demo.scenery.runcomfy
    for number, label in enumerate(("Speed of time", "Time in the queue", "Time of the work"), 1):
        await ana.fates.get_by_role("slider", name=label).press("End")
        await expect(ana.happened.get_by_role("listitem")).to_have_count(1 + number)
    assert (comfy.speed, comfy.pace.queue, comfy.pace.work) == (20, 300, 300)
    await says_so(ana)
    await ana.page.reload()
    await ana.settled()
    await says_so(ana)


async def says_so(ana: Visitor) -> None:
    await expect(ana.fates.get_by_text("\u00d7 20", exact=True)).to_be_visible()
    await expect(ana.fates.get_by_text("300 s", exact=True)).to_have_count(2)
