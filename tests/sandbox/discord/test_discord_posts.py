"""What people and other apps write: pictures everywhere in a message, and what a menu tells of them."""

import io

import aiohttp
import discord
import pytest
from PIL import Image

from bot.sandbox.discord import (
    Channel,
    ClientRefusal,
    Discord,
    Foreign,
    Guild,
    Member,
    Message,
    Quoted,
    Upload,
)
from bot.sandbox.discord.openapi import openapi
from tests.conftest import OPENAPI
from tests.sandbox.discord.crew import Bot, Crew, Press, a_picture

ELSEWHERE = "https://pictures.example/cats/one.png"


@pytest.fixture
def assets(pointed: Discord, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let discord.py look for avatars at the stand-in."""
    monkeypatch.setattr(discord.Asset, "BASE", pointed.cdn_url)


async def targets(crew: Crew) -> tuple[Bot, list[discord.Message]]:
    """Return a bot with a message menu, and the messages it was used on."""
    bot, seen = crew.make(), list[discord.Message]()

    @bot.tree.context_menu(name="Animate image")
    async def animate(interaction: Press, message: discord.Message) -> None:
        seen.append(message)
        await interaction.response.send_message("ok", ephemeral=True)

    return await crew.start(bot), seen


async def target(crew: Crew, ana: Member, post: Message) -> discord.Message:
    """Return a message as the bot is told of it when its menu is used."""
    _, seen = await targets(crew)
    await (await ana.menu(post, "Animate image")).final()
    return seen[0]


async def fetched(url: str) -> tuple[int, str, bytes]:
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return answer.status, answer.content_type, await answer.read()


def png(width: int, height: int) -> bytes:
    content = a_picture(sides=(width, height)).source
    assert isinstance(content, bytes)
    return content


@pytest.mark.usefixtures("assets")
async def test_a_member_has_an_avatar_that_can_be_fetched(
    crew: Crew, pointed: Discord, channel: Channel, guild: Guild
) -> None:
    picture = png(300, 200)
    eve = pointed.add_member("eve", guild, avatar=picture)
    seen = await target(crew, eve, await eve.post(channel, "hello"))

    assert seen.author.avatar is not None
    assert seen.author.avatar.key == eve.avatar
    assert await fetched(seen.author.avatar.url) == (200, "image/png", picture)
    status, kind, content = await fetched(seen.author.avatar.with_format("webp").with_size(64).url)
    with Image.open(io.BytesIO(content)) as small:
        assert (status, kind, small.format, small.size) == (200, "image/webp", "WEBP", (64, 43))
    assert (await fetched(f"{pointed.cdn_url}/avatars/{eve.id}/{'0' * 32}.png"))[0] == 404
    assert pointed.problems == []


@pytest.mark.usefixtures("assets")
async def test_who_has_no_avatar_has_a_coloured_one(crew: Crew, channel: Channel, ana: Member) -> None:
    seen = await target(crew, ana, await ana.post(channel, "hello"))

    assert seen.author.avatar is None
    status, kind, content = await fetched(seen.author.display_avatar.url)
    with Image.open(io.BytesIO(content)) as picture:
        assert (status, kind, picture.size) == (200, "image/png", (256, 256))


async def test_an_embeds_pictures_are_read_from_discords_proxy(
    crew: Crew, pointed: Discord, channel: Channel, ana: Member
) -> None:
    picture = a_picture(sides=(64, 48))
    post = await ana.post(
        channel,
        ELSEWHERE,
        embeds=[{"type": "image", "url": ELSEWHERE, "thumbnail": {"url": ELSEWHERE}}],
        foreign=[Foreign(ELSEWHERE, picture)],
    )
    (embed,) = (await target(crew, ana, post)).embeds

    assert (embed.type, embed.thumbnail.url, embed.thumbnail.width) == ("image", ELSEWHERE, 64)
    assert embed.thumbnail.proxy_url is not None
    assert embed.thumbnail.proxy_url.startswith(f"{pointed.cdn_url}/external/")
    assert await fetched(embed.thumbnail.proxy_url) == (200, "image/png", picture.source)


async def test_a_file_that_an_embed_shows_is_not_listed_beside_it(
    crew: Crew, pointed: Discord, channel: Channel, ana: Member
) -> None:
    other = pointed.add_app("Painter", channel.guild)
    post = await other.post(
        channel,
        "",
        a_picture("cat.png"),
        embeds=[{"title": "A cat", "image": {"url": "attachment://cat.png"}}],
    )
    seen = await target(crew, ana, post)

    assert (seen.attachments, seen.author.bot) == ([], True)
    assert seen.embeds[0].image.proxy_url is not None
    assert (await fetched(seen.embeds[0].image.proxy_url))[:2] == (200, "image/png")


async def test_another_apps_gallery_is_told_in_full(
    crew: Crew, pointed: Discord, channel: Channel, ana: Member
) -> None:
    other = pointed.add_app("Painter", channel.guild)
    shown = [
        {"media": {"url": "attachment://own.png"}, "description": "mine"},
        {"media": {"url": ELSEWHERE}, "spoiler": True},
    ]
    post = await other.post(
        channel,
        "",
        a_picture("own.png"),
        components=[{"type": 17, "components": [{"type": 12, "items": shown}]}],
        foreign=[Foreign(ELSEWHERE, a_picture("one.png", (20, 20)))],
    )
    (box,) = (await target(crew, ana, post)).components

    assert isinstance(box, discord.Container)
    (gallery,) = box.children
    assert isinstance(gallery, discord.MediaGalleryComponent)
    assert [(item.media.width, item.spoiler) for item in gallery.items] == [(40, False), (20, True)]
    assert gallery.items[1].media.url == ELSEWHERE
    for item in gallery.items:
        assert (await fetched(item.media.proxy_url or ""))[:2] == (200, "image/png")
    exhibits = [(one.filename, one.description, one.spoiler) for one in post.gallery]
    assert exhibits == [("own.png", "mine", False), ("one.png", None, True)]


async def test_only_apps_write_components(channel: Channel, ana: Member) -> None:
    with pytest.raises(ClientRefusal):
        await ana.post(channel, components=[{"type": 10, "content": "no"}])


async def test_an_app_may_not_show_a_file_it_does_not_send(pointed: Discord, channel: Channel) -> None:
    other = pointed.add_app("Painter", channel.guild)
    gone = [{"type": 12, "items": [{"media": {"url": "attachment://gone.png"}}]}]
    with pytest.raises(ValueError, match=r"gone\.png"):
        await other.post(channel, components=gone)


@pytest.mark.parametrize(
    ("quoted", "files"), [(Quoted.WHOLE, ["cat.png"]), (Quoted.EMPTY, []), (Quoted.ABSENT, None)]
)
async def test_the_target_of_a_menu_may_tell_what_it_replies_to(
    crew: Crew, pointed: Discord, channel: Channel, ana: Member, *, quoted: Quoted, files: list[str] | None
) -> None:
    pointed.quoted = quoted
    cat = await ana.post(channel, "a cat", a_picture("cat.png"))
    seen = await target(crew, ana, await ana.post(channel, "look", reply_to=cat))

    assert seen.type is discord.MessageType.reply
    assert seen.reference is not None
    assert seen.reference.message_id == cat.id
    quote = seen.reference.resolved
    if files is None:
        assert quote is None
    else:
        assert isinstance(quote, discord.Message)
        assert [file.filename for file in quote.attachments] == files


async def test_a_reply_to_a_reply_tells_what_it_replies_to(crew: Crew, channel: Channel, ana: Member) -> None:
    first = await ana.post(channel, "one")
    second = await ana.post(channel, "two", a_picture("cat.png"), reply_to=first)
    seen = await target(crew, ana, await ana.post(channel, "three", reply_to=second))

    assert seen.reference is not None
    assert isinstance(seen.reference.resolved, discord.Message)
    assert seen.reference.resolved.content == "two"


async def test_a_reply_to_a_message_that_is_gone_says_so(crew: Crew, channel: Channel, ana: Member) -> None:
    first = await ana.post(channel, "one")
    second = await ana.post(channel, "two", reply_to=first)
    first.delete()
    seen = await target(crew, ana, second)

    assert seen.reference is not None
    assert isinstance(seen.reference.resolved, discord.DeletedReferencedMessage)


async def test_an_attachment_may_be_a_spoiler(crew: Crew, channel: Channel, ana: Member) -> None:
    picture = a_picture("cat.png")
    post = await ana.post(channel, "", Upload(picture.source, "cat.png", spoiler=True), picture)
    seen = await target(crew, ana, post)

    told = [(file.filename, file.is_spoiler(), file.flags.value) for file in seen.attachments]
    assert told == [("SPOILER_cat.png", True, 8), ("cat.png", False, 0)]


async def test_without_the_content_intent_others_are_read_only_where_they_name_the_bot(
    crew: Crew, pointed: Discord, channel: Channel, ana: Member
) -> None:
    bot, _ = await targets(crew)
    first = await ana.post(channel, "a cat", a_picture("cat.png"), embeds=[{"title": "x"}])
    named = await ana.post(channel, f"<@{pointed.bot_id}> look", a_picture("cat.png"), reply_to=first)
    direct = await ana.post(ana.dm, "psst", a_picture("cat.png"))

    async def read(where: Channel, number: int) -> discord.Message:
        return await bot.get_partial_messageable(where.id).fetch_message(number)

    hidden, told = await read(channel, first.id), await read(channel, named.id)
    assert (hidden.content, hidden.attachments, hidden.embeds) == ("", [], [])
    assert [file.filename for file in told.attachments] == ["cat.png"]
    assert told.reference is not None
    assert isinstance(told.reference.resolved, discord.Message)
    assert told.reference.resolved.attachments == []
    assert len((await read(ana.dm, direct.id)).attachments) == 1


@pytest.mark.skipif(not OPENAPI.exists(), reason="Discord's OpenAPI file is not beside this checkout")
async def test_such_messages_are_as_discord_describes_them(
    pointed: Discord, channel: Channel, ana: Member
) -> None:
    other = pointed.add_app("Painter", channel.guild, avatar=png(8, 8))
    foreign = [Foreign(ELSEWHERE, a_picture())]
    naming = f"<@{pointed.bot_id}>"
    first = await ana.post(
        channel, naming, a_picture(), embeds=[{"image": {"url": ELSEWHERE}}], foreign=foreign
    )
    box = {"type": 12, "items": [{"media": {"url": ELSEWHERE}}]}
    words = {"type": 10, "content": naming}
    await other.post(channel, "", components=[box, words], foreign=foreign, reply_to=first)

    url = f"{pointed.api_url}/channels/{channel.id}/messages"
    token = {"Authorization": f"Bot {pointed.token}"}
    async with aiohttp.ClientSession(headers=token) as session, session.get(url) as answer:
        told = await answer.read()
    assert openapi(OPENAPI).answer_faults("GET", "/channels/{channel_id}/messages", told) == []
