"""One interaction, as the member sees it and as its token allows.

Owns the life of the token and what has become of the interaction. It never posts anything itself.
"""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING

from bot.sandbox.discord import form_message
from bot.sandbox.discord.refusal import ApiError, unknown_interaction, unknown_webhook
from bot.sandbox.discord.wire import Choice, Component, Json, walk

if TYPE_CHECKING:
    from bot.sandbox.discord.channel import Channel
    from bot.sandbox.discord.member import Member
    from bot.sandbox.discord.message import Message


class Kind(IntEnum):
    """Interaction types with Discord's numbers."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


class Answer(IntEnum):
    """Callback types with Discord's numbers."""

    PONG = 1
    MESSAGE = 4
    DEFER = 5
    DEFER_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9


@dataclass(frozen=True)
class Modal:
    """A form the bot has opened for a member."""

    custom_id: str
    title: str
    components: tuple[Component, ...]
    interaction: "Interaction"

    @property
    def fields(self) -> dict[str, Component]:
        """What can be filled in, by custom_id."""
        return {part.custom_id: part for part in walk(self.components) if part.custom_id is not None}

    @property
    def labels(self) -> list[str]:
        """What stands above the fields."""
        return [part.label for part in walk(self.components) if part.label is not None]


@dataclass(eq=False)
class Interaction:
    """A command, press, menu, autocomplete or form of a member; times are monotonic."""

    id: int
    token: str
    kind: Kind
    member: "Member"
    channel: "Channel"
    source: "Message | None" = None
    data: Json = field(default_factory=dict[str, object], repr=False)
    sent_at: float = 0.0
    deliveries: int = 0
    answered_at: float | None = None
    callback_type: Answer | None = None
    private: bool = False
    message: "Message | None" = None
    followups: "list[Message]" = field(default_factory=list["Message"])
    choices: tuple[Choice, ...] = ()
    modal: Modal | None = None
    revoked: bool = False
    trigger: "Interaction | None" = None
    """Of a form: the interaction that was answered with it."""

    @property
    def upload_limit(self) -> int:
        """Bytes per file: the guild's level or the invoker's own limit, whichever is higher."""
        return max(self.channel.upload_limit, self.member.upload_limit)

    @property
    def failed(self) -> bool:
        """Whether the member reads that the application did not respond."""
        world = self.channel.world
        return self.answered_at is None and world.now() > self.sent_at + world.answer_window

    def deliver(self) -> None:
        """Send the event to the bot; once more if the bot is to be tried."""
        world = self.channel.world
        guild = self.channel.guild
        self.sent_at = self.sent_at or world.now()
        for _ in range(2 if world.deliver_twice else 1):
            self.deliveries += 1
            world.dispatch(
                "INTERACTION_CREATE", form_message.interaction(self, self.data), guild.id if guild else None
            )

    def must_be_open(self) -> None:
        """Raise what Discord answers when this may no longer be answered for the first time."""
        if self.answered_at is not None:
            # Somebody who gets the same event twice cannot know; otherwise it is a mistake.
            blames = self.deliveries < 2
            raise ApiError(400, 40060, "Interaction has already been acknowledged.", blames=blames)
        if self.failed or self.revoked:
            raise unknown_interaction()

    def must_be_alive(self) -> None:
        """Raise what Discord answers when the token no longer serves."""
        if self.revoked or self.channel.world.now() > self.sent_at + self.channel.world.token_life:
            # A token killed by the test is no mistake of the bot, which still counts its 15 minutes.
            raise ApiError(401, 50027, "Invalid Webhook Token", blames=not self.revoked)
        if self.answered_at is None:
            raise unknown_webhook()

    async def answered(self, timeout: float = 10.0) -> "Interaction":
        """Return once the bot has given its first answer."""
        what = f"the first answer to {self.kind.name} {self.id}"
        look = lambda: self if self.answered_at is not None else None  # noqa: E731 - shorter than a name
        return await self.channel.world.bell.until(look, timeout=timeout, what=what)

    async def final(self, timeout: float = 10.0) -> "Message":
        """Return the answer once nothing says any longer that the bot is thinking.

        That is the original message, or the last followup if the bot has taken the original away.
        """
        what = f"the final answer to {self.kind.name} {self.id}"
        return await self.channel.world.bell.until(self._settled, timeout=timeout, what=what)

    def _settled(self) -> "Message | None":
        shown = [
            one for one in (self.message, *reversed(self.followups)) if one is not None and not one.deleted
        ]
        return next((one for one in shown if not one.loading), None)
