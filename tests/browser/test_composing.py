"""From the slash to the sending: commands are found, filled in, and refused as by Discord's client."""

import re
from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Locator, expect

from bot.sandbox.pictures import POND
from tests.browser.conftest import Demo
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")

COMMANDS = ["/seedance-pro", "/seedance-lite", "/seedance-fast", "/seedream-edit", "/jobs", "/quota"]


async def is_refused(reader: Visitor, still: Demo, *, why: str) -> None:
    """Try to send, and see that nothing goes out."""
    before = len(still.scenery.discord.interactions)
    await reader.send()
    await expect(reader.page.get_by_role("alert").filter(has_text=why)).to_be_visible()
    assert len(still.scenery.discord.interactions) == before


async def test_a_slash_lists_the_commands_and_typing_narrows_them(reader: Visitor) -> None:
    listed = reader.page.get_by_role("listbox", name="Commands").get_by_role("option")
    await reader.composer.press_sequentially("/")
    await expect(listed).to_have_count(len(COMMANDS))
    for command in COMMANDS:
        await expect(listed.filter(has_text=command)).to_be_visible()
    await expect(listed.filter(has_text="/seedance-fast")).to_contain_text("Make a video from words alone")
    await reader.composer.press_sequentially("seedance")
    await expect(listed).to_have_count(3)
    await reader.composer.press_sequentially("-l")
    await expect(listed).to_have_text([re.compile("^/seedance-lite")])
    await reader.composer.fill("/nothing")
    await expect(listed).to_have_text(["No options match"])
    await reader.composer.press("Escape")
    await expect(listed).to_have_count(0)


async def test_a_command_is_chosen_by_keyboard_and_asks_for_what_it_needs(reader: Visitor) -> None:
    await reader.composer.press_sequentially("/se")
    await reader.composer.press("ArrowDown")
    chosen = reader.page.get_by_role("listbox", name="Commands").get_by_role("option").nth(1)
    identifier = await chosen.get_attribute("id")
    await expect(reader.composer).to_have_attribute("aria-activedescendant", str(identifier))
    name = (await chosen.locator(".option-label").inner_text()).strip()
    await reader.composer.press("Tab")
    order = reader.page.get_by_role("group", name=name)
    await expect(order.get_by_label("prompt")).to_be_focused()
    await expect(order.get_by_label("image: choose a file")).to_be_attached()
    await order.get_by_label("prompt").press("Escape")
    await expect(reader.composer).to_be_focused()


async def test_an_option_that_is_missing_is_asked_for(reader: Visitor, still: Demo) -> None:
    order = await reader.begin("seedance-pro")
    await is_refused(reader, still, why="This option is required")
    await expect(order.get_by_label("prompt")).to_be_focused()
    await order.get_by_label("prompt").fill("The moon sinks")
    await is_refused(reader, still, why="This option is required")
    await expect(order.get_by_label("image: choose a file")).to_be_focused()


async def test_a_prompt_that_is_too_long_is_counted_and_refused(reader: Visitor, still: Demo) -> None:
    order = await reader.begin("seedance-fast")
    await order.get_by_label("prompt").fill("a" * 501)
    await expect(reader.page.get_by_text("501/500")).to_be_visible()
    await is_refused(reader, still, why="Must be 500 or fewer in length.")
    await order.get_by_label("prompt").press("Backspace")
    await expect(reader.page.get_by_text("500/500")).to_be_visible()
    await expect(order.get_by_label("prompt")).to_have_attribute("aria-invalid", "false")


@pytest.mark.parametrize(
    ("option", "typed", "why"),
    [
        ("duration", "1", "Enter a value between 2 and 12."),
        ("duration", "13", "Enter a value between 2 and 12."),
        ("duration", "four", "Enter a valid integer."),
        ("resolution", "8K", "Invalid choice. Pick one from the list."),
        ("seed", "", "This option is required"),
    ],
)
async def test_a_value_that_the_option_does_not_take_is_refused(
    reader: Visitor, still: Demo, option: str, typed: str, why: str
) -> None:
    order = await reader.begin("seedance-fast")
    if typed:
        await order.get_by_label("prompt").fill("The moon sinks")
    await reader.add(order, option)
    await order.get_by_label(option, exact=True).fill(typed)
    await is_refused(reader, still, why=why)


async def test_a_choice_is_made_by_keyboard_and_an_option_is_taken_away_again(reader: Visitor) -> None:
    order = await reader.begin("seedance-fast")
    await reader.add(order, "resolution")
    resolution = order.get_by_label("resolution", exact=True)
    await expect(resolution).to_be_focused()
    choices = reader.page.get_by_role("listbox", name="Choices").get_by_role("option")
    await expect(choices).to_have_text(["480p", "720p", "1080p"])
    await resolution.press_sequentially("7")
    await expect(choices).to_have_text(["720p"])
    await resolution.press("Enter")
    await expect(resolution).to_have_value("720p")
    await order.get_by_role("button", name="Remove resolution").click()
    await expect(resolution).to_have_count(0)


async def shows(order: Locator, name: str) -> None:
    """See that a file lies in a command, as a picture that really opened."""
    held = order.locator(".drop-file").filter(has_text=name)
    await expect(held).to_have_count(1)
    await expect(held.locator("img")).to_have_js_property("complete", value=True)
    assert await held.locator("img").evaluate("(img) => img.naturalWidth") > 0


@pytest.mark.parametrize("how", ["drop", "paste"])
async def test_a_picture_is_dropped_or_pasted_into_a_command(
    reader: Visitor, how: Literal["drop", "paste"]
) -> None:
    order = await reader.begin("seedance-pro")
    await reader.give(how, order.get_by_label("prompt"), [POND])
    await shows(order, POND.name)


async def test_a_picture_is_picked_for_a_command_and_taken_away_again(reader: Visitor) -> None:
    order = await reader.begin("seedance-pro")
    async with reader.page.expect_file_chooser() as chooser:
        await order.get_by_label("image: choose a file").click()
    await (await chooser.value).set_files(POND)
    await shows(order, POND.name)
    await order.get_by_role("button", name=f"Remove {POND.name}").click()
    await expect(order.locator(".drop-file")).to_have_count(0)


async def test_pictures_that_lie_in_the_line_go_along_into_the_command(reader: Visitor) -> None:
    await reader.give("drop", reader.page.get_by_role("main"), [POND])
    await expect(reader.page.get_by_role("button", name=f"Remove {POND.name}")).to_be_visible()
    order = await reader.begin("seedance-pro")
    await shows(order, POND.name)


async def test_a_file_that_is_too_large_for_discord_is_not_sent(
    reader: Visitor, still: Demo, tmp_path: Path
) -> None:
    large = tmp_path / "large.png"
    large.write_bytes(bytes(still.scenery.guild.upload_limit + 1))
    order = await reader.begin("seedance-pro")
    await order.get_by_label("prompt").fill("The moon sinks")
    await order.get_by_label("image: choose a file").set_input_files(large)
    await is_refused(reader, still, why="Your files are too powerful")
