"""The gateway: sessions, lost connections, restarts, and who is let in."""

import asyncio

import aiohttp
import discord
import pytest

from bot.sandbox.discord import Channel, Discord, Member, Permission
from tests.sandbox.discord.crew import Crew, Press


async def hello(interaction: Press) -> None:
    await interaction.response.send_message("hello")


@pytest.mark.parametrize("politely", [True, False])
async def test_what_happens_during_a_lost_connection_is_told_after_the_resume(
    crew: Crew, pointed: Discord, channel: Channel, ana: Member, politely: bool
) -> None:
    await crew.run(hello=hello)

    await pointed.drop_gateway(politely=politely)
    reply = await ana.command(channel, "hello")

    assert (await reply.final()).text == "hello"
    assert (pointed.gateway.identified, pointed.gateway.resumed) == (1, 1)
    assert reply.deliveries == 1


async def test_a_forgotten_session_is_invalid_and_identifies_anew(
    crew: Crew, pointed: Discord, channel: Channel, ana: Member
) -> None:
    await crew.run(hello=hello)

    await pointed.drop_gateway(resume=False)
    lost = await ana.command(channel, "hello")
    await pointed.bell.until(lambda: pointed.gateway.identified > 1 or None, timeout=5, what="an identify")
    reply = await ana.command(channel, "hello")

    assert (await reply.final()).text == "hello"
    assert pointed.gateway.resumed == 0
    assert lost.answered_at is None


async def test_everything_is_still_there_for_a_bot_that_starts_again(
    crew: Crew, pointed: Discord, channel: Channel, ana: Member
) -> None:
    await crew.run(hello=hello)
    before = await (await ana.command(channel, "hello")).final()
    await crew.stop()
    lost = await ana.command(channel, "hello")

    bot = await crew.run(hello=hello)
    await bot.get_partial_messageable(channel.id).get_partial_message(before.id).edit(content="hello again")
    after = await (await ana.command(channel, "hello")).final()

    assert [message.text for message in channel.messages] == ["hello again", "hello"]
    assert channel.messages == [before, after]
    assert lost.answered_at is None
    assert pointed.registrations == 2


async def test_a_connection_may_be_lost_before_its_session_begins(pointed: Discord) -> None:
    pointed.gateway.unready = 1
    identify = {"op": 2, "d": {"token": pointed.token, "intents": 1}}
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(pointed.gateway_url) as socket:
            await socket.receive_json()
            await socket.send_json(identify)
            assert (await socket.receive()).data == 4000
        async with session.ws_connect(pointed.gateway_url) as socket:
            await socket.receive_json()
            await socket.send_json(identify)
            assert (await socket.receive_json())["t"] == "READY"
    assert (pointed.gateway.unready, pointed.gateway.identified) == (0, 1)


async def test_a_wrong_token_is_let_in_nowhere(pointed: Discord) -> None:
    client = discord.Client(intents=discord.Intents.none())
    async with client:
        with pytest.raises(discord.LoginFailure):
            await client.login("wrong")
    async with aiohttp.ClientSession() as session, session.ws_connect(pointed.gateway_url) as socket:
        assert (await socket.receive_json())["op"] == 10
        await socket.send_json({"op": 2, "d": {"token": "wrong", "intents": 1}})
        assert (await socket.receive()).data == 4004
    assert ["401" in problem for problem in pointed.problems] == [True]


@pytest.mark.parametrize(
    ("packets", "code"),
    [
        (["nonsense"], 4002),
        ([{"op": 99}], 4003),
        ([{"op": 2, "d": {"token": "{token}", "intents": 1, "shard": [2, 2]}}], 4010),
        ([{"op": 2, "d": {"token": "{token}", "intents": 1 << 15}}], 4014),
        ([{"op": 2, "d": {"token": "{token}", "intents": 1}}] * 2, 4005),
    ],
)
async def test_a_broken_protocol_closes_the_connection(
    pointed: Discord, packets: list[dict[str, object]], code: int
) -> None:
    async with aiohttp.ClientSession() as session, session.ws_connect(pointed.gateway_url) as socket:
        await socket.receive_json()
        for packet in packets:
            text = str(packet).replace("'", '"').replace("{token}", pointed.token)
            await socket.send_str(text)
        async with asyncio.timeout(5):
            while (message := await socket.receive()).type is aiohttp.WSMsgType.TEXT:
                pass
        assert message.data == code


async def test_a_guild_and_a_channel_made_later_are_announced(crew: Crew, pointed: Discord) -> None:
    bot = await crew.run(hello=hello)
    told: asyncio.Queue[int] = asyncio.Queue()

    @bot.listen("on_guild_join")
    async def joined(guild: discord.Guild) -> None:
        told.put_nowait(guild.filesize_limit)

    @bot.listen("on_guild_channel_create")
    async def made(channel: discord.abc.GuildChannel) -> None:
        told.put_nowait(channel.id)

    @bot.listen("on_guild_channel_update")
    async def changed(_: discord.abc.GuildChannel, channel: discord.abc.GuildChannel) -> None:
        told.put_nowait(channel.permissions_for(channel.guild.me).value)

    late = pointed.add_guild("Late", premium_tier=2)
    channel = late.add_channel("videos")
    channel.deny(Permission.ATTACH_FILES)

    heard = [await asyncio.wait_for(told.get(), 5) for _ in range(3)]
    assert heard == [late.upload_limit, channel.id, int(channel.bot_permissions)]


async def test_a_token_that_is_replaced_opens_nothing_any_more_which_is_nobodys_mistake(
    pointed: Discord, channel: Channel
) -> None:
    before = {"Authorization": f"Bot {pointed.token}"}
    url = f"{pointed.api_url}/channels/{channel.id}"
    async with aiohttp.ClientSession() as session, session.ws_connect(pointed.gateway_url) as socket:
        await socket.receive_json()
        await pointed.revoke_token(gateway=False)
        async with session.get(url, headers=before) as refused:
            assert refused.status == 401
        async with session.get(url, headers={"Authorization": f"Bot {pointed.token}"}) as taken:
            assert taken.status == 200
        assert not socket.closed
        await pointed.revoke_token()
        assert (await socket.receive()).data == 4004
    assert pointed.problems == []
