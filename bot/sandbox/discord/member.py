"""A person in front of Discord's client: runs commands, presses buttons, fills in forms, reads.

Owns what a client does and refuses to do. `checked=False` is an old or hostile client, which sends it anyway.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.sandbox.discord import form, form_message, form_parts
from bot.sandbox.discord.channel import DM, Channel, Guild
from bot.sandbox.discord.choice_rules import bounds
from bot.sandbox.discord.foreign import Foreign
from bot.sandbox.discord.interaction import Interaction, Kind, Modal
from bot.sandbox.discord.message import Message
from bot.sandbox.discord.modal import Entry, filled
from bot.sandbox.discord.options import Value, check, chosen, descend, kind_of
from bot.sandbox.discord.permission import EVERYBODY, Permission
from bot.sandbox.discord.reach import offered, pressable
from bot.sandbox.discord.refusal import ClientRefusal
from bot.sandbox.discord.role import Role
from bot.sandbox.discord.rules import BUTTON, SELECTS
from bot.sandbox.discord.upload import Upload
from bot.sandbox.discord.wire import Command, Component, Json, Option
from bot.sandbox.discord.writing import Letter, write

if TYPE_CHECKING:
    from bot.sandbox.discord.cdn import Attachment
    from bot.sandbox.discord.world import World

CHAT_INPUT, MESSAGE_MENU = 1, 3


@dataclass(eq=False)
class Member:
    """Somebody who uses the bot; `upload_limit` in bytes is what their Nitro gives them."""

    world: "World" = field(repr=False)
    id: int
    name: str
    guild: Guild | None
    permissions: Permission = EVERYBODY
    locale: str = "en-US"
    upload_limit: int = 0
    accepts_dms: bool = True
    avatar: str | None = None
    """The hash of their picture."""
    is_bot: bool = False
    roles: list[Role] = field(default_factory=list[Role])

    @property
    def mention(self) -> str:
        """How a text names them."""
        return f"<@{self.id}>"

    @property
    def dm(self) -> Channel:
        """Their direct messages with the bot."""
        for channel in self.world.channels.values():
            if channel.recipient is self:
                return channel
        channel = Channel(self.world, self.world.snowflakes.next(), self.name, None, DM, recipient=self)
        self.world.channels[channel.id] = channel
        return channel

    def leave(self) -> None:
        """Leave the guild: they can no longer be pinged there."""
        if self.guild is not None:
            self.guild.members.remove(self)

    def sees(self, channel: Channel) -> list[Message]:
        """Return the messages this member sees: the public ones and those only for them."""
        return [
            message
            for message in channel.history
            if not message.deleted
            and (
                not message.ephemeral
                or (message.interaction is not None and message.interaction.member is self)
            )
        ]

    async def post(
        self,
        channel: Channel,
        text: str = "",
        *uploads: Upload,
        reply_to: Message | None = None,
        embeds: Sequence[Json] = (),
        components: Sequence[Json] = (),
        foreign: Sequence[Foreign] = (),
    ) -> Message:
        """Write a message with files; embeds and components as JSON, as an app would send them.

        What `foreign` lists is served by Discord's image proxy; `attachment://<name>` means an upload.
        Components, always of the second version, are for apps only.
        """
        if components and not self.is_bot:
            raise ClientRefusal("only an app's messages have components")
        return write(self, channel, Letter(text, uploads, reply_to, embeds, components, foreign))

    async def command(
        self, channel: Channel, name: str, /, *, checked: bool = True, **options: Value
    ) -> Interaction:
        """Run a slash command; subcommands are separated by spaces: `"zoetrope settings"`."""
        data = self._command_data(channel, name, options, checked=checked, focused=None)
        return self._send(Kind.COMMAND, channel, data)

    async def autocomplete(
        self, channel: Channel, name: str, /, focused: str, **options: Value
    ) -> Interaction:
        """Type into an option; the bot's suggestions come back as `choices`."""
        data = self._command_data(channel, name, options, checked=False, focused=focused)
        return self._send(Kind.AUTOCOMPLETE, channel, data)

    async def menu(self, message: Message, name: str, *, checked: bool = True) -> Interaction:
        """Choose an entry under "Apps" in a message's own menu."""
        command = offered(self, message.channel, MESSAGE_MENU, name, checked=checked)
        target = form_message.message(message, quoted=self.world.quoted)
        data = {
            **self._head(command),
            "target_id": str(message.id),
            "resolved": {"messages": {str(message.id): target}},
        }
        return self._send(Kind.COMMAND, message.channel, data)

    async def press(self, message: Message, name: str, *, checked: bool = True) -> Interaction:
        """Press the button with this custom_id or label."""
        button = self._part(message, name, frozenset({BUTTON}), checked=checked)
        data = {"custom_id": button.custom_id, "component_type": BUTTON, "id": button.id or 1}
        return self._send(Kind.COMPONENT, message.channel, data, source=message)

    async def choose(self, message: Message, name: str, *values: str, checked: bool = True) -> Interaction:
        """Choose values in the select menu with this custom_id or placeholder."""
        select = self._part(message, name, SELECTS, checked=checked)
        known = {option.value for option in select.options}
        if checked and known and not known.issuperset(values):
            raise ClientRefusal(f"{name} does not offer {sorted(set(values) - known)}")
        if checked and not bounds(select).low <= len(values) <= bounds(select).high:
            raise ClientRefusal(f"{name} does not take {len(values)} values")
        data: Json = {"custom_id": select.custom_id, "component_type": select.type, "values": values}
        return self._send(Kind.COMPONENT, message.channel, data, source=message)

    async def submit(
        self, modal: Modal, values: Mapping[str, Entry] | None = None, *, checked: bool = True
    ) -> Interaction:
        """Fill in and send a form: values by the custom_id of its fields, the others stay as they are.

        An option is picked by its value or its label.
        """
        held: dict[str, object] = {}

        def hold(upload: Upload) -> str:
            file = self._hold(upload)
            held[str(file.id)] = form_parts.attachment(file)
            return str(file.id)

        cause = modal.interaction
        limit = max(cause.channel.upload_limit, self.upload_limit)
        fields = filled(modal.components, values or {}, hold, checked=checked, upload_limit=limit)
        data = {"custom_id": modal.custom_id, "components": fields, "resolved": {"attachments": held}}
        source = cause.source if cause.kind is Kind.COMPONENT else None
        return self._send(Kind.MODAL, cause.channel, data, source=source, trigger=cause)

    def _send(
        self,
        kind: Kind,
        channel: Channel,
        data: Json,
        *,
        source: Message | None = None,
        trigger: Interaction | None = None,
    ) -> Interaction:
        if channel.gone:
            raise ClientRefusal(f"#{channel.name} is gone")
        token = secrets.token_urlsafe(48)
        number = self.world.snowflakes.next()
        interaction = Interaction(number, token, kind, self, channel, source, data, trigger=trigger)
        self.world.interactions[token] = interaction
        interaction.deliver()
        return interaction

    def _head(self, command: Command) -> dict[str, object]:
        return {"id": str(command.id), "name": command.name, "type": command.type}

    def _command_data(
        self, channel: Channel, name: str, values: Mapping[str, Value], *, checked: bool, focused: str | None
    ) -> Json:
        root, *path = name.split(" ")
        command = offered(self, channel, CHAT_INPUT, root, checked=checked)
        passed, options = descend(command, path)
        if checked:
            check(options, values, upload_limit=max(channel.upload_limit, self.upload_limit))
        resolved: dict[str, dict[str, Json]] = {}
        entries = self._filled(options, values, resolved, focused)
        for step in reversed(passed):
            entries = [{"type": step.type, "name": step.name, "options": entries}]
        return {**self._head(command), "options": entries, "resolved": resolved}

    def _filled(
        self,
        offered: Sequence[Option],
        values: Mapping[str, Value],
        resolved: dict[str, dict[str, Json]],
        focused: str | None,
    ) -> list[Json]:
        known = {option.name: option for option in offered}
        filled_in: list[Json] = []
        for name, value in values.items():
            option = known.get(name)
            kind = option.type if option is not None else kind_of(value)
            sent = self._sent(chosen(option, value), resolved)
            entry: dict[str, object] = {"type": kind, "name": name, "value": sent}
            filled_in.append({**entry, "focused": True} if name == focused else entry)
        return filled_in

    def _sent(self, value: Value, resolved: dict[str, dict[str, Json]]) -> str | float:
        match value:
            case Upload():
                file = self._hold(value)
                resolved.setdefault("attachments", {})[str(file.id)] = form_parts.attachment(file)
                return str(file.id)
            case Member():
                resolved.setdefault("users", {})[str(value.id)] = form.person(value)
                resolved.setdefault("members", {})[str(value.id)] = form.member(value)
                return str(value.id)
            case Role():
                resolved.setdefault("roles", {})[str(value.id)] = form.role(value)
                return str(value.id)
            case Channel():
                # Discord's page "Interactions": a channel that is picked tells what its picker may do there.
                told = {**form.channel(value), "permissions": str(int(self.permissions))}
                resolved.setdefault("channels", {})[str(value.id)] = told
                return str(value.id)
            case _:
                return value

    def _hold(self, upload: Upload) -> "Attachment":
        place = f"ephemeral-attachments/{self.world.bot_id}"
        return self.world.cdn.hold(upload.save(self.world.cdn.room()), place, ephemeral=True)

    def _part(self, message: Message, name: str, kinds: frozenset[int], *, checked: bool) -> Component:
        if checked and message not in self.sees(message.channel):
            raise ClientRefusal(f"{self.name} does not see message {message.id}")
        return pressable(message, name, kinds, checked=checked)
