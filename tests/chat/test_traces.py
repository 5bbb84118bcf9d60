"""What was posted and whose id was lost is found again, and nothing else is taken for it."""

import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.chat import cards
from bot.chat.courier import DiscordCourier
from bot.core.errors import LostError, Problem
from bot.core.events import Output, Way
from bot.core.ids import new_job_id
from bot.core.job import Job, State
from bot.core.media import MediaFile
from bot.core.models import Kind
from bot.sandbox.discord import Channel, Discord, Interaction, Member, Permission
from bot.sandbox.discord.snowflake import Snowflakes
from tests.chat.here import COMPONENTS_V2, EPHEMERAL, answer, here


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


@pytest.mark.parametrize("ahead", [timedelta(hours=1), -timedelta(hours=1), -timedelta(days=56 * 365)])
async def test_a_result_is_found_whatever_our_clock_said_when_it_was_posted(
    channel: Channel, ana: Member, courier: DiscordCourier, video: MediaFile, ahead: timedelta
) -> None:
    for number in range(10):
        await ana.post(channel, f"talk {number}")
    asked = await ana.command(channel, "seedance-fast", checked=False)
    job = here(channel, ana, State.READY, asked)
    posted = await courier.post(job, [video])
    assert job.posting_at is not None
    assert await courier.find_post(replace(job, posting_at=job.posting_at + ahead)) == posted


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
    channel: Channel, ana: Member, courier: DiscordCourier
) -> None:
    url = "https://playgrounds.runcomfy.net/".ljust(3000, "a")
    job = replace(here(channel, ana, State.READY), outputs=(Output(url, Kind.VIDEO),))
    posted = await courier.post_links(job)

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
    if alive:
        return
    job, asked = await a_case()
    assert not await found(job, {"content": f"job {job.id}"}, asked)
    job, asked = await a_case()
    other = cards.card(replace(job, id=new_job_id()), ()).to_components()
    assert not await found(job, {"flags": COMPONENTS_V2, "components": other}, asked)


async def test_a_public_answer_that_is_not_the_card_can_only_be_another_process_s(
    platform: Discord, channel: Channel, ana: Member, courier: DiscordCourier
) -> None:
    asked = await ana.command(channel, "seedance-fast", checked=False)
    job = here(channel, ana, State.PREPARING, asked)
    other = cards.card(replace(job, id=new_job_id()), ()).to_components()
    await answer(platform, asked, {"flags": COMPONENTS_V2, "components": other})
    with pytest.raises(LostError) as lost:
        await courier.find_card(job)
    assert lost.value.reason.problem is Problem.ANSWERED_BY_ANOTHER


async def test_a_card_is_found_in_the_channel_where_its_token_has_died_early(
    platform: Discord, channel: Channel, ana: Member, courier: DiscordCourier
) -> None:
    asked = await ana.command(channel, "seedance-fast", checked=False)
    job = here(channel, ana, State.PREPARING, asked)
    card = {"flags": COMPONENTS_V2, "components": cards.card(job, ()).to_components()}
    await answer(platform, asked, card)
    platform.expire_tokens()
    assert asked.message is not None
    assert await courier.find_card(job) == asked.message.id


async def test_a_result_is_never_taken_for_the_card(
    channel: Channel, ana: Member, courier: DiscordCourier, video: MediaFile
) -> None:
    job = here(channel, ana, State.READY)
    await courier.post(job, [video])

    assert await courier.find_card(job) is None


@pytest.mark.parametrize("way", Way)
@pytest.mark.parametrize("spoiler", [False, True])
async def test_a_result_of_every_way_is_found_again(
    channel: Channel, ana: Member, courier: DiscordCourier, video: MediaFile, way: Way, *, spoiler: bool
) -> None:
    job = replace(here(channel, ana, State.READY), way=way, room=10_000_000, size=20_000_000)
    job = replace(job, spoiler=spoiler)
    posted = await (courier.post_links(job) if way is Way.LINKED else courier.post(job, [video]))

    assert await courier.find_post(job) == posted
    assert await courier.find_post(replace(job, id=new_job_id(), outputs=())) is None
