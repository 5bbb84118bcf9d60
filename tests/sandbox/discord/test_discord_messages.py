"""Messages in channels: files, components, nonces, mentions, replies and permissions."""

import io
from collections.abc import Sequence

import aiohttp
import discord
import pytest
from discord import ui
from discord.http import Route

from bot.sandbox.discord import MIB, Channel, Discord, Member, Permission
from tests.sandbox.discord.crew import Bot, Crew


async def a_bot(crew: Crew) -> Bot:
    async def nothing(interaction: discord.Interaction) -> None: ...

    return await crew.run(nothing=nothing)


def a_file(name: str = "video.mp4", size: int = 1000) -> discord.File:
    return discord.File(io.BytesIO(b"v" * size), name)


def a_card(*texts: str, files: Sequence[str] = ()) -> ui.LayoutView:
    view = ui.LayoutView(timeout=None)
    box: ui.Container[ui.LayoutView] = ui.Container()
    for text in texts:
        display: ui.TextDisplay[ui.LayoutView] = ui.TextDisplay(text)
        box.add_item(display)
    for name in files:
        gallery: ui.MediaGallery[ui.LayoutView] = ui.MediaGallery()
        gallery.add_item(media=f"attachment://{name}")
        box.add_item(gallery)
    view.add_item(box)
    return view


async def test_a_card_shows_its_text_and_the_file_it_refers_to(
    crew: Crew, pointed: Discord, channel: Channel, ana: Member
) -> None:
    where = (await a_bot(crew)).get_partial_messageable(channel.id)

    files = [a_file("video.mp4", 3000), a_file("unseen.mp4")]
    sent = await where.send(view=a_card("**Ready**", f"for {ana.mention}", files=["video.mp4"]), files=files)
    message = await channel.wait_for(lambda one: "Ready" in one.text)

    assert message.text == f"**Ready**\nfor {ana.mention}"
    assert [(file.filename, file.size) for file in message.attachments] == [("video.mp4", 3000)]
    assert message.attachments[0].path.stat().st_size == 3000
    (url,) = shown_files(sent)
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        assert (answer.status, answer.content_type, len(await answer.read())) == (200, "video/mp4", 3000)
    assert pointed.problems == []


def shown_files(message: discord.Message) -> list[str]:
    """Return the addresses in the galleries of a card."""
    (box,) = message.components
    assert isinstance(box, discord.Container)
    galleries = (part for part in box.children if isinstance(part, discord.MediaGalleryComponent))
    return [item.media.url for gallery in galleries for item in gallery.items]


async def test_no_answer_lists_the_files_of_a_card_as_attachments(
    crew: Crew, pointed: Discord, channel: Channel
) -> None:
    where = (await a_bot(crew)).get_partial_messageable(channel.id)

    sent = await where.send(view=a_card("Ready", files=["a.png"]), files=[a_file("a.png")])
    edited = await sent.edit(view=a_card("Done", files=["a.png"]))
    read = [await where.fetch_message(sent.id), *[one async for one in where.history()]]

    for message in (sent, edited, *read):
        assert message.attachments == []
        assert ["a.png" in url for url in shown_files(message)] == [True]
    assert [file.filename for file in channel.messages[0].attachments] == ["a.png"]
    assert pointed.problems == []


async def test_a_deferred_answer_may_become_a_card_with_its_file(
    crew: Crew, pointed: Discord, channel: Channel, ana: Member
) -> None:
    async def animate(interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        card = a_card("working", files=["poster.png"])
        await interaction.edit_original_response(view=card, attachments=[a_file("poster.png")])
        await interaction.edit_original_response(view=a_card("done"), attachments=[])

    await crew.run(animate=animate)
    reply = await ana.command(channel, "animate")
    message = await (await reply.final()).wait_for(lambda one: "done" in one.text)

    assert [len(state.attachments) for state in (*message.revisions, message.now)] == [0, 1, 0]
    assert message.type == 20
    assert pointed.problems == []


async def test_a_first_answer_and_a_followup_may_carry_files(
    crew: Crew, pointed: Discord, channel: Channel, ana: Member
) -> None:
    async def animate(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("one", file=a_file("one.mp4", 10))
        await interaction.followup.send("two", file=a_file("two.mp4", 20))

    await crew.run(animate=animate)
    await ana.command(channel, "animate")
    await channel.wait_for(lambda one: one.content == "two")

    assert [one.attachments[0].size for one in channel.messages] == [10, 20]
    assert pointed.problems == []


@pytest.mark.parametrize("name", ["кошка (1).mp4", "a+b%20c&d.mp4"])
async def test_a_file_of_any_name_can_be_fetched(crew: Crew, channel: Channel, name: str) -> None:
    where = (await a_bot(crew)).get_partial_messageable(channel.id)

    sent = await where.send(file=a_file(name, 30))

    assert len(await sent.attachments[0].read()) == 30


async def test_files_an_edit_does_not_list_vanish(crew: Crew, pointed: Discord, channel: Channel) -> None:
    where = (await a_bot(crew)).get_partial_messageable(channel.id)
    sent = await where.send("two", files=[a_file("a.mp4"), a_file("b.mp4")])
    message = channel.messages[0]

    await sent.edit(content="still two")
    assert [file.filename for file in message.attachments] == ["a.mp4", "b.mp4"]
    await sent.edit(content="one", attachments=[sent.attachments[1], a_file("c.mp4")])

    assert [file.filename for file in message.attachments] == ["b.mp4", "c.mp4"]
    assert [state.content for state in message.revisions] == ["two", "still two"]
    assert pointed.problems == []


async def test_the_new_components_exclude_content_and_cannot_be_given_up(
    crew: Crew, pointed: Discord, channel: Channel
) -> None:
    bot = await a_bot(crew)
    where = bot.get_partial_messageable(channel.id)
    sent = await where.send(view=a_card("card"))

    with pytest.raises(discord.HTTPException) as both:
        await bot.http.request(
            Route("PATCH", f"/channels/{channel.id}/messages/{sent.id}"),
            json={"content": "text"},
        )
    with pytest.raises(discord.HTTPException) as back:
        await bot.http.request(
            Route("PATCH", f"/channels/{channel.id}/messages/{sent.id}"), json={"flags": 0}
        )
    with pytest.raises(discord.HTTPException) as missing:
        await where.send(view=a_card("card", files=["nowhere.mp4"]))

    assert [error.value.code for error in (both, back, missing)] == [50035] * 3
    assert len(pointed.problems) == 3
    assert channel.messages[0].text == "card"


async def test_a_nonce_makes_one_message_for_as_long_as_it_is_remembered(
    crew: Crew, pointed: Discord, channel: Channel
) -> None:
    where = (await a_bot(crew)).get_partial_messageable(channel.id)

    first = await where.send("ready", nonce="job-7")
    again = await where.send("ready", nonce="job-7")
    assert again.id == first.id
    assert channel.messages[0].nonce == "job-7"

    pointed.forget_nonces()
    assert (await where.send("ready", nonce="job-7")).id != first.id
    pointed.nonce_life = -1
    await where.send("ready", nonce="job-7")
    assert len(channel.messages) == 3


async def test_a_nonce_is_not_given_back_when_a_message_is_read_later(crew: Crew, channel: Channel) -> None:
    bot = await a_bot(crew)
    sent = await bot.get_partial_messageable(channel.id).send("ready", nonce="job-7")

    assert sent.nonce == "job-7"
    assert "nonce" not in await bot.http.get_message(channel.id, sent.id)


async def test_only_the_allowed_are_pinged(
    crew: Crew, pointed: Discord, channel: Channel, ana: Member
) -> None:
    eve = pointed.add_member("eve", channel.guild)
    gone = pointed.add_member("gone", channel.guild)
    gone.leave()
    where = (await a_bot(crew)).get_partial_messageable(channel.id)
    text = f"{ana.mention} {eve.mention} {gone.mention} @everyone"

    await where.send(text)
    await where.send(
        text, allowed_mentions=discord.AllowedMentions(users=[discord.Object(ana.id)], everyone=False)
    )
    await where.send(text, allowed_mentions=discord.AllowedMentions.none())

    assert [message.mentions for message in channel.messages] == [{ana.id, eve.id}, {ana.id}, set()]
    assert not any(message.pings.everyone for message in channel.messages)


async def test_a_reply_names_its_message_and_pings_its_author_only_if_asked(
    crew: Crew, pointed: Discord, channel: Channel, ana: Member
) -> None:
    where = (await a_bot(crew)).get_partial_messageable(channel.id)
    post = await ana.post(channel, "please")
    to = discord.MessageReference(message_id=post.id, channel_id=channel.id)

    await where.send("loud", reference=to, mention_author=True)
    await where.send("quiet", reference=to, mention_author=False)
    loud, quiet = channel.messages[1:]

    assert (loud.reference, loud.mentions) == (post.id, {ana.id})
    assert (quiet.reference, quiet.mentions) == (post.id, set())
    assert pointed.problems == []


async def test_a_reply_to_a_deleted_message_fails_only_if_it_must_exist(
    crew: Crew, channel: Channel, ana: Member
) -> None:
    where = (await a_bot(crew)).get_partial_messageable(channel.id)
    post = await ana.post(channel, "please")
    post.delete()
    strict = discord.MessageReference(message_id=post.id, channel_id=channel.id)
    lenient = discord.MessageReference(message_id=post.id, channel_id=channel.id, fail_if_not_exists=False)

    with pytest.raises(discord.HTTPException) as refused:
        await where.send("strict", reference=strict)
    await where.send("lenient", reference=lenient)

    assert refused.value.code == 50035
    assert [(message.text, message.reference) for message in channel.messages] == [("lenient", None)]


async def test_a_file_beyond_the_servers_level_is_too_large(crew: Crew, pointed: Discord) -> None:
    small = pointed.add_guild("Small").add_channel("videos")
    large = pointed.add_guild("Large", premium_tier=2).add_channel("videos")
    bot = await a_bot(crew)

    with pytest.raises(discord.HTTPException) as refused:
        await bot.get_partial_messageable(small.id).send(file=a_file(size=10 * MIB + 1))
    await bot.get_partial_messageable(large.id).send(file=a_file(size=10 * MIB + 1))

    assert (refused.value.status, refused.value.code) == (413, 40005)
    assert small.messages == []
    assert [file.size for file in large.messages[0].attachments] == [10 * MIB + 1]
    assert pointed.problems == []


async def test_nitro_raises_the_limit_of_an_interaction_alone(
    crew: Crew, pointed: Discord, channel: Channel
) -> None:
    rich = pointed.add_member("rich", channel.guild, upload_limit=50 * MIB)

    async def animate(interaction: discord.Interaction) -> None:
        await interaction.response.send_message(str(interaction.filesize_limit))

    await crew.run(animate=animate)
    assert (await (await rich.command(channel, "animate")).final()).text == str(50 * MIB)
    assert channel.upload_limit == 10 * MIB


@pytest.mark.parametrize(
    ("denied", "code"),
    [
        (Permission.VIEW_CHANNEL, 50001),
        (Permission.SEND_MESSAGES, 50013),
        (Permission.ATTACH_FILES, 50013),
    ],
)
async def test_a_denied_permission_keeps_the_bot_from_posting(
    crew: Crew, channel: Channel, denied: Permission, code: int
) -> None:
    where = (await a_bot(crew)).get_partial_messageable(channel.id)
    channel.deny(denied)

    with pytest.raises(discord.Forbidden) as refused:
        await where.send("ready", file=a_file())
    channel.allow(denied)
    await where.send("ready", file=a_file())

    assert refused.value.code == code
    assert len(channel.messages) == 1


async def test_what_is_gone_or_not_ones_own_is_said_to_be(
    crew: Crew, pointed: Discord, channel: Channel, ana: Member
) -> None:
    where = (await a_bot(crew)).get_partial_messageable(channel.id)
    own = await where.send("mine")
    other = where.get_partial_message((await ana.post(channel, "hers")).id)

    codes: list[int] = []
    with pytest.raises(discord.Forbidden) as refused:
        await other.edit(content="mine now")
    codes.append(refused.value.code)
    channel.messages[0].delete()
    with pytest.raises(discord.NotFound) as missing:
        await own.edit(content="again")
    codes.append(missing.value.code)
    channel.delete()
    with pytest.raises(discord.NotFound) as nowhere:
        await where.send("again")
    codes.append(nowhere.value.code)

    assert codes == [50005, 10008, 10003]
    assert pointed.problems == []


async def test_history_is_read_from_where_one_left_off(crew: Crew, channel: Channel) -> None:
    where = (await a_bot(crew)).get_partial_messageable(channel.id)
    posts = [await where.send(str(number)) for number in range(5)]

    after = [one.content async for one in where.history(after=posts[1], limit=2)]
    newest = [one.content async for one in where.history(limit=2)]
    before = [one.content async for one in where.history(before=posts[1])]
    around = [one.content async for one in where.history(around=posts[2], limit=3)]
    channel.deny(Permission.READ_MESSAGE_HISTORY)
    hidden = [one.content async for one in where.history()]

    assert (after, newest, before, around, hidden) == (["2", "3"], ["4", "3"], ["0"], ["3", "2", "1"], [])


async def test_a_direct_message_reaches_its_member_or_is_refused(
    crew: Crew, pointed: Discord, ana: Member
) -> None:
    bot = await a_bot(crew)
    user = await bot.create_dm(discord.Object(ana.id))
    await user.send("hello")
    ana.accepts_dms = False
    with pytest.raises(discord.Forbidden) as refused:
        await user.send("again")

    assert [message.text for message in ana.dm.messages] == ["hello"]
    assert refused.value.code == 50007
    assert pointed.problems == []


async def test_an_address_of_a_file_ends_with_its_signature(
    crew: Crew, pointed: Discord, channel: Channel
) -> None:
    bot = await a_bot(crew)
    sent = await bot.get_partial_messageable(channel.id).send(file=a_file())
    old = sent.attachments[0].url

    async def status(url: str) -> int:
        async with aiohttp.ClientSession() as session, session.get(url) as answer:
            return answer.status

    assert await status(old) == 200
    assert await status(old.replace("hm=", "hm=0")) == 404
    pointed.expire_attachments()
    assert await status(old) == 404
    fresh = await bot.get_partial_messageable(channel.id).fetch_message(sent.id)
    assert await status(fresh.attachments[0].url) == 200
