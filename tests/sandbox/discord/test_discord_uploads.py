"""How large a file may be: by the server's level, as the bot is told, and as Discord decides on a bad day."""

import io
from pathlib import Path

import discord
import pytest

from bot.sandbox.discord import MIB, Channel, Discord, Guild, Member, Upload
from tests.sandbox.discord.crew import Bot, Crew, Press


def a_file(size: int) -> discord.File:
    return discord.File(io.BytesIO(b"v" * size), "video.mp4")


async def a_bot(crew: Crew) -> Bot:
    async def animate(interaction: Press) -> None:
        await interaction.response.send_message(str(interaction.filesize_limit))

    return await crew.run(animate=animate)


def files_in(platform: Discord) -> list[Path]:
    return list(platform.cdn.folder.iterdir())


async def test_a_bot_is_told_the_servers_level_and_every_change_of_it(
    crew: Crew, pointed: Discord, ana: Member
) -> None:
    large = pointed.add_guild("Large", premium_tier=2)
    where = large.add_channel("videos")
    bot = await a_bot(crew)
    told = bot.get_guild(large.id)
    assert told is not None
    assert told.filesize_limit == where.upload_limit == 50 * MIB

    update = bot.wait_for("guild_update", timeout=5)
    where.upload_limit = 100 * MIB
    await update
    assert told.filesize_limit == where.upload_limit == 100 * MIB
    assert bot.get_channel(where.id) is not None
    large.boost(0)

    assert (await (await ana.command(where, "animate")).final()).text == str(10 * MIB)
    assert told.filesize_limit == where.upload_limit == 10 * MIB
    with pytest.raises(ValueError, match="25"):
        where.upload_limit = 25


@pytest.mark.parametrize(("html", "code"), [(False, 40005), (True, 0)])
async def test_discord_may_refuse_what_the_level_allows(
    crew: Crew, pointed: Discord, guild: Guild, channel: Channel, *, html: bool, code: int
) -> None:
    guild.boost(3)
    where = (await a_bot(crew)).get_partial_messageable(channel.id)
    ceiling = pointed.refuse_files(1000, html=html, times=2)

    await where.send(file=a_file(1000))
    for _ in range(2):
        with pytest.raises(discord.HTTPException) as refused:
            await where.send(file=a_file(1001))
        assert (refused.value.status, refused.value.code) == (413, code)
    await where.send(file=a_file(1001))

    assert ceiling.fired == 2
    assert [call.files for call in ceiling.struck] == [(1001,), (1001,)]
    assert [call.status for call in ceiling.struck] == [413, 413]
    assert [message.attachments[0].size for message in channel.messages] == [1000, 1001]
    assert pointed.problems == []


async def test_what_was_refused_is_not_kept(crew: Crew, pointed: Discord, channel: Channel) -> None:
    where = (await a_bot(crew)).get_partial_messageable(channel.id)

    with pytest.raises(discord.HTTPException):
        await where.send(file=a_file(10 * MIB + 1))
    with pytest.raises(discord.HTTPException):
        await where.send("x" * 2001, file=a_file(10))
    pointed.refuse_files(5)
    with pytest.raises(discord.HTTPException):
        await where.send(file=a_file(10))

    assert files_in(pointed) == []


async def test_closing_leaves_no_file_behind(tmp_path: Path) -> None:
    async with Discord() as platform:
        guild = platform.add_guild("Studio")
        ana = platform.add_member("ana", guild)
        path = tmp_path / "picture.png"
        path.write_bytes(b"not much")
        await ana.post(guild.add_channel("animations"), "", Upload(path, "picture.png"))
        folder = platform.cdn.folder
        assert len(files_in(platform)) == 1
    assert not folder.exists()
