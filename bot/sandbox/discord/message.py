"""A message as members see it, with everything it looked like before.

Owns the history of one message. What a request may do to it is decided in `posting`, never here.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.sandbox.discord.cdn import Attachment
from bot.sandbox.discord.foreign import Proxied
from bot.sandbox.discord.mentions import Pings
from bot.sandbox.discord.rules import BUTTON, TEXT_DISPLAY, referenced
from bot.sandbox.discord.wire import COMPONENTS_V2, EPHEMERAL, LOADING, Component, Embed, walk

if TYPE_CHECKING:
    from bot.sandbox.discord.channel import Channel
    from bot.sandbox.discord.interaction import Interaction


@dataclass(frozen=True)
class Button:
    """A button as a member sees it; a link button has a url and no custom_id."""

    label: str
    custom_id: str | None
    disabled: bool
    url: str | None = None


@dataclass(frozen=True)
class Exhibit:
    """A picture or video in a media gallery; `file` is None where it lies on another host."""

    address: str
    description: str | None
    spoiler: bool
    file: Attachment | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """Where it can be fetched; signed anew where it was uploaded."""
        return self.file.url if self.file is not None else self.address

    @property
    def filename(self) -> str:
        """The name of the uploaded file, else the last part of the address."""
        return self.file.filename if self.file is not None else self.address.rpartition("/")[2]


@dataclass(frozen=True)
class Revision:
    """One state of a message; `at` is on the stand-in's monotonic clock."""

    at: float
    content: str = ""
    embeds: tuple[Embed, ...] = ()
    components: tuple[Component, ...] = ()
    files: tuple[Attachment, ...] = ()
    flags: int = 0
    proxied: tuple[Proxied, ...] = ()

    @property
    def text(self) -> str:
        """Every text a member reads: content, embeds, text displays, labels and placeholders."""
        texts = [self.content, *(text for embed in self.embeds for text in embed.texts())]
        for part in walk(self.components):
            shown = part.content if part.type == TEXT_DISPLAY else part.label or part.placeholder
            texts.append(shown or "")
        return "\n".join(text for text in texts if text)

    @property
    def buttons(self) -> list[Button]:
        """Return the buttons in the order they are shown."""
        found = [part for part in walk(self.components) if part.type == BUTTON]
        return [Button(part.label or "", part.custom_id, bool(part.disabled), part.url) for part in found]

    @property
    def gallery(self) -> list[Exhibit]:
        """Return what the media galleries show, in order."""
        items = [item for part in walk(self.components) for item in part.items]
        return [
            Exhibit(item.media.url, item.description, bool(item.spoiler), self._file(item.media.url))
            for item in items
        ]

    @property
    def attachments(self) -> list[Attachment]:
        """Return the files that are shown: all, or in a v2 message those a component refers to."""
        if not self.flags & COMPONENTS_V2:
            return list(self.files)
        names = referenced(self.components)
        urls = str([part.raw() for part in self.components])
        return [file for file in self.files if file.filename in names or f"/{file.id}/" in urls]

    def _file(self, url: str) -> Attachment | None:
        """Return the uploaded file that an address in a component means, by its name or as it lies here."""
        name = url.removeprefix("attachment://")
        return next((file for file in self.files if file.filename == name or f"/{file.id}/" in url), None)


@dataclass(eq=False)
class Message:
    """A message; its properties are those of its latest revision."""

    id: int
    channel: "Channel" = field(repr=False)
    author_id: int
    now: Revision
    type: int = 0
    reference: int | None = None
    nonce: str | None = None
    pings: Pings = field(default_factory=Pings)
    interaction: "Interaction | None" = field(default=None, repr=False)
    revisions: list[Revision] = field(default_factory=list[Revision], repr=False)
    deleted: bool = False

    @property
    def text(self) -> str:
        """Every text a member reads."""
        return self.now.text

    @property
    def content(self) -> str:
        """The classic content alone."""
        return self.now.content

    @property
    def embeds(self) -> tuple[Embed, ...]:
        """The classic embeds."""
        return self.now.embeds

    @property
    def components(self) -> tuple[Component, ...]:
        """The components as sent; `wire.walk` goes through all of them."""
        return self.now.components

    @property
    def buttons(self) -> list[Button]:
        """The buttons in the order they are shown."""
        return self.now.buttons

    @property
    def attachments(self) -> list[Attachment]:
        """The files a member sees."""
        return self.now.attachments

    @property
    def gallery(self) -> list[Exhibit]:
        """What its media galleries show, with alt text and spoiler."""
        return self.now.gallery

    @property
    def flags(self) -> int:
        """Discord's message flags."""
        return self.now.flags

    @property
    def ephemeral(self) -> bool:
        """Whether only the interaction's invoker sees it."""
        return bool(self.flags & EPHEMERAL)

    @property
    def loading(self) -> bool:
        """Whether it still says that the bot is thinking."""
        return bool(self.flags & LOADING)

    @property
    def mentions(self) -> frozenset[int]:
        """The ids of those who got a notification when it was posted."""
        return self.pings.users

    @property
    def posted_at(self) -> float:
        """When it was posted, on the stand-in's monotonic clock."""
        return (self.revisions or [self.now])[0].at

    @property
    def edited_at(self) -> float | None:
        """When it last changed, or None."""
        return self.now.at if self.revisions else None

    def revise(self, revision: Revision) -> None:
        """Replace what is shown and remember what was."""
        self.revisions.append(self.now)
        self.now = revision
        self.channel.world.bell.ring()

    def delete(self) -> None:
        """Take the message away, as its author or a moderator does."""
        self.deleted = True
        self.channel.world.bell.ring()

    async def wait_for(self, wanted: "Callable[[Message], bool]", timeout: float = 10.0) -> "Message":
        """Return this message once it is as wanted; TimeoutError shows how it looked instead."""
        bell = self.channel.world.bell
        try:
            return await bell.until(lambda: self if wanted(self) else None, timeout=timeout, what="")
        except TimeoutError:
            raise TimeoutError(f"message {self.id} stayed as it is for {timeout} s: {self.text!r}") from None
