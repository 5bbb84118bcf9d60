"""/zoetrope stats before the real bot: what was made is what the pictures and the words tell, privately."""

import io
import re

import aiohttp
from PIL import Image

from bot.sandbox.discord import Member, Message
from bot.sandbox.discord.options import Value
from bot.sandbox.runcomfy import Ending, Fate
from tests.e2e.play import LONG, PROMPT, Play, upload
from tests.e2e.test_administration import MANAGER, a_manager, told


async def seen(play: Play, who: Member, **options: Value) -> Message:
    """Return the private answer of somebody who asks for figures."""
    asked = await who.command(play.channel, "zoetrope stats", checked=True, **options)
    message = await asked.final(LONG)
    assert message.ephemeral
    assert message.mentions == frozenset()
    assert not message.pings.everyone
    return message


async def some_jobs(play: Play) -> None:
    """Have two jobs delivered and one that fails, of two members."""
    ben = play.discord.add_member("ben", play.stage.guild)
    made = await play.ask("seedance-fast", prompt=PROMPT, duration=2)
    await play.card_says(made.message, "Done in")
    edited = await play.ask("seedream-edit", ben, prompt=PROMPT, image=upload(), resolution="1K")
    await play.card_says(edited.message, "Done in")
    play.runcomfy.next(Fate(ends=Ending.FAILED))
    await play.ask("seedance-fast", prompt=PROMPT, duration=2)
    await play.until(lambda it: [row.state for row in it.rows()] == ["delivered", "delivered", "failed"])


async def test_the_pictures_and_the_words_tell_what_was_made(play: Play) -> None:
    mia = a_manager(play)
    await some_jobs(play)

    message = await seen(play, mia)

    charged = sum(row.cost for row in play.rows() if row.hold == "charged")
    light, dark = message.gallery
    assert (light.filename, dark.filename) == ("stats-light.png", "stats-dark.png")
    assert light.description is not None
    for words in (message.text, light.description, dark.description or ""):
        assert "last 30 days" in words
        assert f"3 jobs, {charged} credits, $" in words.replace("*", "")
    assert re.search(
        r"By model: Seedance 1.0 Pro Fast 2 \(.*By state: delivered 2 \(.*failed 1 \(", light.description
    )
    assert f"{play.ana.mention}: 2 jobs, 1 credit" in message.text
    for shown, rim in ((light, (255, 255, 255)), (dark, (49, 51, 56))):
        picture = await fetched(shown.url)
        assert (picture.format, picture.size, picture.convert("RGB").getpixel((5, 5))) == (
            "PNG",
            (1100, 1100),
            rim,
        )


async def test_who_sees_which_figures(play: Play) -> None:
    mia = a_manager(play)
    boss = play.discord.let_owner_in(play.stage.guild, permissions=MANAGER)
    elsewhere = play.discord.add_guild("Elsewhere")
    there = elsewhere.add_channel("films")
    max_ = play.discord.add_member("max", elsewhere, permissions=MANAGER)
    assert "No job was ordered in this server in this time" in await told(play, mia, "stats", days=7)
    made = await play.ask("seedance-fast", prompt=PROMPT, duration=2)
    await play.card_says(made.message, "Done in")

    assert await told(play, mia, "stats", everywhere=True) == "That is for the owners of the bot only."
    typed = await max_.command(there, "zoetrope stats", checked=True, everywhere=True)
    assert (await typed.final(LONG)).text == "That is for the owners of the bot only."
    typed = await max_.command(there, "zoetrope stats", checked=True)
    assert "No job was ordered in this server in this time" in (await typed.final(LONG)).text
    typed = await play.ana.command(play.channel, "zoetrope stats", checked=False)
    assert "That is for this server's managers" in (await typed.final(LONG)).text
    message = await seen(play, boss, everywhere=True)
    assert "### All servers, last 30 days" in message.text
    assert len(message.gallery) == 2


async def fetched(url: str) -> Image.Image:
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        assert answer.status == 200
        return Image.open(io.BytesIO(await answer.read()))
