"""What a member can do on the page, and what Discord's client does with it.

Owns the way from a request to one call of `Member`; refusals of the client come back as its sentences.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Final, TypeAlias

from aiohttp import web
from pydantic import Field, StringConstraints

from bot.sandbox.discord import Channel, ClientRefusal, Discord, Interaction, Member, Upload
from bot.sandbox.discord.modal import Entry
from bot.sandbox.discord.options import CHANNEL, ROLE, USER, Value, descend
from bot.sandbox.discord.wire import Json
from bot.sandbox.web.cast import Cast
from bot.sandbox.web.locales import LOCALES
from bot.sandbox.web.news import News
from bot.sandbox.web.reading import Act, Id, Short, parcel, read
from bot.sandbox.web.refusal import bad

Reply: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]
Plain: TypeAlias = bool | int | float | str
_TYPED: Final = 4000  # characters; Discord lets a member type so many with Nitro
# Parameters of `Member.command` that are no options: only an old or hostile client has such.
_NO_OPTIONS: Final = frozenset({"checked", "focused", "self", "channel", "name"})

Text = Annotated[str, StringConstraints(max_length=_TYPED)]


class CommandAct(Act):
    """Runs a slash command; subcommands are part of its name."""

    channel: Id
    name: Short
    options: dict[Short, Plain] = Field(default_factory=dict[str, Plain], max_length=25)


class TypeAct(CommandAct):
    """Types into an option that suggests."""

    focused: Short


class PressAct(Act):
    """Presses a button."""

    message: Id
    custom_id: Short


class ChooseAct(PressAct):
    """Chooses in a menu of a message."""

    values: list[Short] = Field(max_length=25)


class MenuAct(Act):
    """Chooses an entry of a message's own menu."""

    message: Id
    name: Short


class SubmitAct(Act):
    """Sends a form."""

    interaction: Id
    values: dict[Short, bool | Text | list[Short]] = Field(
        default_factory=dict[str, bool | str | list[str]], max_length=40
    )


class PostAct(Act):
    """Writes an ordinary message."""

    channel: Id
    text: Text = ""
    reply_to: Id | None = None


class LocaleAct(Act):
    """Sets the language of the member's client."""

    locale: Short


class Acts:
    """Answers for everything that a member does."""

    def __init__(self, discord: Discord, cast: Cast, news: News, folder: Path) -> None:
        self._discord, self._cast, self._news, self._folder = discord, cast, news, folder

    def routes(self) -> Mapping[str, Reply]:
        """Return who answers, by the last part of the path."""
        return {
            "command": self._command,
            "autocomplete": self._autocomplete,
            "press": self._press,
            "choose": self._choose,
            "menu": self._menu,
            "submit": self._submit,
            "post": self._post,
            "locale": self._locale,
        }

    async def _command(self, request: web.Request) -> web.StreamResponse:
        async with parcel(request, CommandAct, self._folder) as sent:
            act = sent.act
            member = self._cast.find(act.member)
            channel = self._cast.channel(member, act.channel)
            options = self._options(member, channel, act)
            for name, uploads in sent.files.items():
                options[_option(name)] = _only(name, uploads)
            interaction = await member.command(channel, act.name, checked=True, **options)
        return self._followed(interaction, act.nonce)

    async def _autocomplete(self, request: web.Request) -> web.StreamResponse:
        act = await read(request, TypeAct)
        member = self._cast.find(act.member)
        channel = self._cast.channel(member, act.channel)
        options = self._options(member, channel, act)
        interaction = await member.autocomplete(channel, act.name, focused=act.focused, **options)
        return self._followed(interaction, act.nonce)

    async def _press(self, request: web.Request) -> web.StreamResponse:
        act = await read(request, PressAct)
        member = self._cast.find(act.member)
        message = self._cast.message(member, act.message)
        return self._followed(await member.press(message, act.custom_id), act.nonce)

    async def _choose(self, request: web.Request) -> web.StreamResponse:
        act = await read(request, ChooseAct)
        member = self._cast.find(act.member)
        message = self._cast.message(member, act.message)
        return self._followed(await member.choose(message, act.custom_id, *act.values), act.nonce)

    async def _menu(self, request: web.Request) -> web.StreamResponse:
        act = await read(request, MenuAct)
        member = self._cast.find(act.member)
        message = self._cast.message(member, act.message)
        return self._followed(await member.menu(message, act.name), act.nonce)

    async def _submit(self, request: web.Request) -> web.StreamResponse:
        async with parcel(request, SubmitAct, self._folder) as sent:
            act = sent.act
            member = self._cast.find(act.member)
            opened = self._cast.opened(member, act.interaction)
            assert opened.modal is not None
            entries: dict[str, Entry] = {**act.values, **sent.files}
            try:
                interaction = await member.submit(opened.modal, entries)
            except TypeError as error:
                raise ClientRefusal(str(error)) from None
        return self._followed(interaction, act.nonce)

    async def _post(self, request: web.Request) -> web.StreamResponse:
        async with parcel(request, PostAct, self._folder) as sent:
            act = sent.act
            member = self._cast.find(act.member)
            channel = self._cast.channel(member, act.channel)
            uploads = [one for field in sent.files.values() for one in field]
            _check_post(member, channel, act.text, uploads)
            reply_to = self._cast.message(member, act.reply_to) if act.reply_to is not None else None
            try:
                message = await member.post(channel, act.text, *uploads, reply_to=reply_to)
            except ValueError as error:
                raise ClientRefusal(str(error)) from None
        return _ok({"message": str(message.id)})

    async def _locale(self, request: web.Request) -> web.StreamResponse:
        act = await read(request, LocaleAct)
        member = self._cast.find(act.member)
        if act.locale not in LOCALES:
            raise bad(f"Discord has no language {act.locale!r}.")
        member.locale = act.locale
        everybody = [self._cast.describe(one.id) for one in self._cast.members]
        for page in self._news.pages:
            me = self._cast.describe(page.member.id)
            page.tell({"type": "members", "members": everybody, "me": me})
        return _ok({"me": self._cast.describe(member.id)})

    def _followed(self, interaction: Interaction, nonce: str) -> web.Response:
        self._news.follow(interaction, nonce)
        return _ok({"interaction": str(interaction.id)})

    def _options(self, member: Member, channel: Channel, act: CommandAct) -> dict[str, Value]:
        """Return the options as the client has them: people and places are picked, not typed."""
        kinds = self._kinds(channel, act.name)
        return {
            _option(name): self._picked(member, kinds.get(name), value) for name, value in act.options.items()
        }

    def _kinds(self, channel: Channel, name: str) -> dict[str, int]:
        root, *path = name.split(" ")
        offered = self._discord.offered(channel.guild.id if channel.guild else None)
        command = next((one for one in offered if (one.type, one.name) == (1, root)), None)
        if command is None:
            return {}
        _, options = descend(command, path)
        return {option.name: option.type for option in options}

    def _picked(self, member: Member, kind: int | None, value: Plain) -> Value:
        if kind == USER:
            return self._cast.find(str(value))
        if kind == ROLE:
            return self._cast.role(str(value))
        return self._cast.channel(member, str(value)) if kind == CHANNEL else value


def _option(name: str) -> str:
    if name in _NO_OPTIONS:
        raise ClientRefusal(f"there is no option {name}")
    return name


def _only(name: str, uploads: Sequence[Upload]) -> Upload:
    if len(uploads) != 1:
        raise ClientRefusal(f"{name} takes one file")
    return uploads[0]


def _check_post(member: Member, channel: Channel, text: str, uploads: Sequence[Upload]) -> None:
    """Refuse what the client does not send; the stand-in judges the rest."""
    if not text.strip() and not uploads:
        raise ClientRefusal("a message needs a text or a file")
    limit = max(channel.upload_limit, member.upload_limit)
    for one in uploads:
        if one.size > limit:
            raise ClientRefusal(f"{one.filename}: {one.size} bytes, the member may upload {limit}")


def _ok(more: Json) -> web.Response:
    return web.json_response({"ok": True, **more})
