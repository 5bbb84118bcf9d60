"""What a bot sends, as it comes in: message bodies, components, callbacks and commands.

Owns the parsing only. Fields the stand-in knows are typed and a misspelt one is refused; components and
commands keep every other field, because Discord gives them back. Rules between fields live in `rules`.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, JsonValue

Json = Mapping[str, object]

EPHEMERAL = 1 << 6
LOADING = 1 << 7
COMPONENTS_V2 = 1 << 15


class Strict(BaseModel):
    """A body whose fields are all known here."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Open(BaseModel):
    """A body that is stored and given back with whatever else it carries."""

    model_config = ConfigDict(frozen=True, extra="allow")


class Media(Open):
    """A picture or video inside a component, by address."""

    url: str


class GalleryItem(Open):
    """One entry of a media gallery."""

    media: Media
    description: str | None = None
    spoiler: bool | None = None


class SelectOption(Open):
    """One entry of a select menu, or of a group of radio buttons or checkboxes."""

    label: str
    value: str
    description: str | None = None
    default: bool | None = None


class Component(Open):
    """Any component: the fields that decide something here, the others kept."""

    type: int
    id: int | None = None
    custom_id: str | None = None
    label: str | None = None
    content: str | None = None
    description: str | None = None
    placeholder: str | None = None
    url: str | None = None
    style: int | None = None
    disabled: bool | None = None
    required: bool | None = None
    value: str | None = None
    default: bool | None = None
    min_length: int | None = None
    max_length: int | None = None
    min_values: int | None = None
    max_values: int | None = None
    components: "tuple[Component, ...]" = ()
    component: "Component | None" = None
    accessory: "Component | None" = None
    items: tuple[GalleryItem, ...] = ()
    media: Media | None = None
    file: Media | None = None
    options: tuple[SelectOption, ...] = ()

    def raw(self) -> dict[str, JsonValue]:
        """Return the component as it was sent."""
        return self.model_dump(mode="json", exclude_unset=True)


def walk(components: Iterable[Component]) -> Iterator[Component]:
    """Yield every component, a parent before its parts, in the order Discord shows them."""
    for component in components:
        yield component
        yield from walk(component.components)
        yield from walk(part for part in (component.component, component.accessory) if part is not None)


class EmbedField(Open):
    """One name and value of an embed."""

    name: str = ""
    value: str = ""


class EmbedText(Open):
    """Footer or author of an embed."""

    text: str = ""
    name: str = ""


class EmbedMedia(Open):
    """A picture of an embed, by address."""

    url: str | None = None


class Embed(Open):
    """A classic embed: its texts and pictures typed, the rest kept."""

    title: str | None = None
    description: str | None = None
    fields: tuple[EmbedField, ...] = ()
    footer: EmbedText | None = None
    author: EmbedText | None = None
    image: EmbedMedia | None = None
    thumbnail: EmbedMedia | None = None

    def pictures(self) -> list[str]:
        """Return the addresses of its pictures."""
        return [media.url for media in (self.image, self.thumbnail) if media is not None and media.url]

    def texts(self) -> list[str]:
        """Return every text a member reads in it."""
        rows = [text for field in self.fields for text in (field.name, field.value)]
        ends = [text for end in (self.footer, self.author) if end for text in (end.text, end.name)]
        return [text for text in (self.title, self.description, *rows, *ends) if text]


class AttachmentRef(BaseModel):
    """An entry of `attachments`: a file of this request by its index, or a kept one by its id."""

    # discord.py repeats every field it knows of a kept attachment; Discord reads only these.
    model_config = ConfigDict(frozen=True, extra="ignore")

    id: int
    filename: str | None = None
    description: str | None = None


class AllowedMentions(Strict):
    """Who of those named in the text may be pinged."""

    parse: tuple[str, ...] = ()
    users: tuple[int, ...] = ()
    roles: tuple[int, ...] = ()
    replied_user: bool = False


class Reference(Strict):
    """The message this one replies to."""

    message_id: int
    type: int = 0
    channel_id: int | None = None
    guild_id: int | None = None
    fail_if_not_exists: bool = True


class MessageBody(Strict):
    """Create and edit message, in a channel or through an interaction's token."""

    content: str | None = None
    embeds: tuple[Embed, ...] | None = None
    components: tuple[Component, ...] | None = None
    attachments: tuple[AttachmentRef, ...] | None = None
    allowed_mentions: AllowedMentions | None = None
    message_reference: Reference | None = None
    flags: int | None = None
    nonce: Annotated[str, Field(max_length=25)] | int | None = None
    enforce_nonce: bool | None = None
    tts: bool | None = None
    sticker_ids: tuple[int, ...] | None = None
    poll: JsonValue = None
    username: str | None = None
    avatar_url: str | None = None

    def sets(self, field: str) -> bool:
        """Tell whether the request carries the field, even as null."""
        return field in self.model_fields_set


class Choice(Open):
    """A choice of an option, or of an autocomplete answer."""

    name: str
    value: str | int | float


class CallbackBody(MessageBody):
    """The `data` of an interaction's first answer, whatever its type."""

    choices: tuple[Choice, ...] | None = None
    custom_id: str | None = None
    title: str | None = None


class Callback(Strict):
    """An interaction's first answer."""

    type: int
    data: CallbackBody | None = None


class Option(Open):
    """An option of a command, or one of its subcommands (types 1 and 2)."""

    type: int
    name: str
    description: str = ""
    required: bool = False
    choices: tuple[Choice, ...] | None = None
    options: "tuple[Option, ...] | None" = None
    min_value: float | None = None
    max_value: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    autocomplete: bool = False
    file_types: tuple[str, ...] | None = None


class Command(Open):
    """A command as the bot registers it; the id is Discord's."""

    id: int = 0
    name: str
    type: int = 1
    description: str = ""
    options: tuple[Option, ...] | None = None
    default_member_permissions: int | None = None
    contexts: tuple[int, ...] | None = None
