"""The courier against a Discord of our own: the card's files, the private question, what does not fit."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest

from bot.chat.client import Zoetrope
from bot.chat.courier import DiscordCourier
from bot.chat.places import Places
from bot.clock import SystemClock
from bot.core import events as ev
from bot.core.errors import LostError, PassingError, Problem, Reason, TooLargeError
from bot.core.events import Way
from bot.core.ids import GuildId, MessageId
from bot.core.job import Job, State, Token, apply
from bot.core.media import MediaFile
from bot.core.mending import Framing
from bot.sandbox.discord import Channel, Discord, Fault, Guild, Member, Status
from bot.sandbox.discord.wire import walk
from tests.builders import NOON
from tests.chat.here import a_carded_job, here

SHAPE = Reason(Problem.PICTURE_ASPECT, {"filename": "wide.png", "aspect": 3.2, "low": 0.4, "high": 2.5})


async def hosting(courier: DiscordCourier, job: Job, files: Sequence[MediaFile]) -> Job:
    return replace(job, pictures=await courier.host(job, files))


@pytest.mark.parametrize("alive", [True, False], ids=["by its token", "by the bot's own"])
async def test_pictures_stay_on_the_card_and_their_addresses_are_renewed(
    *,
    platform: Discord,
    channel: Channel,
    ana: Member,
    bot: Zoetrope,
    courier: DiscordCourier,
    picture: MediaFile,
    alive: bool,
) -> None:
    job = await a_carded_job(platform, channel, ana, courier, alive=alive)
    job = await hosting(courier, job, [picture, picture])
    await courier.show(job)
    platform.expire_attachments()
    renewed = await courier.renew(job)

    assert [file.filename for file in channel.messages[0].attachments] == ["picture-1.png", "picture-2.png"]
    assert [await bot.http.get_from_cdn(url) for url in renewed] == [b"picture", b"picture"]


@pytest.mark.parametrize("refusal", [Status(413), Status(400, 40005), Status(413, 40005)])
@pytest.mark.parametrize("alive", [True, False], ids=["by its token", "by the bot's own"])
async def test_a_card_is_as_it_was_where_discord_does_not_take_its_pictures(
    *,
    platform: Discord,
    channel: Channel,
    ana: Member,
    courier: DiscordCourier,
    picture: MediaFile,
    refusal: Status,
    alive: bool,
) -> None:
    job = await a_carded_job(platform, channel, ana, courier, alive=alive)
    before = channel.messages[0].now
    fault = platform.faults.add(Fault("PATCH", r"/.*/messages/\d+", refusal, times=None))

    with pytest.raises(TooLargeError):
        await courier.host(job, [picture])

    assert fault.fired == 1
    assert channel.messages[0].now is before


async def test_a_picture_over_the_true_limit_is_too_large_for_the_card(
    platform: Discord, channel: Channel, ana: Member, courier: DiscordCourier, picture: MediaFile
) -> None:
    job = await a_carded_job(platform, channel, ana, courier)
    picture.path.write_bytes(bytes(channel.upload_limit + 1))
    before = channel.messages[0].now

    with pytest.raises(TooLargeError):
        await courier.host(job, [picture])

    assert channel.messages[0].now is before


@pytest.mark.parametrize("way", [Way.WHOLE, Way.FITTED])
async def test_nothing_is_posted_where_discord_does_not_take_the_files(
    *,
    platform: Discord,
    channel: Channel,
    ana: Member,
    courier: DiscordCourier,
    video: MediaFile,
    way: Way,
) -> None:
    job = replace(here(channel, ana, State.READY), way=way, size=20_000_000, room=10_000_000)
    video.path.write_bytes(bytes(channel.upload_limit + 1))

    with pytest.raises(TooLargeError):
        await courier.post(job, [video])
    assert (channel.history, ana.dm.history) == ([], [])

    fault = platform.faults.add(Fault("POST", r"/channels/\d+/messages", Status(413)))
    video.path.write_bytes(b"small")
    with pytest.raises(TooLargeError):
        await courier.post(job, [video])
    assert (fault.fired, channel.history, ana.dm.history) == (1, [], [])

    # What was refused has used up no nonce.
    assert await courier.post(job, [video]) == channel.messages[0].id


async def test_a_spoiler_is_covered_on_the_card_and_in_the_result(
    *,
    platform: Discord,
    channel: Channel,
    ana: Member,
    courier: DiscordCourier,
    picture: MediaFile,
    video: MediaFile,
) -> None:
    job = replace(await a_carded_job(platform, channel, ana, courier), spoiler=True)
    await hosting(courier, job, [picture])
    await courier.post(replace(here(channel, ana, State.READY), spoiler=True), [video])

    items = [item for one in channel.messages for part in walk(one.components) for item in part.items]
    assert [item.model_dump()["spoiler"] for item in items] == [True, True]
    (kept,) = channel.messages[0].attachments
    assert kept.filename == "picture-1.png"


async def test_links_go_with_the_buttons_and_unfurl_in_a_plain_message(
    channel: Channel, ana: Member, courier: DiscordCourier
) -> None:
    job = here(channel, ana, State.READY)
    posted = await courier.post_links(job)

    (message,) = channel.messages
    assert posted == message.id
    assert f"\n{job.outputs[0].url}\n" in message.content
    assert [button.label for button in message.buttons] == ["Again", "Change", "Extend", "Delete"]
    assert message.mentions == {ana.id}


async def test_long_addresses_of_a_fitted_result_go_with_it_as_a_list(
    channel: Channel, ana: Member, courier: DiscordCourier, video: MediaFile
) -> None:
    url = "https://playgrounds.runcomfy.net/".ljust(3500, "a")
    job = replace(here(channel, ana, State.READY), way=Way.FITTED, size=20_000_000)
    job = replace(job, outputs=(ev.Output(url, job.outputs[0].kind),))
    await courier.post(job, [video])

    shown = {file.filename: file.path.read_bytes() for file in channel.messages[0].attachments}
    assert shown == {f"zoetrope-{job.id}.mp4": b"video", f"zoetrope-{job.id}-links.txt": url.encode()}


# --- the question ------------------------------------------------------------------------------------


async def test_a_question_reaches_its_owner_alone(
    *,
    platform: Discord,
    guild: Guild,
    channel: Channel,
    ana: Member,
    courier: DiscordCourier,
    picture: MediaFile,
) -> None:
    ben = platform.add_member("ben", guild)
    job = apply(await a_carded_job(platform, channel, ana, courier), ev.Asked(SHAPE), NOON)

    await courier.ask(job, {Framing.CROP: picture, Framing.BARS: picture})

    (question,) = [message for message in ana.sees(channel) if message.ephemeral]
    assert "3.20 to 1" in question.text
    assert [file.filename for file in question.attachments] == ["crop.png", "bars.png"]
    assert [button.label for button in question.buttons] == ["Crop to the middle", "Add bars", "Cancel"]
    assert question not in ben.sees(channel)
    assert question not in channel.messages
    assert question.mentions == frozenset()


async def test_nobody_can_be_asked_once_the_token_is_dead(
    platform: Discord, channel: Channel, ana: Member, courier: DiscordCourier, picture: MediaFile
) -> None:
    job = apply(await a_carded_job(platform, channel, ana, courier), ev.Asked(SHAPE), NOON)
    assert job.token is not None
    with pytest.raises(LostError):
        await courier.ask(replace(job, token=None), {Framing.CROP: picture})
    with pytest.raises(LostError):
        await courier.ask(replace(job, token=Token(job.token.secret, NOON)), {Framing.CROP: picture})

    platform.expire_tokens()
    with pytest.raises(LostError):
        await courier.ask(job, {Framing.CROP: picture})
    assert [message for message in channel.history if message.ephemeral] == []


# --- room --------------------------------------------------------------------------------------------


@dataclass
class HandClock(SystemClock):
    """The machine's clock, but for how long the process has been there."""

    seconds: float = 0.0

    def monotonic(self) -> float:
        return self.seconds


@pytest.fixture
def hand() -> HandClock:
    return HandClock()


@pytest.fixture
def starting(bot: Zoetrope, hand: HandClock) -> DiscordCourier:
    """A courier that is there since a moment; its gateway is not."""
    return DiscordCourier(Places(bot, hand, upload_limit=123))


async def test_where_nothing_better_is_known_the_configured_room_counts(
    channel: Channel, ana: Member, hand: HandClock, starting: DiscordCourier
) -> None:
    job = here(channel, ana, State.READY)
    hand.seconds = 60.0
    assert starting.room(job) == 123
    assert starting.room(replace(job, guild_id=None)) == 123
    assert starting.room(replace(job, guild_id=GuildId(1))) == 123


async def test_a_server_that_is_still_arriving_after_a_start_is_waited_for(
    channel: Channel, ana: Member, hand: HandClock, starting: DiscordCourier, bot: Zoetrope
) -> None:
    job = replace(here(channel, ana, State.READY), token=None)
    assert starting.room(replace(job, guild_id=None)) == starting.card_room(job) == 123
    hand.seconds = 59.0
    with pytest.raises(PassingError) as passing:
        starting.room(job)
    assert (passing.value.reason.problem, passing.value.retry_after) == (Problem.CHAT_UNREACHABLE, 1.0)

    # First the library hears of the server's id alone; there is no public way to tell it.
    arrive = bot._connection._add_guild_from_data  # pyright: ignore[reportPrivateUsage]
    arrive({"id": job.guild_id, "unavailable": True})  # type: ignore[typeddict-item]
    with pytest.raises(PassingError):
        starting.room(job)
    arrive({"id": job.guild_id, "premium_tier": 2})  # type: ignore[typeddict-item]
    assert starting.room(job) == 50 * 2**20


async def test_a_client_that_is_ready_waits_for_no_server(
    channel: Channel, ana: Member, starting: DiscordCourier, bot: Zoetrope
) -> None:
    job = replace(here(channel, ana, State.READY), guild_id=GuildId(1))
    gateway = asyncio.create_task(bot.connect())
    async with asyncio.timeout(10):
        # No bell of ours rings when the library is done.
        while not bot.is_ready():  # noqa: ASYNC110
            await asyncio.sleep(0.005)

    assert starting.room(job) == 123
    assert starting.room(here(channel, ana, State.READY)) == 10 * 2**20
    await bot.close()
    await gateway


async def test_a_card_has_the_members_own_room_while_the_token_lives(
    platform: Discord, channel: Channel, ana: Member, courier: DiscordCourier
) -> None:
    job = replace(await a_carded_job(platform, channel, ana, courier), upload_limit=50 * 2**20)
    assert courier.card_room(job) == 50 * 2**20
    assert courier.card_room(replace(job, token=None)) == 10 * 2**20
    # A token that Discord has refused before its time is worth no more.
    platform.expire_tokens()
    await courier.show(replace(job, card_id=MessageId(channel.messages[0].id)))
    assert courier.card_room(job) == 10 * 2**20
