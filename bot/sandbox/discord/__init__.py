"""A Discord that speaks the real protocols on loopback, and the members who use it.

It judges the bot from outside and imports nothing of it. Open `Discord`, point a bot at `api_url` with
`token`, and let members run commands.
"""

from bot.sandbox.discord.cdn import Attachment
from bot.sandbox.discord.ceiling import Ceiling
from bot.sandbox.discord.channel import DM, TEXT, THREAD, Channel, Guild
from bot.sandbox.discord.faults import AnswerLost, Belied, Closed, Delay, Fault, Html, Limited, Reset, Status
from bot.sandbox.discord.foreign import Foreign
from bot.sandbox.discord.interaction import Answer, Interaction, Kind, Modal
from bot.sandbox.discord.journal import Call
from bot.sandbox.discord.member import Member
from bot.sandbox.discord.message import Button, Exhibit, Message, Revision
from bot.sandbox.discord.permission import EVERYBODY, Permission
from bot.sandbox.discord.refusal import ClientRefusal
from bot.sandbox.discord.role import Role
from bot.sandbox.discord.standin import Discord
from bot.sandbox.discord.team import TeamMember
from bot.sandbox.discord.upload import MIB, Upload
from bot.sandbox.discord.world import Quoted

__all__ = [
    "DM",
    "EVERYBODY",
    "MIB",
    "TEXT",
    "THREAD",
    "Answer",
    "AnswerLost",
    "Attachment",
    "Belied",
    "Button",
    "Call",
    "Ceiling",
    "Channel",
    "ClientRefusal",
    "Closed",
    "Delay",
    "Discord",
    "Exhibit",
    "Fault",
    "Foreign",
    "Guild",
    "Html",
    "Interaction",
    "Kind",
    "Limited",
    "Member",
    "Message",
    "Modal",
    "Permission",
    "Quoted",
    "Reset",
    "Revision",
    "Role",
    "Status",
    "TeamMember",
    "Upload",
]
