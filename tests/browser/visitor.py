"""Somebody who uses the page: finds things by their names and roles, as people and screen readers do.

Also keeps what ought not to be: errors of the page, and requests to any other host.
"""

import base64
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final, TypeAlias

from playwright.async_api import ConsoleMessage, FilePayload, Locator, Page, Request, expect

Picture: TypeAlias = Path | FilePayload
_LOCAL: Final = ("blob:", "data:")
_FILES: Final = """(node, [kind, files]) => {
    const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const held = new DataTransfer();
    for (const one of files) held.items.add(new File([bytes(one.body)], one.name, { type: one.type }));
    const how = { bubbles: true, cancelable: true };
    if (kind === "paste")
        return node.dispatchEvent(new ClipboardEvent(kind, { ...how, clipboardData: held }));
    for (const step of ["dragenter", "dragover", "drop"]) {
        node.dispatchEvent(new DragEvent(step, { ...how, dataTransfer: held }));
    }
}"""


class Visitor:
    """One tab and the person in front of it."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.trouble: list[str] = []
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.trouble.append(f"error: {error}"))
        page.on("request", self._asked)
        # From now on: where this begins only when a file is chosen, it may be later than the key.
        page.on("filechooser", lambda _: None)
        page.on("websocket", lambda socket: self._reached(socket.url.replace("ws:", "http:", 1)))

    @property
    def composer(self) -> Locator:
        """The line in which one writes."""
        return self.page.get_by_role("textbox", name="Message #animations")

    @property
    def messages(self) -> Locator:
        """Every message of the channel."""
        return self.page.get_by_role("log", name="Messages").get_by_role("article")

    @property
    def video(self) -> Locator:
        """The videos of the channel."""
        return self.messages.locator("video")

    @property
    def form(self) -> Locator:
        """The form that the bot has opened."""
        return self.page.get_by_role("dialog")

    @property
    def fates(self) -> Locator:
        """The panel of fates."""
        return self.page.get_by_role("complementary", name="Fates")

    @property
    def happened(self) -> Locator:
        """What has happened, as the panel tells it."""
        return self.page.get_by_role("log", name="What happened")

    def message(self, words: str) -> Locator:
        """Return the messages that say this; those that only answer one that does are others."""
        return self.messages.filter(has=self.page.locator(".said", has_text=words))

    def person(self, name: str) -> Locator:
        """Return the switch to a member."""
        return self.page.get_by_role("radio", name=re.compile(f"^{name}"))

    async def arrive(self) -> None:
        """Open the page, and wait until it shows the channel."""
        await self.page.goto(self.url)
        await self.settled()

    async def settled(self) -> None:
        """Wait until the page shows the channel and the bot answers."""
        await expect(self.page.get_by_role("status", name="The bot", include_hidden=True)).to_contain_text(
            "running"
        )
        await expect(self.composer).to_be_visible()

    async def be(self, name: str) -> None:
        """Play another member."""
        await self.person(name).click()
        await expect(self.person(name)).to_be_checked()

    async def begin(self, command: str) -> Locator:
        """Type a command, choose it, and return what there is to fill in."""
        await self.composer.press_sequentially(f"/{command}")
        await expect(self.page.get_by_role("listbox", name="Commands")).to_be_visible()
        await self.composer.press("Enter")
        order = self.page.get_by_role("group", name=f"/{command}")
        await expect(order).to_be_visible()
        return order

    async def add(self, order: Locator, option: str) -> None:
        """Ask for an optional option."""
        await order.get_by_role("button", name=re.compile(r"^\+\d+ (more|optional)$")).click()
        options = self.page.get_by_role("listbox", name="Optional options")
        await options.get_by_role("option", name=re.compile(f"^{option}")).click()

    async def ask(self, command: str, prompt: str, picture: Picture | None = None) -> None:
        """Send a whole command."""
        order = await self.begin(command)
        if picture is not None:
            await order.get_by_label("image: choose a file").set_input_files(picture)
        await order.get_by_label("prompt").fill(prompt)
        await self.send()
        await expect(order).to_be_hidden()

    async def send(self) -> None:
        """Press the button beside the line."""
        await self.page.get_by_role("button", name="Send").click()

    async def post(self, text: str, picture: Picture) -> None:
        """Write an ordinary message with a picture."""
        await self.give("paste", self.composer, [picture])
        await self.composer.fill(text)
        await self.composer.press("Enter")
        await expect(self.message(text)).to_be_visible()

    async def give(self, how: str, place: Locator, pictures: Sequence[Picture]) -> None:
        """Bring files to a place: `drop` or `paste` them."""
        files = [_told(one) for one in pictures]
        await place.evaluate(_FILES, [how, files])

    async def choose_in_menu(self, message: Locator, entry: str) -> None:
        """Choose an entry of a message's menu, as a right click opens it."""
        await message.get_by_role("button", name="More").focus()
        await message.click(button="right", position={"x": 200, "y": 12})
        await self.page.get_by_role("menuitem", name=entry).click()

    async def decree(self, fate: str) -> None:
        """Press a button of the panel."""
        await self.fates.get_by_role("button", name=fate).click()

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.trouble.append(f"console: {message.text}")

    def _asked(self, request: Request) -> None:
        self._reached(request.url)

    def _reached(self, address: str) -> None:
        if not address.startswith((f"{self.url}/", *_LOCAL)):
            self.trouble.append(f"asked another host: {address}")


def _told(picture: Picture) -> dict[str, str]:
    if isinstance(picture, Path):
        name, kind, body = picture.name, "image/jpeg", picture.read_bytes()
    else:
        name, kind, body = picture["name"], picture["mimeType"], picture["buffer"]
    return {"name": name, "type": kind, "body": base64.b64encode(body).decode()}
