"""What Discord's OpenAPI file cannot say about a message: the rules between its fields.

Pure: a message as it would be, in; sentences about what is wrong with it, out.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.sandbox.discord.choice_rules import choice_faults
from bot.sandbox.discord.wire import COMPONENTS_V2, Component, Embed, MessageBody, walk

ROW, BUTTON, SECTION, TEXT_DISPLAY, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER = (
    1,
    2,
    9,
    10,
    11,
    12,
    13,
    14,
    17,
)
SELECTS = frozenset({3, 5, 6, 7, 8})
LINK, PREMIUM = 5, 6
UPLOADED = "attachment://"
NEW_KINDS = frozenset({SECTION, TEXT_DISPLAY, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER})


@dataclass(frozen=True)
class Shape:
    """A message as it would stand after the request."""

    content: str
    embeds: Sequence[Embed]
    components: Sequence[Component]
    filenames: frozenset[str]
    flags: int

    @property
    def is_v2(self) -> bool:
        """Tell whether the components are the whole message."""
        return bool(self.flags & COMPONENTS_V2)


def message_faults(shape: Shape) -> Iterator[str]:
    """Yield what Discord refuses in a message of this shape."""
    yield from _v2_faults(shape) if shape.is_v2 else _classic_faults(shape)
    yield from _custom_id_faults(shape.components)
    yield from _file_faults(shape)


def upload_faults(body: MessageBody, uploaded: frozenset[int], kept: frozenset[int]) -> Iterator[str]:
    """Yield mismatches between the `files[n]` parts and the entries of `attachments`."""
    named = {entry.id for entry in body.attachments or ()}
    for stray in named - uploaded - kept:
        yield f"attachments names {stray}, which is neither a file of this request nor one of the message"
    if body.attachments is not None:
        for index in uploaded - named:
            yield f"files[{index}] has no entry in attachments"
    if len(uploaded) + len(kept & named) > 10:
        yield "a message holds at most 10 attachments"


def _v2_faults(shape: Shape) -> Iterator[str]:
    if shape.content:
        yield "content cannot be used with the components v2 flag"
    if shape.embeds:
        yield "embeds cannot be used with the components v2 flag"
    everything = list(walk(shape.components))
    if len(everything) > 40:
        yield f"{len(everything)} components, at most 40 are allowed"
    text = sum(len(part.content or "") for part in everything if part.type == TEXT_DISPLAY)
    if text > 4000:
        yield f"{text} characters of text, at most 4000 are allowed"
    if not everything:
        yield "a components v2 message needs a component"


def _classic_faults(shape: Shape) -> Iterator[str]:
    # Create message, Discord's API reference: 2000 characters of content, 6000 in all embeds.
    if len(shape.content) > 2000:
        yield f"content has {len(shape.content)} characters, at most 2000 are allowed"
    if sum(len(text) for embed in shape.embeds for text in embed.texts()) > 6000:
        yield "embeds have more than 6000 characters together"
    if any(part.type in NEW_KINDS for part in walk(shape.components)):
        yield "components of the second version need flag 32768"
    if len(shape.components) > 5:
        yield f"{len(shape.components)} rows, at most 5 are allowed"


def _custom_id_faults(components: Sequence[Component]) -> Iterator[str]:
    everything = list(walk(components))
    ids = Counter(part.custom_id for part in everything if part.custom_id is not None)
    yield from (f"custom_id {name!r} is used {count} times" for name, count in ids.items() if count > 1)
    for part in everything:
        if part.type == BUTTON:
            yield from _button_faults(part)
        if part.type == ROW:
            yield from _row_faults(part)
        if part.type in SELECTS:
            yield from choice_faults(part)


def _button_faults(button: Component) -> Iterator[str]:
    if button.style == LINK and (button.custom_id is not None or not button.url):
        yield "a link button has a url and no custom_id"
    if button.style not in (LINK, PREMIUM) and not button.custom_id:
        yield "a button needs a custom_id"


def _row_faults(row: Component) -> Iterator[str]:
    selects = sum(part.type in SELECTS for part in row.components)
    if len(row.components) > 5 or (selects and len(row.components) > 1):
        yield "a row holds at most 5 buttons, or one select"


def _file_faults(shape: Shape) -> Iterator[str]:
    for part in walk(shape.components):
        if part.type == GALLERY and not 1 <= len(part.items) <= 10:
            yield f"{len(part.items)} items in a gallery, 1 to 10 are allowed"
        if any(not 1 <= len(item.description) <= 1024 for item in part.items if item.description is not None):
            yield "the description of an item in a gallery has 1 to 1024 letters"
        if part.file is not None and not part.file.url.startswith(UPLOADED):
            yield "a file component takes an attachment:// address only"
    shown = {url.removeprefix(UPLOADED) for url in _embedded(shape.embeds) if url.startswith(UPLOADED)}
    for name in (referenced(shape.components) | shown) - shape.filenames:
        yield f"attachment://{name} is not a file of this message"


def _embedded(embeds: Sequence[Embed]) -> list[str]:
    return [url for embed in embeds for url in embed.pictures()]


def referenced(components: Sequence[Component]) -> set[str]:
    """Return the names of the uploaded files the components show."""
    found: set[str] = set()
    for part in walk(components):
        media = [part.media, part.file, *(item.media for item in part.items)]
        urls = [entry.url for entry in media if entry is not None]
        found.update(url.removeprefix(UPLOADED) for url in urls if url.startswith(UPLOADED))
    return found
