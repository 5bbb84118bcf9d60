"""What one member's client shows: Discord's JSON, with our addresses and the few words that Discord adds.

Reads only. What a member does not see in the stand-in never leaves by here.
"""

from typing import Final, cast

from bot.sandbox.discord import (
    DM,
    Channel,
    Discord,
    Interaction,
    Kind,
    Member,
    Message,
    Permission,
    form,
    form_message,
)
from bot.sandbox.discord.rules import TEXT_DISPLAY
from bot.sandbox.discord.wire import LOADING, Command, Json, walk
from bot.sandbox.discord.world import Quoted
from bot.sandbox.web.cast import Cast
from bot.sandbox.web.media import Media
from bot.sandbox.web.unfurl import Unfurl

SUPPRESS_EMBEDS: Final = 1 << 2  # message flags, Discord's page "Message"
_HISTORY: Final = 100  # messages of a channel, the latest; a client loads 50 at a time
_QUOTED: Final = 200  # characters of the message that one replies to


class View:
    """Looks at the stand-in with a member's eyes."""

    def __init__(self, discord: Discord, cast: Cast, media: Media, unfurl: Unfurl) -> None:
        self._discord, self._cast, self._media, self._unfurl = discord, cast, media, unfurl

    def history(self, member: Member, channel: Channel) -> list[Message]:
        """Return the latest messages that this member sees there."""
        return member.sees(channel)[-_HISTORY:]

    def channel(self, member: Member, channel: Channel) -> Json:
        """Describe a channel with its messages."""
        return {
            "id": str(channel.id),
            "name": self._discord.bot_name if channel.kind == DM else channel.name,
            "kind": "dm" if channel.kind == DM else "text",
            "messages": [self.message(member, one) for one in self.history(member, channel)],
        }

    def commands(self, member: Member) -> list[Json]:
        """Describe what the bot offers this member in a server."""
        guild = self._cast.guild
        offered = self._discord.offered(guild.id)
        return [form.command(self._discord, one, guild.id) for one in offered if _may_use(member, one)]

    def message(self, member: Member, shown: Message) -> Json:
        """Describe a message as this member sees it."""
        raw = cast("Json", self._media.rewritten(form_message.message(shown, quoted=Quoted.ABSENT)))
        cause = _cause(shown.interaction)
        return {
            **raw,
            "embeds": [*cast("list[Json]", raw["embeds"]), *self._unfurled(shown)],
            "author": self._cast.describe(shown.author_id),
            "revision": len(shown.revisions),
            "ephemeral": shown.ephemeral,
            "thinking": shown.loading,
            "pings_me": member.id in shown.mentions or shown.pings.everyone,
            # The first words after "is thinking" are an answer, not an edit.
            "edited": any(not one.flags & LOADING for one in shown.revisions),
            "reply": self._reply(shown, cause),
            "command": self._command(cause),
        }

    def _unfurled(self, shown: Message) -> list[Json]:
        return [] if shown.flags & SUPPRESS_EMBEDS else self._unfurl.embeds(shown.content)

    def _reply(self, shown: Message, cause: Interaction | None) -> Json | None:
        """Describe the message that this one replies to, or whose button it answers."""
        answered = cause.source if cause is not None and cause.kind is Kind.COMPONENT else None
        earlier = shown.channel.find(shown.reference) if shown.reference is not None else answered
        if earlier is None or earlier is shown or earlier.deleted:
            return None
        author = self._cast.describe(earlier.author_id)
        return {"id": str(earlier.id), "author": author, "text": _words(earlier)[:_QUOTED]}

    def _command(self, cause: Interaction | None) -> Json | None:
        if cause is None or cause.kind is not Kind.COMMAND:
            return None
        who = self._cast.describe(cause.member.id)
        return {"who": who, "name": _name(cause.data), "type": cause.data.get("type", 1)}


def _words(shown: Message) -> str:
    """Return what a message says, without what is written on its buttons."""
    parts = [part.content or "" for part in walk(shown.components) if part.type == TEXT_DISPLAY]
    return "\n".join(text for text in (shown.content, *parts) if text)


def _cause(interaction: Interaction | None) -> Interaction | None:
    """Return what a form was opened by, since Discord names that, else the interaction itself."""
    while interaction is not None and interaction.kind is Kind.MODAL and interaction.trigger is not None:
        interaction = interaction.trigger
    return interaction


def _name(data: Json) -> str:
    """Return a command's name with its subcommands."""
    name, step = str(data.get("name", "")), data
    while (inner := cast("list[Json]", step.get("options") or [])) and inner[0].get("type") in (1, 2):
        step = inner[0]
        name = f"{name} {step.get('name')}"
    return name


def _may_use(member: Member, command: Command) -> bool:
    needed = Permission(command.default_member_permissions or 0)
    has_all = not needed & ~member.permissions or Permission.ADMINISTRATOR in member.permissions
    return has_all and (command.contexts is None or 0 in command.contexts)
