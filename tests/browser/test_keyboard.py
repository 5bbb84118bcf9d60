"""Everything without a pointer: from the page's opening to a job under way, and back out of it."""

import pytest
from playwright.async_api import expect

from bot.sandbox.pictures import POND
from tests.browser.conftest import Demo
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def tab_to(visitor: Visitor, name: str, *, back: bool = False) -> None:
    """Press Tab until something of this name has the focus."""
    for _ in range(80):
        await visitor.page.keyboard.press("Shift+Tab" if back else "Tab")
        focused = visitor.page.locator(":focus")
        if await focused.count() and name in await focused.aria_snapshot():
            return
    raise AssertionError(f"{name} is not to be reached by Tab")


async def test_a_job_is_ordered_watched_and_cancelled_by_keyboard_alone(ana: Visitor, demo: Demo) -> None:
    demo.scenery.runcomfy.hold()
    keyboard = ana.page.keyboard
    await expect(ana.composer).to_be_focused()
    await keyboard.type("/seedance-p")
    await keyboard.press("Enter")
    await keyboard.type("The moon sinks")
    await keyboard.press("Tab")
    await tab_to(ana, "image: choose a file")
    async with ana.page.expect_file_chooser() as chooser:
        await keyboard.press("Enter")
    await (await chooser.value).set_files(POND)
    await tab_to(ana, "Send")
    await keyboard.press("Enter")
    card = ana.message("The moon sinks")
    await expect(card).to_contain_text("In RunComfy's queue")
    await expect(ana.composer).to_be_focused()
    await tab_to(ana, 'button "Cancel"', back=True)
    await keyboard.press("Enter")
    await expect(card).to_contain_text("Cancelled. Nothing was charged")


async def test_members_are_changed_by_the_arrows(ana: Visitor) -> None:
    await ana.person("Ana").focus()
    await ana.page.keyboard.press("ArrowRight")
    await expect(ana.person("Ben")).to_be_checked()
    await expect(ana.person("Ben")).to_be_focused()
    # Faster than the page learns what each of them sees.
    for _ in range(2):
        await ana.page.keyboard.press("ArrowLeft")
    await expect(ana.person("Mara")).to_be_checked()
    await expect(ana.person("Mara")).to_be_focused()
    await ana.ask("seedance-fast", "The moon sinks")
    await expect(ana.message("Your video is here")).to_contain_text("@Mara")


async def test_a_form_keeps_the_focus_inside_until_it_is_left(ana: Visitor) -> None:
    await ana.post("My pond", POND)
    await ana.choose_in_menu(ana.message("My pond"), "Animate image")
    await expect(ana.form.get_by_role("combobox").first).to_be_focused()
    for _ in range(14):
        await ana.page.keyboard.press("Tab")
        assert await ana.page.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        )
    await ana.page.keyboard.press("Escape")
    await expect(ana.form).to_have_count(0)
