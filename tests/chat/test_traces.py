"""What was posted and whose id was lost is found again, and nothing else is taken for it."""

import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.chat import cards
from bot.chat.client import Zoetrope
from bot.chat.courier import DiscordCourier
from bot.chat.places import Places
from bot.clock import SystemClock
from bot.core.events import Output
from bot.core.ids import ChannelId, GuildId, InteractionId, UserId, new_job_id
from bot.core.job import Job, State, Token
from bot.core.media import MediaFile
from bot.core.models import Kind
from bot.sandbox.discord import Channel, Discord, Interaction, Member, Permission
from bot.sandbox.discord.snowflake import Snowflakes
from tests.builders import a_job

EPHEMERAL, COMPONENTS_V2 = 1 << 6, 1 << 15


@pytest.fixture
def courier(bot: Zoetrope) -> DiscordCourier:
    return DiscordCourier(Places(bot, SystemClock()))


@pytest.fixture
def video(tmp_path: Path) -> MediaFile:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"video")
    return MediaFile(path, Kind.VIDEO, ".mp4", 5, 640, 480, 5.0)


def here(channel: Channel, owner: Member, state: State, interaction: Interaction | None = None) -> Job:
    """Return a job of a member in a channel, whose last message was begun now."""
    assert channel.guild is not None
    now = datetime.now(UTC)
    job = a_job(
        state,
        owner_id=UserId(owner.id),
        guild_id=GuildId(channel.guild.id),
        channel_id=ChannelId(channel.id),
        interaction_id=InteractionId(interaction.id if interaction else 1),
        accepted_at=now - timedelta(hours=1),
        token=Token(interaction.token, now + timedelta(minutes=10)) if interaction else None,
    )
    return replace(job, posting_at=now, card_id=None)


async def test_a_result_is_found_behind_more_messages_than_are_ever_read(
    platform: Discord, channel: Channel, ana: Member, courier: DiscordCourier, video: MediaFile
) -> None:
    platform.snowflakes = Snowflakes(lambda: time.time() - 3000)
    for number in range(2100):
        await ana.post(channel, f"talk {number}")
    platform.snowflakes = Snowflakes(time.time)
    job = here(channel, ana, State.READY)
    posted = await courier.post(job, [video])

    assert await courier.find_post(job) == posted


async def test_a_result_that_went_to_the_owner_is_found_there_though_the_channel_can_be_read(
    channel: Channel, ana: Member, courier: DiscordCourier, video: MediaFile
) -> None:
    channel.deny(Permission.SEND_MESSAGES)
    job = here(channel, ana, State.READY)
    posted = await courier.post(job, [video])

    assert [message.id for message in ana.dm.messages] == [posted]
    assert ana.dm.messages[0].text.startswith("I could no longer post in the channel where you asked")
    assert await courier.find_post(job) == posted


async def test_a_list_of_links_is_attached_where_they_find_no_room_and_is_found_again(
    channel: Channel, ana: Member, courier: DiscordCourier, video: MediaFile
) -> None:
    url = "https://playgrounds.runcomfy.net/".ljust(3000, "a")
    job = replace(here(channel, ana, State.READY), outputs=(Output(url, Kind.VIDEO),))
    posted = await courier.post(job, [replace(video, size=11 * 2**20)])

    (message,) = channel.messages
    assert [file.path.read_text(encoding="utf-8") for file in message.attachments] == [url]
    assert message.mentions == {ana.id}
    assert await courier.find_post(job) == posted


async def test_an_ending_is_told_from_a_result(
    channel: Channel, ana: Member, courier: DiscordCourier, video: MediaFile
) -> None:
    ready, failed = here(channel, ana, State.READY), here(channel, ana, State.FAILED)
    failed = replace(failed, id=ready.id)
    assert await courier.find_post(ready) is None
    ending = await courier.post_ending(failed)
    assert await courier.find_post(ready) is None
    assert await courier.find_post(failed) == ending
    result = await courier.post(ready, [video])
    assert await courier.find_post(ready) == result


async def answer(platform: Discord, asked: Interaction, body: Mapping[str, object]) -> None:
    """Give an interaction its first answer, whatever it is."""
    url = f"{platform.api_url}/interactions/{asked.id}/{asked.token}/callback"
    async with aiohttp.ClientSession() as session, session.post(url, json={"type": 4, "data": body}) as done:
        assert done.status == 204


@pytest.mark.parametrize("alive", [True, False], ids=["by its token", "in the channel"])
async def test_only_a_public_card_of_the_job_is_adopted(
    platform: Discord, channel: Channel, ana: Member, courier: DiscordCourier, *, alive: bool
) -> None:
    async def found(job: Job, body: Mapping[str, object], asked: Interaction) -> bool:
        await answer(platform, asked, body)
        wanted = job if alive else replace(job, token=None)
        card_id = await courier.find_card(wanted)
        assert card_id is None or (asked.message is not None and card_id == asked.message.id)
        return card_id is not None

    async def a_case() -> tuple[Job, Interaction]:
        asked = await ana.command(channel, "seedance-fast", checked=False)
        return here(channel, ana, State.PREPARING, asked), asked

    job, asked = await a_case()
    card = {"flags": COMPONENTS_V2, "components": cards.card(job, ()).to_components()}
    assert await found(job, card, asked)
    job, asked = await a_case()
    card = {"flags": COMPONENTS_V2 | EPHEMERAL, "components": cards.card(job, ()).to_components()}
    assert not await found(job, card, asked)
    job, asked = await a_case()
    assert not await found(job, {"content": f"job {job.id}"}, asked)
    job, asked = await a_case()
    other = cards.card(replace(job, id=new_job_id()), ()).to_components()
    assert not await found(job, {"flags": COMPONENTS_V2, "components": other}, asked)


async def test_pictures_are_renewed_from_the_card_and_sources_are_left_alone(
    channel: Channel, ana: Member, courier: DiscordCourier, bot: Zoetrope, video: MediaFile
) -> None:
    source = "https://cdn.discordapp.com/ephemeral-attachments/1/2/picture-2.png?ex=1"
    job = here(channel, ana, State.PREPARING)
    first = replace(job.sources[0], url=source)
    job = replace(job, sources=(first, first))
    blank = await bot.get_partial_messageable(channel.id).send(view=cards.card(job, ()))
    job = replace(job, card_id=blank.id)
    heavy, light = replace(video, size=2**40, suffix=".png"), replace(video, suffix=".png")

    hosted = await courier.host(job, [heavy, light])
    job = replace(job, pictures=hosted)
    await courier.show(job)
    renewed = await courier.renew(job)

    assert hosted[0] == renewed[0] == source
    assert await bot.http.get_from_cdn(renewed[1]) == b"video"
    assert [file.filename for file in channel.messages[0].attachments] == ["picture-2.png"]
