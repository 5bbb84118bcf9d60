"""Everything that exists in the stand-in at this moment.

Owns the state and how long things live; knows no HTTP and no socket. Who changes something rings the bell.
"""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.sandbox.discord.avatars import Avatars
from bot.sandbox.discord.bell import Bell
from bot.sandbox.discord.cdn import Cdn
from bot.sandbox.discord.foreign import Proxy
from bot.sandbox.discord.snowflake import Snowflakes
from bot.sandbox.discord.wire import Command, Json

if TYPE_CHECKING:
    from bot.sandbox.discord.channel import Channel, Guild
    from bot.sandbox.discord.interaction import Interaction
    from bot.sandbox.discord.member import Member
    from bot.sandbox.discord.message import Message
    from bot.sandbox.discord.team import TeamMember

Dispatch = Callable[[str, Json, int | None], None]


class Quoted(StrEnum):
    """What the target of a message menu tells of the message that it replies to.

    Nobody has written down what Discord does there, so a bot has to live with each.
    """

    WHOLE = "whole"
    EMPTY = "empty"
    """Without its content, as messages of others are shown without the content intent."""
    ABSENT = "absent"


@dataclass(frozen=True)
class Posted:
    """A nonce that was used, and for what."""

    at: float
    channel_id: int
    nonce: str
    message: "Message"


@dataclass(eq=False, repr=False)
class World:
    """Guilds, channels, members, commands and interactions, with the limits of their lives in seconds."""

    snowflakes: Snowflakes
    cdn: Cdn
    now: Callable[[], float]
    dispatch: Dispatch
    bot_name: str
    # An interaction's first answer within 3 s, its token for 15 minutes (Discord's page on interactions).
    answer_window: float = 3.0
    token_life: float = 900.0
    # "The past few minutes" is all Discord says about how long a nonce is remembered.
    nonce_life: float = 180.0
    deliver_twice: bool = False
    quoted: Quoted = Quoted.WHOLE
    bell: Bell = field(default_factory=Bell)
    guilds: "dict[int, Guild]" = field(default_factory=dict[int, "Guild"])
    channels: "dict[int, Channel]" = field(default_factory=dict[int, "Channel"])
    members: "dict[int, Member]" = field(default_factory=dict[int, "Member"])
    interactions: "dict[str, Interaction]" = field(default_factory=dict[str, "Interaction"])
    commands: dict[int | None, tuple[Command, ...]] = field(
        default_factory=dict[int | None, tuple[Command, ...]]
    )
    registrations: int = 0
    avatars: Avatars = field(default_factory=Avatars)
    proxy: Proxy = field(default_factory=Proxy)
    nonces: deque[Posted] = field(default_factory=lambda: deque[Posted](maxlen=10_000))
    problems: list[str] = field(default_factory=list[str])
    team: "list[TeamMember]" = field(default_factory=list["TeamMember"])
    """Whose the application is, if it is not one person's."""
    owner: "Member" = field(init=False)
    """Who made the application; in no guild unless somebody lets them in."""

    def __post_init__(self) -> None:
        self.bot_id = self.snowflakes.next()

    @property
    def owner_id(self) -> int:
        """The owner's id."""
        return self.owner.id

    def members_named(self, ids: Iterable[int]) -> "list[Member]":
        """Return the members with these ids, in the order of the ids; unknown ones are left out."""
        return [self.members[number] for number in sorted(ids) if number in self.members]

    def offered(self, guild_id: int | None) -> list[Command]:
        """Return the commands a member is offered there; the guild's own hide global ones."""
        own = self.commands.get(guild_id, ()) if guild_id is not None else ()
        hidden = {(command.type, command.name) for command in own}
        everywhere = self.commands.get(None, ())
        return [*own, *(one for one in everywhere if (one.type, one.name) not in hidden)]

    def posted_before(self, channel_id: int, nonce: str) -> "Message | None":
        """Return the message this nonce has already made, as long as Discord remembers it."""
        since = self.now() - self.nonce_life
        for use in reversed(self.nonces):
            if (
                use.at >= since
                and (use.channel_id, use.nonce) == (channel_id, nonce)
                and not use.message.deleted
            ):
                return use.message
        return None

    def forget_nonces(self) -> None:
        """Forget every nonce, as Discord does after minutes."""
        self.nonces.clear()

    def expire_tokens(self) -> None:
        """Kill the token of every interaction so far."""
        for interaction in self.interactions.values():
            interaction.revoked = True
