"""Guilds and channels: where messages stand, and what the bot may do there.

Owns permissions and visibility. A change that Discord would announce on the gateway is announced.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.sandbox.discord import form
from bot.sandbox.discord.message import Message
from bot.sandbox.discord.permission import EVERYBODY, NOTHING, Permission
from bot.sandbox.discord.role import Role
from bot.sandbox.discord.upload import MIB

if TYPE_CHECKING:
    from bot.sandbox.discord.member import Member
    from bot.sandbox.discord.world import World

TEXT, DM, THREAD = 0, 1, 11
# Bytes per file by boost level, Discord's help pages and discord.py's Guild.filesize_limit.
UPLOAD_LIMIT = (10 * MIB, 10 * MIB, 50 * MIB, 100 * MIB)


@dataclass(eq=False)
class Guild:
    """A server the bot has been added to."""

    world: "World" = field(repr=False)
    id: int
    name: str
    premium_tier: int = 0
    locale: str = "en-US"
    bot_permissions: Permission = EVERYBODY
    channels: "list[Channel]" = field(default_factory=list["Channel"], repr=False)
    members: "list[Member]" = field(default_factory=list["Member"], repr=False)
    roles: list[Role] = field(default_factory=list[Role], repr=False)
    bot_is_in: bool = True

    @property
    def upload_limit(self) -> int:
        """Bytes per file the boost level allows."""
        return UPLOAD_LIMIT[self.premium_tier]

    @upload_limit.setter
    def upload_limit(self, limit: int) -> None:
        if limit not in UPLOAD_LIMIT:
            raise ValueError(f"no boost level gives {limit} bytes, only {sorted(set(UPLOAD_LIMIT))}")
        self.boost(UPLOAD_LIMIT.index(limit))

    def boost(self, tier: int) -> None:
        """Change the boost level, 0 to 3, and announce it."""
        self.premium_tier = tier
        self.world.dispatch("GUILD_UPDATE", form.guild_alone(self), self.id)

    def add_channel(self, name: str, *, nsfw: bool = False) -> "Channel":
        """Add a text channel; `nsfw`: it is age-restricted."""
        channel = Channel(self.world, self.world.snowflakes.next(), name, self, nsfw=nsfw)
        return self.hold(channel, "CHANNEL_CREATE")

    def add_role(self, name: str) -> Role:
        """Add a role, which nobody has yet."""
        role = Role(self.world.snowflakes.next(), name)
        self.roles.append(role)
        self.world.dispatch("GUILD_ROLE_CREATE", {"guild_id": str(self.id), "role": form.role(role)}, self.id)
        return role

    def hold(self, channel: "Channel", event: str) -> "Channel":
        """Take a new channel or thread in and announce it."""
        self.channels.append(channel)
        self.world.channels[channel.id] = channel
        self.world.dispatch(event, form.channel(channel), self.id)
        return channel

    def kick_bot(self) -> None:
        """Remove the bot: its channels answer 50001 from now on."""
        self.bot_is_in = False
        self.world.dispatch("GUILD_DELETE", {"id": str(self.id)}, self.id)

    def delete(self) -> None:
        """Delete the server with all its channels."""
        for channel in self.channels:
            channel.gone = True
        self.world.guilds.pop(self.id, None)
        self.world.dispatch("GUILD_DELETE", {"id": str(self.id)}, self.id)
        self.world.bell.ring()


@dataclass(eq=False)
class Channel:
    """A place for messages: a channel or thread of a guild, or a member's DM with the bot."""

    world: "World" = field(repr=False)
    id: int
    name: str
    guild: Guild | None
    kind: int = TEXT
    recipient: "Member | None" = None
    parent: "Channel | None" = None
    denied: Permission = NOTHING
    nsfw: bool = False
    """Whether it is age-restricted; a thread is as its parent."""
    history: list[Message] = field(default_factory=list[Message], repr=False)
    gone: bool = False

    @property
    def messages(self) -> list[Message]:
        """Every message all members see now, the oldest first."""
        return [message for message in self.history if not message.deleted and not message.ephemeral]

    @property
    def bot_permissions(self) -> Permission:
        """What the bot may do here."""
        if self.guild is None:
            return EVERYBODY
        if not self.guild.bot_is_in:
            return NOTHING
        return self.guild.bot_permissions & ~self.denied

    @property
    def upload_limit(self) -> int:
        """Bytes per file for posts with the bot's own token."""
        return self.guild.upload_limit if self.guild else UPLOAD_LIMIT[0]

    @upload_limit.setter
    def upload_limit(self, limit: int) -> None:
        """Set the boost level of the guild that allows this; there are but three such limits."""
        assert self.guild is not None
        self.guild.upload_limit = limit

    def add_thread(self, name: str) -> "Channel":
        """Add a public thread below this channel of a guild."""
        assert self.guild is not None
        thread = Channel(self.world, self.world.snowflakes.next(), name, self.guild, THREAD, parent=self)
        return self.guild.hold(thread, "THREAD_CREATE")

    def deny(self, permission: Permission) -> None:
        """Take permissions from the bot in this channel."""
        self._change(self.denied | permission)

    def allow(self, permission: Permission) -> None:
        """Give denied permissions back."""
        self._change(self.denied & ~permission)

    def restrict(self, *, nsfw: bool) -> None:
        """Make it age-restricted, or no longer."""
        self.nsfw = nsfw
        self._announce()

    def _change(self, denied: Permission) -> None:
        self.denied = denied
        self._announce()

    def _announce(self) -> None:
        if self.guild is not None:
            self.world.dispatch("CHANNEL_UPDATE", form.channel(self), self.guild.id)

    def delete(self) -> None:
        """Delete the channel with everything in it."""
        self.gone = True
        if self.guild is not None:
            self.guild.channels.remove(self)
            self.world.dispatch("CHANNEL_DELETE", form.channel(self), self.guild.id)
        self.world.bell.ring()

    def find(self, message_id: int) -> Message | None:
        """Return a message that is still there, ephemeral ones included."""
        found = (message for message in self.history if message.id == message_id and not message.deleted)
        return next(found, None)

    async def wait_for(self, wanted: Callable[[Message], bool], timeout: float = 10.0) -> Message:
        """Return the first present or coming public message that is as wanted."""

        def look() -> Message | None:
            return next((message for message in self.messages if wanted(message)), None)

        try:
            return await self.world.bell.until(look, timeout=timeout, what="")
        except TimeoutError:
            shown = [message.text for message in self.messages]
            raise TimeoutError(
                f"no such message in #{self.name} within {timeout} s; there are {shown}"
            ) from None
