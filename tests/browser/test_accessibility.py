"""The rules of axe over every view of the page, light and dark: nothing serious may be wrong.

axe is read into the page by the browser's own tools, as the page lets no foreign script in.
"""

from collections.abc import Awaitable, Callable
from functools import cache
from importlib.resources import files
from typing import Final, TypeAlias

import pytest
from playwright.async_api import expect

from bot.sandbox.pictures import POND
from tests.browser.conftest import Demo, Welcome
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")

SCREEN: Final = {"width": 1280, "height": 800}
PHONE: Final = {"width": 360, "height": 740}
Finding: TypeAlias = tuple[str, str, list[str]]
# Rules judge a page that stands still: a colour half-way through a change is neither of the two.
_SETTINGS: Final = {"reduced_motion": "reduce"}
_RUN: Final = """async () => {
    const found = await axe.run(document, { resultTypes: ["violations"] });
    const told = (node) => `${node.html.slice(0, 150)} ${node.any.map((why) => why.message)}`;
    return found.violations.map((one) => [one.impact, one.id, one.nodes.map(told)]);
}"""


@cache
def axe() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")


async def judged(visitor: Visitor) -> list[Finding]:
    """Return what axe finds wrong: how bad, which rule, where."""
    if not await visitor.page.evaluate("'axe' in window"):
        await visitor.page.evaluate(axe())
    found: list[Finding] = [tuple(one) for one in await visitor.page.evaluate(_RUN)]
    return found


async def passes(visitor: Visitor) -> None:
    found = await judged(visitor)
    for one in found:
        print(*one)  # noqa: T201 - what is not serious is shown with `pytest -s`
    assert [one for one in found if one[0] in {"serious", "critical"}] == []


async def an_empty_channel(ana: Visitor) -> None:
    await expect(ana.messages).to_have_count(0)


async def the_list_of_commands(ana: Visitor) -> None:
    await ana.composer.press_sequentially("/")
    await expect(ana.page.get_by_role("option", name="/quota")).to_be_visible()


async def a_command_refused(ana: Visitor) -> None:
    order = await ana.begin("seedance-pro")
    await order.get_by_label("image: choose a file").set_input_files(POND)
    await ana.add(order, "resolution")
    await ana.send()
    await expect(ana.page.get_by_text("This option is required")).to_be_visible()


async def a_card_under_way(ana: Visitor) -> None:
    await ana.fates.get_by_role("slider", name="Time in the queue").press("End")
    await ana.ask("seedance-pro", "The boat drifts away", POND)
    await expect(ana.message("In RunComfy's queue")).to_be_visible()


async def a_result_and_a_private_answer(ana: Visitor) -> None:
    await ana.ask("seedance-fast", "The boat drifts away")
    await expect(ana.message("Done in")).to_be_visible()
    await ana.begin("jobs")
    await ana.send()
    await expect(ana.message("Your latest jobs")).to_be_visible()


async def a_form_refused(ana: Visitor) -> None:
    await ana.post("My pond", POND)
    await ana.choose_in_menu(ana.message("My pond"), "Animate image")
    await ana.form.get_by_role("button", name="Submit").click()
    await expect(ana.form.get_by_text("This field is required")).to_be_visible()


async def a_menu(ana: Visitor) -> None:
    await ana.post("My pond", POND)
    await ana.message("My pond").get_by_role("button", name="More").press("Enter")
    await expect(ana.page.get_by_role("menu")).to_be_visible()


async def the_fates_of_a_dead_bot(ana: Visitor) -> None:
    await ana.decree("Fail the next job")
    await ana.decree("Kill -9")
    await expect(ana.fates.get_by_role("button", name="Start")).to_be_visible()


View: TypeAlias = Callable[[Visitor], Awaitable[None]]
VIEWS: Final[list[View]] = [
    an_empty_channel,
    the_list_of_commands,
    a_command_refused,
    a_card_under_way,
    a_result_and_a_private_answer,
    a_form_refused,
    a_menu,
    the_fates_of_a_dead_bot,
]


@pytest.mark.parametrize("view", VIEWS)
async def test_no_view_breaks_a_serious_rule_in_light_or_dark(welcome: Welcome, view: View) -> None:
    ana = await welcome(viewport=SCREEN, color_scheme="light", **_SETTINGS)
    await view(ana)
    await passes(ana)
    await ana.page.emulate_media(color_scheme="dark")
    await passes(ana)


async def test_a_phone_breaks_no_serious_rule_and_neither_do_its_drawers(
    welcome: Welcome, demo: Demo
) -> None:
    demo.scenery.runcomfy.hold()
    ana = await welcome(viewport=PHONE, color_scheme="dark", **_SETTINGS)
    await ana.ask("seedance-pro", "The boat drifts away", POND)
    await expect(ana.message("In RunComfy's queue")).to_be_visible()
    await passes(ana)
    for drawer in ("Channels", "Fates"):
        await ana.page.get_by_role("button", name=drawer, exact=True).click()
        await passes(ana)
        await ana.page.keyboard.press("Escape")
    await ana.begin("seedance-lite")
    await passes(ana)
