"""What a member can reach: a command of the bot's, a button or a menu of a message, by what it is called.

Pure: a place and a name in, what stands there or the client's refusal out.
"""

from typing import TYPE_CHECKING

from bot.sandbox.discord.message import Message
from bot.sandbox.discord.permission import Permission
from bot.sandbox.discord.refusal import ClientRefusal
from bot.sandbox.discord.wire import Command, Component, walk

if TYPE_CHECKING:
    from bot.sandbox.discord.channel import Channel
    from bot.sandbox.discord.member import Member


def offered(who: "Member", channel: "Channel", kind: int, name: str, *, checked: bool) -> Command:
    """Return the command of this kind and name; unchecked, one that is not offered as well."""
    commands = who.world.offered(channel.guild.id if channel.guild else None)
    found = next((one for one in commands if (one.type, one.name) == (kind, name)), None)
    if not checked:
        return found or Command(name=name, type=kind)
    if found is None:
        raise ClientRefusal(f"the bot offers no {name!r} here")
    needed = Permission(found.default_member_permissions or 0)
    if needed & ~who.permissions and Permission.ADMINISTRATOR not in who.permissions:
        raise ClientRefusal(f"{name!r} is hidden from {who.name}")
    if found.contexts is not None and (0 if channel.guild else 1) not in found.contexts:
        raise ClientRefusal(f"{name!r} is not offered in such a place")
    return found


def pressable(message: Message, name: str, kinds: frozenset[int], *, checked: bool) -> Component:
    """Return the component with this custom_id, label or placeholder; unchecked, one that is not there."""
    parts = [part for part in walk(message.components) if part.type in kinds]
    found = next((part for part in parts if name in (part.custom_id, part.label, part.placeholder)), None)
    if not checked:
        return found or Component(type=min(kinds), custom_id=name)
    if found is None or found.custom_id is None:
        raise ClientRefusal(f"message {message.id} has no {name!r}, only {message.buttons}")
    if found.disabled:
        raise ClientRefusal(f"{name!r} is disabled")
    return found
