"""Who can be played on the page, and where they can go.

Owns the three members and what each of them can reach; every id that the page names is looked up here.
"""

import io
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageDraw

from bot.sandbox.discord import EVERYBODY, Channel, Discord, Guild, Interaction, Member, Message, Permission
from bot.sandbox.discord.role import Role
from bot.sandbox.discord.wire import Json
from bot.sandbox.web.media import Media
from bot.sandbox.web.refusal import bad, missing

_SIDE: Final = 512  # pixels of an avatar: enough for a model to take it as a picture
_BLURPLE: Final = "#5865f2"
_NOBODY: Final = "#80848e"


@dataclass(frozen=True, slots=True)
class _Part:
    name: str
    role: str
    colour: str
    permissions: Permission


@dataclass(frozen=True, slots=True)
class _Face:
    role: str
    colour: str
    avatar: str


_PARTS: Final = (
    _Part("Ana", "owner", "#eb459e", EVERYBODY),
    _Part("Ben", "a stranger", "#3ba55c", EVERYBODY),
    _Part("Mara", "a manager", "#faa61a", EVERYBODY | Permission.MANAGE_GUILD),
)


_ROLES: Final = ("patrons", "painters")
"""Nobody has one; they are there to set allowances for."""


class Cast:
    """The members of the demo; they join the server when this is made."""

    def __init__(self, discord: Discord, guild: Guild, media: Media) -> None:
        self.guild = guild
        self._discord, self._media = discord, media
        self._faces: dict[int, _Face] = {}
        self._roles = [guild.add_role(name) for name in _ROLES]
        self.members = [self._join(part) for part in _PARTS]
        """Everybody who can be played, the one who asks first at the head."""
        avatar = media.keep(_drawn(_BLURPLE), "zoetrope.png", "image/png")
        self._faces[discord.bot_id] = _Face("bot", _BLURPLE, avatar)

    def find(self, member_id: str) -> Member:
        """Return the member whom a page plays."""
        found = next((one for one in self.members if str(one.id) == member_id), None)
        if found is None:
            raise missing("member")
        return found

    def channels(self, member: Member) -> list[Channel]:
        """Return where this member can read: the server's channels and their own talk with the bot."""
        return [*self.guild.channels, member.dm]

    def channel(self, member: Member, channel_id: str) -> Channel:
        """Return a place that this member sees."""
        found = next((one for one in self.channels(member) if str(one.id) == channel_id), None)
        if found is None:
            raise missing("channel")
        return found

    def role(self, role_id: str) -> Role:
        """Return a role of the server, the one that everybody has among them."""
        found = next((one for one in self._everybodys() if str(one.id) == role_id), None)
        if found is None:
            raise missing("role")
        return found

    def roles(self) -> list[Json]:
        """Describe the roles."""
        return [{"id": str(one.id), "name": one.name} for one in self._everybodys()]

    def _everybodys(self) -> list[Role]:
        return [Role(self.guild.id, "@everyone"), *self._roles]

    def message(self, member: Member, message_id: str) -> Message:
        """Return a message that this member sees."""
        seen = (one for channel in self.channels(member) for one in member.sees(channel))
        found = next((one for one in seen if str(one.id) == message_id), None)
        if found is None:
            raise missing("message")
        return found

    def opened(self, member: Member, interaction_id: str) -> Interaction:
        """Return the interaction that was answered with a form, for this member alone."""
        for one in self._discord.interactions.values():
            if str(one.id) == interaction_id and one.member is member and one.modal is not None:
                return one
        raise bad("This form is not open any more.")

    def describe(self, user_id: int) -> Json:
        """Describe anybody who speaks or acts here."""
        member = self._discord.members.get(user_id)
        face = self._faces.get(user_id)
        is_bot = user_id == self._discord.bot_id or (member is not None and member.is_bot)
        name = self._discord.bot_name if user_id == self._discord.bot_id else member.name if member else "?"
        return {
            "id": str(user_id),
            "name": name,
            "role": face.role if face else "",
            "locale": member.locale if member else "en-US",
            "avatar": face.avatar if face else None,
            "color": face.colour if face else _NOBODY,
            "bot": is_bot,
        }

    def _join(self, part: _Part) -> Member:
        content = _drawn(part.colour)
        joined = self._discord.add_member(part.name, self.guild, permissions=part.permissions, avatar=content)
        address = self._media.keep(content, f"{part.name.lower()}.png", "image/png")
        self._faces[joined.id] = _Face(part.role, part.colour, address)
        return joined


def _drawn(colour: str) -> bytes:
    """Draw somebody: head and shoulders before their colour."""
    picture = Image.new("RGB", (_SIDE, _SIDE), colour)
    brush, half = ImageDraw.Draw(picture), _SIDE // 2
    brush.ellipse((half - 95, 105, half + 95, 295), fill="#fff6dc")
    brush.ellipse((half - 170, 325, half + 170, 665), fill="#fff6dc")
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()
