"""Where the files of a message are found."""

import io

import discord
import pytest
from discord import ui

from bot.chat.cards import Layout
from bot.chat.client import Zoetrope
from bot.chat.hosted import Hosted, hosted_at, hosted_files
from bot.sandbox.discord import Channel


def a_file(name: str) -> discord.File:
    return discord.File(io.BytesIO(name.encode()), name)


async def test_a_message_of_components_tells_of_its_files_in_all_places(
    bot: Zoetrope, channel: Channel
) -> None:
    names = ["in-a-frame.png", "alone.mp4", "beside-words.png", "to-load.txt"]
    frame = ui.Container["Layout"](ui.MediaGallery(discord.MediaGalleryItem(f"attachment://{names[0]}")))
    layout = Layout(
        frame,
        ui.MediaGallery(discord.MediaGalleryItem(f"attachment://{names[1]}")),
        ui.Section(ui.TextDisplay("words"), accessory=ui.Thumbnail["Layout"](f"attachment://{names[2]}")),
        ui.File(f"attachment://{names[3]}"),
    )

    sent = await bot.get_partial_messageable(channel.id).send(view=layout, files=[a_file(n) for n in names])

    assert sent.attachments == []
    found = hosted_files(sent)
    assert set(found) == set(names)
    for name, url in found.items():
        assert await bot.http.get_from_cdn(url) == name.encode()


async def test_a_classic_message_tells_of_its_files_in_its_list(bot: Zoetrope, channel: Channel) -> None:
    sent = await bot.get_partial_messageable(channel.id).send("words", file=a_file("links.txt"))
    assert hosted_files(sent) == {"links.txt": sent.attachments[0].url}


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("https://cdn.discordapp.com/attachments/1/22/a%20cat.png?ex=1", Hosted(22, "a cat.png")),
        ("https://cdn.discordapp.com/ephemeral-attachments/1/22/cat.png?ex=1", None),
        ("https://example.com/attachments/cat.png", None),
        ("attachment://cat.png", None),
    ],
)
def test_an_address_tells_whether_it_leads_to_a_file_of_a_message(url: str, file: Hosted | None) -> None:
    assert hosted_at(url) == file
