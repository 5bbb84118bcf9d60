"""What earlier jobs lend, and how a result is taken away, against a Discord of our own."""

from dataclasses import replace

import pytest

from bot.chat.client import Zoetrope
from bot.chat.courier import DiscordCourier
from bot.core.errors import LostError, PassingError, Problem
from bot.core.events import Output, Way
from bot.core.ids import MessageId, new_job_id
from bot.core.job import Job, State
from bot.core.media import MediaFile
from bot.core.source import Place
from bot.sandbox.discord import Channel, Discord, Fault, Limited, Member, Permission
from tests.chat.here import a_carded_job, here


async def delivered(courier: DiscordCourier, job: Job, *files: MediaFile) -> Job:
    """Return the job with its result posted; without files, as links."""
    result_id = await (courier.post(job, files) if files else courier.post_links(job))
    return replace(job, result_id=result_id)


def numbered(file: MediaFile, count: int) -> list[MediaFile]:
    """Return so many files that can be told apart by their bytes."""
    paths = [file.path.with_name(f"{number}{file.suffix}") for number in range(count)]
    for number, path in enumerate(paths):
        path.write_bytes(str(number).encode())
    return [replace(file, path=path) for path in paths]


async def test_a_card_lends_its_pictures_in_their_order_although_their_addresses_have_expired(
    *,
    platform: Discord,
    channel: Channel,
    ana: Member,
    bot: Zoetrope,
    courier: DiscordCourier,
    picture: MediaFile,
) -> None:
    job = await a_carded_job(platform, channel, ana, courier)
    hosted = await courier.host(job, numbered(picture, 10))
    platform.expire_attachments()

    # The order of the names counts, not that of the message.
    fresh = await courier.lent(replace(job, token=None, pictures=hosted[::-1]), Place.CARD)

    assert [await bot.http.get_from_cdn(url) for url in fresh] == [b"%d" % n for n in reversed(range(10))]
    assert not set(fresh) & set(hosted)


async def test_a_result_lends_its_files_and_never_its_list_of_links(
    *,
    platform: Discord,
    channel: Channel,
    ana: Member,
    bot: Zoetrope,
    courier: DiscordCourier,
    video: MediaFile,
) -> None:
    url = "https://playgrounds.runcomfy.net/".ljust(3500, "a")
    job = replace(here(channel, ana, State.READY), way=Way.FITTED, size=20_000_000)
    job = replace(job, outputs=(Output(url, job.outputs[0].kind),))
    fitted = await delivered(courier, job, *numbered(video, 2))
    platform.expire_attachments()

    fresh = await courier.lent(fitted, Place.RESULT)

    assert [await bot.http.get_from_cdn(one) for one in fresh] == [b"0", b"1"]
    linked = await delivered(courier, replace(job, id=new_job_id(), way=Way.LINKED))
    assert await courier.lent(linked, Place.RESULT) == ()


async def test_a_result_that_went_to_its_owner_lends_from_there(
    channel: Channel, ana: Member, bot: Zoetrope, courier: DiscordCourier, video: MediaFile
) -> None:
    channel.deny(Permission.SEND_MESSAGES)
    job = await delivered(courier, here(channel, ana, State.READY), video)
    channel.allow(Permission.SEND_MESSAGES)

    (url,) = await courier.lent(job, Place.RESULT)

    assert channel.history == []
    assert await bot.http.get_from_cdn(url) == b"video"


@pytest.mark.parametrize("place", Place)
async def test_a_message_that_is_gone_lends_nothing(
    *,
    platform: Discord,
    channel: Channel,
    ana: Member,
    courier: DiscordCourier,
    picture: MediaFile,
    video: MediaFile,
    place: Place,
) -> None:
    job = await a_carded_job(platform, channel, ana, courier)
    job = replace(job, pictures=await courier.host(job, [picture]))
    job = await delivered(courier, job, video)
    for message in channel.messages:
        message.delete()
    problem = {Place.CARD: Problem.PICTURE_GONE, Place.RESULT: Problem.NO_SUCH_RESULT}[place]
    for lender in (job, replace(job, card_id=None, result_id=None)):
        with pytest.raises(LostError) as lost:
            await courier.lent(lender, place)
        assert lost.value.reason.problem is problem


async def test_a_card_without_one_of_its_pictures_lends_none_in_its_place(
    platform: Discord, channel: Channel, ana: Member, courier: DiscordCourier, picture: MediaFile
) -> None:
    job = await a_carded_job(platform, channel, ana, courier)
    hosted = await courier.host(job, [picture])
    lender = replace(job, pictures=("https://cdn.discordapp.com/ephemeral-attachments/1/2/a.png", *hosted))

    with pytest.raises(LostError):
        await courier.lent(lender, Place.CARD)


async def test_an_outage_is_no_loss_of_a_message(
    platform: Discord, channel: Channel, ana: Member, courier: DiscordCourier, video: MediaFile
) -> None:
    job = await delivered(courier, here(channel, ana, State.READY), video)
    away = Limited(60, via=False)
    platform.faults.add(Fault("GET", r"/channels/\d+/messages/\d+", away, times=None))
    platform.faults.add(Fault("DELETE", r"/channels/\d+/messages/\d+", away, times=None))

    with pytest.raises(PassingError):
        await courier.lent(job, Place.RESULT)
    with pytest.raises(PassingError):
        await courier.withdraw(job)
    assert len(channel.messages) == 1


async def test_a_result_is_withdrawn_once_and_may_be_gone_already(
    platform: Discord, channel: Channel, ana: Member, courier: DiscordCourier, video: MediaFile
) -> None:
    job = await delivered(courier, await a_carded_job(platform, channel, ana, courier), video)

    await courier.withdraw(job)
    await courier.withdraw(job)

    assert [message.id for message in channel.messages] == [job.card_id]


async def test_a_result_that_went_to_its_owner_is_withdrawn_there(
    channel: Channel, ana: Member, courier: DiscordCourier, video: MediaFile
) -> None:
    channel.deny(Permission.SEND_MESSAGES)
    job = await delivered(courier, here(channel, ana, State.READY), video)
    channel.deny(Permission.VIEW_CHANNEL)

    await courier.withdraw(job)

    assert ana.dm.messages == []


async def test_a_result_in_a_closed_channel_is_not_said_to_be_withdrawn(
    channel: Channel, ana: Member, courier: DiscordCourier, video: MediaFile
) -> None:
    job = await delivered(courier, here(channel, ana, State.READY), video)
    channel.deny(Permission.VIEW_CHANNEL)

    with pytest.raises(LostError):
        await courier.withdraw(job)
    assert len(channel.messages) == 1


async def test_nothing_is_withdrawn_of_a_job_without_a_result(
    platform: Discord, channel: Channel, ana: Member, courier: DiscordCourier
) -> None:
    job = here(channel, ana, State.FAILED)
    await courier.withdraw(job)
    assert [call for call in platform.log if call.method == "DELETE"] == []
    await courier.withdraw(replace(job, result_id=MessageId(1)))
    assert [call.method for call in platform.log].count("DELETE") > 0
