"""What a person does with messages: the menu with its forms, the buttons under a result, private answers."""

import pytest
from playwright.async_api import expect

from bot.sandbox.pictures import POND
from tests.browser.conftest import Demo
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")

VIDEO = "Your video is here"


async def test_a_picture_in_anybodys_message_becomes_a_video_by_the_menu(ana: Visitor) -> None:
    await ana.post("My pond", POND)
    await ana.be("Ben")
    await ana.choose_in_menu(ana.message("My pond"), "Animate image")
    await expect(ana.form).to_have_accessible_name("Make a video of a picture")
    await ana.form.get_by_role("button", name="Submit").click()
    await expect(ana.form.get_by_role("alert").filter(has_text="This field is required")).to_be_visible()
    await expect(ana.form.get_by_label("Prompt")).to_be_focused()
    await ana.form.get_by_label("Prompt").fill("The moon sinks")
    await ana.form.get_by_role("combobox", name="Length").click()
    await ana.page.get_by_role("option", name="10 s").click()
    await ana.form.get_by_role("button", name="Submit").click()
    await expect(ana.form).to_have_count(0)
    await expect(ana.message(VIDEO)).to_contain_text("@Ben")
    await expect(ana.message("Done in")).to_contain_text("10 s")


async def test_the_menu_opens_by_keyboard_and_gives_the_focus_back(ana: Visitor) -> None:
    await ana.post("My pond", POND)
    more = ana.message("My pond").get_by_role("button", name="More")
    await more.focus()
    await more.press("Enter")
    menu = ana.page.get_by_role("menu", name="Message")
    await expect(menu.get_by_role("menuitem").first).to_be_focused()
    await ana.page.keyboard.press("a")
    await expect(menu.get_by_role("menuitem", name="Animate image")).to_be_focused()
    await ana.page.keyboard.press("Escape")
    await expect(menu).to_have_count(0)
    await expect(more).to_be_focused()


async def test_again_orders_the_same_and_change_opens_a_form_filled_in(ana: Visitor) -> None:
    await ana.ask("seedance-fast", "The boat drifts away")
    await ana.message(VIDEO).get_by_role("button", name="Again").click()
    await expect(ana.message(VIDEO)).to_have_count(2)
    await ana.message(VIDEO).first.get_by_role("button", name="Change").click()
    prompt = ana.form.get_by_label("Prompt")
    await expect(prompt).to_have_value("The boat drifts away")
    await prompt.fill("The boat comes back")
    await ana.form.get_by_role("button", name="Submit").click()
    await expect(ana.message(VIDEO)).to_have_count(3)
    await expect(ana.message("The boat comes back").filter(has_text="Done in")).to_be_visible()


async def test_a_form_that_is_left_sends_nothing(ana: Visitor, demo: Demo) -> None:
    await ana.post("My pond", POND)
    await ana.choose_in_menu(ana.message("My pond"), "Edit image")
    await expect(ana.form).to_be_visible()
    before = len(demo.scenery.discord.interactions)
    await ana.form.get_by_label("Prompt").press("Escape")
    await expect(ana.form).to_have_count(0)
    assert len(demo.scenery.discord.interactions) == before


async def test_a_private_answer_is_its_members_alone_and_can_be_dismissed(ana: Visitor) -> None:
    quota = ana.message("Your quota")
    await ana.be("Ben")
    await ana.begin("quota")
    await ana.send()
    await expect(quota).to_contain_text("Only you can see this")
    await ana.be("Ana")
    await expect(quota).to_have_count(0)
    await ana.be("Ben")
    await quota.get_by_role("button", name="Dismiss message").click()
    await expect(quota).to_have_count(0)


async def test_a_result_is_deleted_after_a_private_question(ana: Visitor) -> None:
    await ana.ask("seedance-fast", "The boat drifts away")
    await ana.message(VIDEO).get_by_role("button", name="Delete").click()
    await ana.message("Delete this result").get_by_role("button", name="Delete for everyone").click()
    await expect(ana.message(VIDEO)).to_have_count(0)
    await expect(ana.message("the result has been deleted since")).to_be_visible()


async def test_the_answers_come_in_the_language_of_the_member(ana: Visitor, demo: Demo) -> None:
    await ana.page.get_by_role("combobox", name="Language").select_option("de")
    await ana.begin("quota")
    await ana.send()
    await expect(ana.message("Only you can see this")).to_be_visible()
    asked = list(demo.scenery.discord.interactions.values())[-1]
    assert asked.member.locale == "de"
