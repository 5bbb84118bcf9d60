"""What the stand-in refuses: broken requests of a bot, and what no real client would send."""

import discord
import pytest
from discord import app_commands
from discord.http import Route

from bot.sandbox.discord import MIB, Channel, ClientRefusal, Discord, Member, Permission, Upload
from bot.sandbox.discord.command_rules import command_faults
from bot.sandbox.discord.options import Value
from bot.sandbox.discord.wire import Command, Option
from tests.conftest import OPENAPI
from tests.sandbox.discord.crew import Bot, Crew, Press, a_picture


async def nothing(interaction: Press) -> None: ...


async def send(bot: Bot, channel: Channel, **body: object) -> None:
    await bot.http.request(Route("POST", f"/channels/{channel.id}/messages"), json=body)


@pytest.mark.skipif(not OPENAPI.exists(), reason="Discord's OpenAPI file is not beside this checkout")
async def test_what_the_openapi_file_forbids_is_refused_and_recorded(
    crew: Crew, pointed: Discord, channel: Channel
) -> None:
    bot = await crew.run(nothing=nothing)

    with pytest.raises(discord.HTTPException) as refused:
        await send(bot, channel, content="ready", embeds=[{"title": "x" * 257}])

    assert (refused.value.status, refused.value.code) == (400, 50035)
    assert len(pointed.problems) == 1
    assert "/embeds/0/title" in pointed.problems[0]
    assert pointed.log[-1].problems == pointed.problems
    assert channel.messages == []


@pytest.mark.parametrize(
    "body",
    [
        {"contnet": "ready"},
        {"content": "x" * 2001},
        {"content": ""},
        {"content": "ready", "flags": 1 << 15, "components": [{"type": 10, "content": "ready"}]},
        {"content": "ready", "components": [{"type": 10, "content": "no flag"}]},
        {"flags": 1 << 15, "components": [{"type": 10, "content": "x" * 2001}] * 2},
        {"flags": 1 << 15, "components": [{"type": 14}] * 41},
        {"content": "ready", "attachments": [{"id": "0", "filename": "never-sent.mp4"}]},
        {
            "content": "ready",
            "components": [
                {"type": 1, "components": [{"type": 2, "style": 4, "label": "A", "custom_id": "a"}] * 2}
            ],
        },
        {"content": "ready", "nonce": "x" * 26},
    ],
)
@pytest.mark.parametrize(
    "description", [OPENAPI if OPENAPI.exists() else None, None], ids=["described", "bare"]
)
async def test_a_broken_message_is_refused_with_and_without_the_openapi_file(
    crew: Crew, pointed: Discord, channel: Channel, body: dict[str, object]
) -> None:
    bot = await crew.run(nothing=nothing)

    with pytest.raises(discord.HTTPException) as refused:
        await send(bot, channel, **body)

    assert refused.value.status == 400
    assert pointed.problems
    assert channel.messages == []


async def test_an_unknown_route_is_a_problem(crew: Crew, pointed: Discord) -> None:
    bot = await crew.run(nothing=nothing)
    with pytest.raises(discord.NotFound):
        await bot.http.request(Route("POST", "/guilds/1/prune"))

    assert len(pointed.problems) == 1
    assert pointed.log[-1].token == "bot"


@pytest.mark.parametrize(
    ("commands", "fault"),
    [
        ([Command(name="Animate", description="x")], "lower-case"),
        ([Command(name="animate")], "no description"),
        ([Command(name="animate", description="x")] * 2, "2 times"),
        (
            [
                Command(
                    name="animate",
                    description="x",
                    options=(
                        Option(type=3, name="a", description="x"),
                        Option(type=3, name="b", description="x", required=True),
                    ),
                )
            ],
            "required options come first",
        ),
        ([Command(name="animate", description="x" * 8001)], "8000"),
    ],
)
def test_commands_that_discord_would_not_register(commands: list[Command], fault: str) -> None:
    assert [fault in found for found in command_faults(commands)] == [True]


async def a_studio(crew: Crew) -> None:
    bot = crew.make()

    @bot.tree.command(description="Animate a picture")
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    async def admin(interaction: Press) -> None:
        await interaction.response.send_message("ok")

    @bot.tree.command(description="Animate a picture")
    @app_commands.choices(size=[app_commands.Choice(name="Large", value="1080p")])
    async def animate(
        interaction: Press,
        prompt: app_commands.Range[str, 1, 20],
        image: discord.Attachment,
        size: str = "720p",
        seconds: app_commands.Range[int, 2, 12] = 5,
    ) -> None:
        await interaction.response.send_message(f"{prompt} {image.filename} {size} {seconds}")

    await crew.start(bot)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"prompt": "a cat"}, "image is required"),
        ({"prompt": "x" * 21}, "at most 20"),
        ({"prompt": ""}, "at least 1"),
        ({"prompt": 7}, "takes type 3"),
        ({"size": "Huge"}, "not one of"),
        ({"seconds": 13}, "above 12"),
        ({"seconds": 1}, "below 2"),
        ({"colour": "red"}, "no option colour"),
        ({"image": Upload(b"0" * (10 * MIB + 1), "cat.png")}, "may upload"),
    ],
)
async def test_the_client_does_not_send_what_the_command_does_not_allow(
    crew: Crew, channel: Channel, ana: Member, values: dict[str, Value], reason: str
) -> None:
    await a_studio(crew)
    filled: dict[str, Value] = {"prompt": "a cat", **values}
    if "required" not in reason:
        filled.setdefault("image", a_picture())

    with pytest.raises(ClientRefusal, match=reason):
        await ana.command(channel, "animate", checked=True, **filled)
    assert channel.world.interactions == {}


async def test_an_old_client_sends_it_all_the_same(
    crew: Crew, pointed: Discord, channel: Channel, ana: Member
) -> None:
    await a_studio(crew)
    reply = await ana.command(
        channel, "animate", checked=False, prompt="x" * 30, image=a_picture(), seconds=99
    )

    assert len(pointed.interactions) == 1
    assert reply.data["name"] == "animate"


async def test_a_command_is_offered_only_where_and_to_whom_it_is_meant(
    crew: Crew, pointed: Discord, channel: Channel, ana: Member
) -> None:
    await a_studio(crew)
    chief = pointed.add_member("chief", channel.guild, permissions=Permission.MANAGE_GUILD)

    with pytest.raises(ClientRefusal, match="hidden"):
        await ana.command(channel, "admin")
    with pytest.raises(ClientRefusal, match="not offered"):
        await chief.command(chief.dm, "admin")
    with pytest.raises(ClientRefusal, match="offers no"):
        await ana.command(channel, "unheard-of")
    assert (await (await chief.command(channel, "admin")).final()).text == "ok"
