"""Jobs as a person has them made: asked for, watched, cancelled, received and played."""

import pytest
from playwright.async_api import Locator, expect

from bot.sandbox.pictures import POND
from tests.browser.conftest import Demo
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")

PROMPT = "The boat drifts away"


async def plays(video: Locator) -> None:
    """Start a video by a click, and wait until it really runs."""
    await video.click()
    await video.evaluate(
        """(video) => new Promise((done, failed) => {
            const look = () => video.currentTime > 0.3 && done();
            video.addEventListener("timeupdate", look);
            video.addEventListener("error", () => failed(video.error));
            setTimeout(() => failed(new Error(`still at ${video.currentTime} s`)), 10000);
        })"""
    )


async def test_a_command_with_a_picture_becomes_a_video_that_plays(ana: Visitor) -> None:
    await ana.ask("seedance-pro", PROMPT, POND)
    result = ana.message("Your video is here")
    await plays(result.locator("video"))
    await expect(ana.message("Done in")).to_contain_text("see the result")
    await expect(ana.video).to_have_count(1)


async def test_a_stranger_may_not_cancel_and_the_owner_may(ana: Visitor, demo: Demo) -> None:
    demo.scenery.runcomfy.hold()
    await ana.ask("seedance-pro", PROMPT, POND)
    card = ana.message(PROMPT)
    await ana.be("Ben")
    await card.get_by_role("button", name="Cancel").click()
    refused = ana.message("Only the member who started this job")
    await expect(refused).to_contain_text("Only you can see this")
    await ana.be("Ana")
    await expect(refused).to_have_count(0)
    await card.get_by_role("button", name="Cancel").click()
    await expect(card).to_contain_text("Cancelled. Nothing was charged")
    await expect(card.get_by_role("button", name="Cancel")).to_have_count(0)
