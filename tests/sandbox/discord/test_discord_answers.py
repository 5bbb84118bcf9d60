"""The stand-in's own answers, checked against Discord's OpenAPI file, and threads and guilds that go away."""

import aiohttp
import discord
import pytest

from bot.sandbox.discord import Channel, Discord, Member, Permission
from bot.sandbox.discord.openapi import openapi
from tests.conftest import OPENAPI
from tests.sandbox.discord.crew import Crew, Press, a_picture

described = pytest.mark.skipif(
    not OPENAPI.exists(), reason="Discord's OpenAPI file is not beside this checkout"
)


async def nothing(interaction: Press) -> None: ...


class Asker:
    """Asks the API and returns what the description does not expect in the answers."""

    def __init__(self, platform: Discord) -> None:
        self._platform = platform

    async def ask(self, method: str, template: str, *, json: object = None, **path: object) -> list[str]:
        url = self._platform.api_url + template.format(**path)
        headers = {} if "token" in template else {"Authorization": f"Bot {self._platform.token}"}
        async with aiohttp.request(method, url, json=json, headers=headers) as answer:
            assert answer.status == 200, await answer.text()
            assert answer.headers["Content-Type"] == "application/json"
            return openapi(OPENAPI).answer_faults(method, template, await answer.read())


CARD = [
    {
        "type": 17,
        "components": [
            {
                "type": 9,
                "components": [{"type": 10, "content": "hi"}],
                "accessory": {"type": 11, "media": {"url": "https://x.example/a.png"}},
            },
            {"type": 12, "items": [{"media": {"url": "https://x.example/a.png"}}]},
            {"type": 14},
            {"type": 1, "components": [{"type": 2, "style": 4, "label": "Cancel", "custom_id": "a"}]},
        ],
    }
]


@described
async def test_answers_about_the_bot_are_as_described(crew: Crew, pointed: Discord) -> None:
    bot = await crew.run(nothing=nothing)
    asker = Asker(pointed)

    assert await asker.ask("GET", "/users/@me") == []
    assert await asker.ask("GET", "/gateway/bot") == []
    assert await asker.ask("GET", "/applications/@me") == []
    commands = "/applications/{application_id}/commands"
    assert await asker.ask("GET", commands, application_id=bot.application_id) == []


@described
async def test_answers_about_messages_are_as_described(
    pointed: Discord, channel: Channel, ana: Member
) -> None:
    asker, where = Asker(pointed), {"channel_id": channel.id}
    post = await ana.post(channel, f"look {ana.mention}", a_picture())

    assert await asker.ask("GET", "/channels/{channel_id}", **where) == []
    assert await asker.ask("GET", "/channels/{channel_id}", channel_id=ana.dm.id) == []
    messages = "/channels/{channel_id}/messages"
    assert await asker.ask("POST", messages, json={"flags": 1 << 15, "components": CARD}, **where) == []
    reply = {"content": ana.mention, "message_reference": {"message_id": str(post.id)}, "nonce": "job-7"}
    assert await asker.ask("POST", messages, json=reply, **where) == []
    assert await asker.ask("GET", messages, **where) == []
    assert pointed.problems == []


@described
@pytest.mark.parametrize(
    "callback",
    [
        {"type": 4, "data": {"content": "hello", "flags": 64}},
        {"type": 4, "data": {"flags": 1 << 15, "components": CARD}},
        {"type": 5},
        {
            "type": 9,
            "data": {"custom_id": "form", "title": "Form", "components": [{"type": 10, "content": "hi"}]},
        },
    ],
)
async def test_answers_to_interactions_are_as_described(
    crew: Crew, pointed: Discord, channel: Channel, ana: Member, callback: dict[str, object]
) -> None:
    await crew.run(nothing=nothing)
    reply = await ana.command(channel, "nothing")

    template = "/interactions/{interaction_id}/{interaction_token}/callback"
    url = pointed.api_url + template.format(interaction_id=reply.id, interaction_token=reply.token)
    async with aiohttp.request("POST", url, json=callback, params={"with_response": "1"}) as answer:
        assert openapi(OPENAPI).answer_faults("POST", template, await answer.read()) == []
    assert pointed.problems == []


async def test_a_thread_asks_for_its_own_permission(crew: Crew, channel: Channel, ana: Member) -> None:
    thread = channel.add_thread("details")

    async def where(interaction: Press) -> None:
        assert isinstance(interaction.channel, discord.Thread)
        await interaction.response.send_message(f"{interaction.channel.name} in {interaction.channel.parent}")

    bot = await crew.run(where=where)
    assert (await (await ana.command(thread, "where")).final()).text == "details in animations"
    thread.deny(Permission.SEND_MESSAGES_IN_THREADS)
    with pytest.raises(discord.Forbidden):
        await bot.get_partial_messageable(thread.id).send("no")


@pytest.mark.parametrize(("gone", "code"), [("kick_bot", 50001), ("delete", 10003)])
async def test_a_guild_that_is_gone_takes_its_channels_along(
    crew: Crew, pointed: Discord, channel: Channel, gone: str, code: int
) -> None:
    bot = await crew.run(nothing=nothing)
    assert channel.guild is not None
    channel.guild.kick_bot() if gone == "kick_bot" else channel.guild.delete()

    with pytest.raises(discord.HTTPException) as refused:
        await bot.get_partial_messageable(channel.id).send("hello")

    assert refused.value.code == code
    await pointed.bell.until(lambda: not bot.guilds or None, timeout=5, what="the guild's end")
