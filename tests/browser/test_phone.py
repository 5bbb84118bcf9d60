"""The page on a phone: nothing is wider than it, and the columns are drawers."""

import pytest
from playwright.async_api import expect

from bot.sandbox.pictures import POND
from tests.browser.conftest import Welcome
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")

WIDTH = 360


async def fits(visitor: Visitor) -> None:
    """See that there is nothing to scroll to at the side, and that no message is cut off."""
    assert await visitor.page.evaluate("document.documentElement.scrollWidth") <= WIDTH
    # What is cut off on purpose lies in something that says so.
    wide = """(log) => [...log.querySelectorAll("article *")]
        .filter((one) => one.getClientRects().length && getComputedStyle(one).position !== "absolute")
        .filter((one) => getComputedStyle(one.parentNode).textOverflow !== "ellipsis")
        .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
        .map((one) => `${one.tagName}.${one.className} ${one.textContent.slice(0, 40)}`)"""
    assert await visitor.page.get_by_role("log", name="Messages").evaluate(wide) == []


async def test_a_job_from_a_phone_fits_its_width_all_the_way(welcome: Welcome) -> None:
    ana = await welcome(viewport={"width": WIDTH, "height": 740}, has_touch=True, is_mobile=True)
    await fits(ana)
    order = await ana.begin("seedance-pro")
    await order.get_by_label("prompt").fill("The boat drifts away " * 20)
    await order.get_by_label("image: choose a file").set_input_files(POND)
    await fits(ana)
    await ana.send()
    await expect(ana.video).to_be_visible()
    await fits(ana)
    await ana.message("Your video is here").get_by_role("button", name="Change").tap()
    await expect(ana.form).to_be_visible()
    await fits(ana)
    box = await ana.form.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= WIDTH


async def test_the_columns_of_a_phone_are_drawers(welcome: Welcome) -> None:
    ana = await welcome(viewport={"width": WIDTH, "height": 740}, has_touch=True, is_mobile=True)
    places = ana.page.get_by_role("complementary", name="Server")
    for button, drawer in (("Channels", places), ("Fates", ana.fates)):
        toggle = ana.page.get_by_role("button", name=button, exact=True)
        await expect(drawer).not_to_be_in_viewport()
        await expect(toggle).to_have_attribute("aria-expanded", "false")
        await toggle.tap()
        await expect(drawer).to_be_in_viewport()
        await expect(toggle).to_have_attribute("aria-expanded", "true")
        await ana.page.keyboard.press("Escape")
        await expect(drawer).not_to_be_in_viewport()
