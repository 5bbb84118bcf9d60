"""A reload, a second tab, and a bot that dies in the middle: nothing is lost, nothing comes twice."""

import pytest
from playwright.async_api import expect

from bot.sandbox.pictures import POND
from tests.browser.conftest import Demo, Welcome
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")

PROMPT = "The boat drifts away"


async def test_a_reload_in_the_middle_loses_nothing(ana: Visitor, demo: Demo) -> None:
    demo.scenery.runcomfy.hold()
    await ana.be("Ben")
    await ana.ask("seedance-pro", PROMPT, POND)
    await expect(ana.message(PROMPT)).to_contain_text("In RunComfy's queue")
    await ana.page.reload()
    await ana.settled()
    await expect(ana.person("Ben")).to_be_checked()
    await expect(ana.message(PROMPT).get_by_role("button", name="Cancel")).to_be_visible()
    demo.scenery.runcomfy.release()
    await expect(ana.video).to_have_count(1)
    await ana.page.reload()
    await ana.settled()
    await expect(ana.video).to_have_count(1)


async def test_a_bot_that_is_killed_in_the_middle_brings_the_video_once(ana: Visitor, demo: Demo) -> None:
    demo.scenery.runcomfy.hold()
    await ana.ask("seedance-pro", PROMPT, POND)
    await expect(ana.message(PROMPT)).to_contain_text("In RunComfy's queue")
    await ana.decree("Kill -9")
    await expect(ana.happened).to_contain_text("was killed by SIGKILL")
    demo.scenery.discord.answer_window = 0.3
    await ana.begin("quota")
    await ana.send()
    await expect(ana.message("The application did not respond")).to_be_visible()
    demo.scenery.discord.answer_window = 3.0
    demo.scenery.runcomfy.release()
    await ana.decree("Start")
    await ana.settled()
    await expect(ana.message("Done in")).to_be_visible()
    await expect(ana.video).to_have_count(1)
    assert len(demo.scenery.runcomfy.submits) == 1


async def test_a_second_tab_sees_the_same_channel(ana: Visitor, welcome: Welcome) -> None:
    other = await welcome(ana.page.context)
    await other.be("Ben")
    await expect(ana.person("Ana")).to_be_checked()
    await ana.ask("seedance-fast", PROMPT)
    for one in (ana, other):
        await expect(one.message("Your video is here")).to_contain_text("@Ana")
        await expect(one.message("Done in")).to_be_visible()
    await expect(ana.message("Your video is here")).to_have_class("message first pinged answering")
    await expect(other.message("Your video is here")).to_have_class("message first answering")


async def test_a_video_plays_on_while_its_message_is_drawn_anew(ana: Visitor) -> None:
    await ana.ask("seedance-fast", PROMPT)
    await expect(ana.video).to_have_count(1)
    await ana.video.evaluate("(video) => { video.loop = video.muted = true; return video.play(); }")
    await ana.message("Your video is here").get_by_role("button", name="Delete").click()
    await expect(ana.message("Delete this result")).to_be_visible()
    assert await ana.video.evaluate("(video) => !video.paused && video.currentTime > 0")
