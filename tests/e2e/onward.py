"""What plays share that go on from a result: the form a button opens, the picture a submit was given."""

import io
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image

from bot.sandbox.discord import Interaction, Member, Message, Modal
from bot.sandbox.discord.modal import Entry
from bot.sandbox.discord.wire import walk
from bot.sandbox.runcomfy import Submit
from tests.e2e.play import LONG, Play

_PICTURES = ("first_frame_image_url", "last_frame_image_url", "images")
"""Where a submit names its pictures, in the order in which they are attached."""


async def pressed(play: Play, message: Message, label: str, member: Member | None = None) -> Interaction:
    """Have a member press a button, and return the answered press."""
    return await (await (member or play.ana).press(message, label)).answered(LONG)


async def form_of(play: Play, message: Message, label: str, member: Member | None = None) -> Modal:
    """Have a member press a button that opens a form, and return the form."""
    press = await pressed(play, message, label, member)
    assert press.modal is not None, press.message and press.message.text
    return press.modal


async def filled_in(
    play: Play, message: Message, label: str, member: Member | None = None, **values: Entry
) -> Interaction:
    """Have a member press a button and send the form that it opens."""
    form = await form_of(play, message, label, member)
    return await (await (member or play.ana).submit(form, values)).answered(LONG)


def beginning(form: Modal) -> dict[str, list[str]]:
    """Return what the fields of a form hold before anybody has typed anything."""
    fields = [part for part in walk(form.components) if part.custom_id is not None]
    return {
        str(part.custom_id): [one.value for one in part.options if one.default]
        or ([part.value] if part.value else [])
        for part in fields
    }


def card_of(interaction: Interaction) -> Message:
    """Return the card that an interaction was answered with."""
    assert interaction.message is not None, interaction.modal
    assert not interaction.private, interaction.message.text
    return interaction.message


def job_of(result: Message) -> str:
    """Return the id of a result's job, as its buttons tell."""
    custom_id = result.buttons[0].custom_id
    assert custom_id is not None
    return custom_id.split(":")[2]


def link_to(message: Message) -> str:
    """Return the address of a message, as a client opens it."""
    guild = message.channel.guild.id if message.channel.guild else "@me"
    return f"https://discord.com/channels/{guild}/{message.channel.id}/{message.id}"


async def picked(play: Play, result: Message, member: Member | None = None) -> Message:
    """Have a member pick the job of a result from /jobs, and return what is shown."""
    asked = await play.ask("jobs", member)
    assert asked.message is not None
    choice = await (member or play.ana).choose(asked.message, "zoetrope:pick", job_of(result))
    return await choice.final(LONG)


def without_pictures(submit: Submit) -> dict[str, object]:
    """Return a submit's body but for its pictures, whose addresses are new each time."""
    return {key: value for key, value in submit.body.items() if key not in _PICTURES}


def pictures_sent(play: Play, submit: Submit) -> list[Image.Image]:
    """Return the pictures that a submit named, as they lie at Discord."""
    held = [submit.body[key] for key in _PICTURES if key in submit.body]
    urls = [str(url) for value in held for url in (value if isinstance(value, list) else [value])]
    return [opened(_file_at(play, url).read_bytes()) for url in urls]


def opened(content: bytes) -> Image.Image:
    """Return a picture in plain colours."""
    with Image.open(io.BytesIO(content)) as picture:
        return picture.convert("RGB")


def _file_at(play: Play, url: str) -> Path:
    """Return the file that an address of Discord's once led to, whatever has become of its signature."""
    number = urlsplit(url).path.split("/")[-2]
    shown = (
        file
        for channel in play.discord.channels.values()
        for message in channel.history
        for file in message.attachments
    )
    return next(file.path for file in shown if str(file.id) == number)
