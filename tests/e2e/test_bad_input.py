"""Bad input: a private answer that says what to change; it costs nothing and pings nobody."""

import struct
import zlib

import pytest

from bot.sandbox.discord import Interaction, Message, Permission, Upload
from bot.sandbox.discord.options import Value
from tests.e2e.play import LONG, PROMPT, Play, picture, upload


def a_bomb() -> bytes:
    """Return a small PNG that says it has 30,000 by 30,000 pixels."""
    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(30_000 * 90))

    def chunk(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


PICTURES = {
    "a text file": (b"this is no picture at all" * 50, "not a picture"),
    "a truncated picture": (picture()[:2000], "not a picture"),
    "a film": (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(4000), "MP4 file"),
    "a bomb": (a_bomb(), "more than 64,000,000 pixels"),
    "empty": (b"", "not a picture"),
}


@pytest.mark.parametrize(("content", "words"), PICTURES.values(), ids=PICTURES.keys())
async def test_a_bad_picture_is_answered_privately_and_costs_nothing(
    play: Play, content: bytes, words: str
) -> None:
    asked = await play.animate(image=Upload(content, "boat.png", "image/png"))
    answer = await private_answer(play, asked)
    assert words in answer.text
    assert answer.ephemeral
    assert answer.mentions == frozenset()
    assert play.channel.messages == []
    assert play.runcomfy.submits == []
    assert play.reserved() == 0


async def private_answer(play: Play, asked: Interaction) -> Message:
    """Return the refusal: the first answer, or what follows when the card has been taken away."""

    def look() -> Message | None:
        return asked.message if asked.private else next(iter(asked.followups), None)

    return await play.discord.bell.until(look, timeout=LONG, what="a private answer")


async def test_seventy_megabytes_are_refused_before_anything_is_fetched(play: Play) -> None:
    content = picture()
    heavy = Upload(content + bytes(70_000_000 - len(content)), "boat.png", "image/png")
    asked = await play.animate(image=heavy)
    assert asked.private
    assert asked.message is not None
    assert "`boat.png` has 70.0 MB" in asked.message.text
    assert play.rows() == []
    assert not [call for call in play.discord.log if call.route == "ephemeral-attachments"]


@pytest.mark.parametrize("kind", ["text/plain", "video/mp4"])
async def test_what_is_declared_as_no_picture_is_refused_before_any_public_answer(
    play: Play, kind: str
) -> None:
    asked = await play.animate(image=Upload(picture(), "boat.png", kind))
    assert asked.private
    assert asked.message is not None
    assert "`boat.png` is not a picture" in asked.message.text
    assert play.channel.history == [asked.message]
    assert play.rows() == []


async def test_a_picture_of_an_undeclared_kind_is_judged_by_its_bytes(play: Play) -> None:
    asked = await play.animate(image=Upload(picture(), "boat", "application/octet-stream"))
    await play.result_of(asked.message)


PROMPTS: dict[str, tuple[str, dict[str, Value], str]] = {
    "empty": ("seedance-pro", {"prompt": "   ", "image": upload()}, "The prompt is empty"),
    "2,000 characters, pro": ("seedance-pro", {"prompt": "a" * 2000, "image": upload()}, "2000 characters"),
    "2,000 characters, lite": ("seedance-lite", {"prompt": "a" * 2000, "image": upload()}, "takes 1900"),
    "2,000 characters, fast": ("seedance-fast", {"prompt": "a" * 2000}, "takes 500"),
    "2,000 characters, edit": ("seedream-edit", {"prompt": "a" * 2000, "image": upload()}, "takes 600"),
    "an old choice": ("seedance-fast", {"prompt": "a", "resolution": "8K"}, "`resolution`"),
    "too long": ("seedance-fast", {"prompt": "a", "duration": 60}, "`duration`"),
}


@pytest.mark.parametrize(("command", "options", "words"), PROMPTS.values(), ids=PROMPTS.keys())
async def test_a_bad_option_is_answered_privately_and_costs_nothing(
    play: Play, command: str, options: dict[str, Value], words: str
) -> None:
    asked = await play.ask(command, None, **options)
    assert asked.private
    assert asked.message is not None
    assert words in asked.message.text
    assert play.rows() == []


@pytest.mark.parametrize(
    ("permission", "name"),
    [(Permission.ATTACH_FILES, "Attach Files"), (Permission.SEND_MESSAGES, "Send Messages")],
)
async def test_a_missing_permission_is_named_before_anything_is_spent(
    play: Play, permission: Permission, name: str
) -> None:
    play.channel.deny(permission)
    asked = await play.animate()
    assert asked.private
    assert asked.message is not None
    assert f"I lack {name}" in asked.message.text
    assert play.rows() == []


async def test_without_the_right_to_read_the_history_the_result_still_arrives(play: Play) -> None:
    play.channel.deny(Permission.READ_MESSAGE_HISTORY)
    asked = await play.animate()
    result = await play.channel.wait_for(lambda m: bool(m.attachments) and m is not asked.message, LONG)
    assert result.mentions == {play.ana.id}


async def test_after_a_refusal_a_good_command_works(play: Play) -> None:
    await private_answer(play, await play.animate(image=Upload(b"no", "boat.png", "image/png")))
    asked = await play.animate(prompt=PROMPT)
    await play.result_of(asked.message)
