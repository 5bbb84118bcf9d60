"""Scripted misfortune, as the real library meets it."""

import asyncio
import io
import time

import aiohttp
import discord
import pytest

from bot.sandbox.discord import (
    AnswerLost,
    Belied,
    Channel,
    Closed,
    Delay,
    Discord,
    Fault,
    Html,
    Limited,
    Reset,
    Status,
)
from bot.sandbox.discord.faults import Action
from tests.sandbox.discord.crew import Crew, Press

MESSAGES = r"/channels/\d+/messages"


async def nothing(interaction: Press) -> None: ...


async def a_place(crew: Crew, channel: Channel) -> discord.PartialMessageable:
    return (await crew.run(nothing=nothing)).get_partial_messageable(channel.id)


@pytest.mark.parametrize(
    ("action", "error"),
    [
        (Status(503), discord.DiscordServerError),
        (Status(403, 50013), discord.Forbidden),
        (Limited(via=False), discord.HTTPException),
        (Html(403), discord.Forbidden),
        (Reset(), aiohttp.ClientOSError),
    ],
)
async def test_a_struck_request_is_not_handled(
    crew: Crew, pointed: Discord, channel: Channel, action: Action, error: type[Exception]
) -> None:
    where = await a_place(crew, channel)
    fault = pointed.faults.add(Fault("POST", MESSAGES, action))

    with pytest.raises(error):
        await where.send("ready")
    assert channel.messages == []
    await where.send("ready")

    assert fault.fired == 1
    assert len(channel.messages) == 1
    assert pointed.problems == []


@pytest.mark.parametrize("handled", [False, True])
async def test_a_closed_connection_is_an_end_and_no_reset(
    crew: Crew, pointed: Discord, channel: Channel, *, handled: bool
) -> None:
    where = await a_place(crew, channel)
    fault = pointed.faults.add(Fault("POST", MESSAGES, Closed(handled=handled)))

    with pytest.raises(aiohttp.ServerDisconnectedError) as lost:
        await where.send("ready", file=discord.File(io.BytesIO(bytes(200_000)), "video.mp4"))

    assert not isinstance(lost.value, OSError)
    assert fault.fired == 1
    assert len(channel.messages) == handled
    assert pointed.problems == []


async def test_a_lost_answer_leaves_its_message_behind(
    crew: Crew, pointed: Discord, channel: Channel
) -> None:
    where = await a_place(crew, channel)
    fault = pointed.faults.add(Fault("POST", MESSAGES, AnswerLost()))

    with pytest.raises(aiohttp.ClientError):
        await where.send("ready", nonce="job-7")
    assert [message.text for message in channel.messages] == ["ready"]
    await where.send("ready", nonce="job-7")

    assert fault.fired == 1
    assert len(channel.messages) == 1
    assert [call.status for call in pointed.log if call.route == "/channels/{channel_id}/messages"] == [
        0,
        200,
    ]


async def test_a_rate_limit_is_waited_for(crew: Crew, pointed: Discord, channel: Channel) -> None:
    where = await a_place(crew, channel)
    fault = pointed.faults.add(Fault("POST", MESSAGES, Limited(retry_after=0.05)))

    started = time.monotonic()
    await where.send("ready")

    assert time.monotonic() - started >= 0.05
    assert fault.fired == 1


async def test_a_fault_may_let_some_pass_and_come_late(
    crew: Crew, pointed: Discord, channel: Channel
) -> None:
    where = await a_place(crew, channel)
    late = pointed.faults.add(Fault("POST", MESSAGES, Delay(0.05), skip=1, times=None))

    await where.send("one")
    assert late.fired == 0
    started = time.monotonic()
    await where.send("two")

    assert time.monotonic() - started >= 0.05
    assert late.fired == 1
    assert len(channel.messages) == 2


async def test_an_upload_that_breaks_off_leaves_nothing_behind(pointed: Discord, channel: Channel) -> None:
    url = f"/api/v10/channels/{channel.id}/messages"
    head = (
        f"POST {url} HTTP/1.1\r\nHost: x\r\nAuthorization: Bot {pointed.token}\r\nContent-Length: 100000\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\n\r\n"
        '--b\r\nContent-Disposition: form-data; name="files[0]"; filename="video.mp4"\r\n\r\nhalf of it'
    )
    host, port = pointed.cdn.base.removeprefix("http://").split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(head.encode())
    await writer.drain()
    await pointed.bell.until(lambda: pointed.log or None, timeout=5, what="the request")
    writer.close()
    await writer.wait_closed()

    await pointed.bell.until(lambda: pointed.log[0].over or None, timeout=5, what="the end of the request")
    assert pointed.log[0].status == 0
    assert channel.messages == []
    assert pointed.problems == []


async def test_a_fault_for_any_method_strikes_each(crew: Crew, pointed: Discord, channel: Channel) -> None:
    where = await a_place(crew, channel)
    fault = pointed.faults.add(Fault("*", MESSAGES, Status(403, 50013), times=2))

    with pytest.raises(discord.Forbidden):
        await where.send("ready")
    with pytest.raises(discord.Forbidden):
        await anext(where.history(limit=1))

    assert [call.method for call in fault.struck] == ["POST", "GET"]
    await where.send("ready")


async def test_an_answer_may_deny_what_was_done(crew: Crew, pointed: Discord, channel: Channel) -> None:
    where = await a_place(crew, channel)
    fault = pointed.faults.add(Fault("POST", MESSAGES, Belied(400)))

    with pytest.raises(discord.HTTPException) as denied:
        await where.send("ready")

    assert (denied.value.status, fault.fired) == (400, 1)
    assert [message.text for message in channel.messages] == ["ready"]


async def test_a_page_may_come_with_headers(crew: Crew, pointed: Discord, channel: Channel) -> None:
    where = await a_place(crew, channel)
    pointed.faults.add(Fault("POST", MESSAGES, Html(429, headers={"Retry-After": "7"})))

    with pytest.raises(discord.HTTPException) as banned:
        await where.send("ready")

    assert banned.value.response.headers["Retry-After"] == "7"
    assert "html" in banned.value.text


@pytest.mark.parametrize(
    ("action", "scope"),
    [
        (Limited(via=False), "user"),
        (Limited(via=False, shared=True), "shared"),
        (Limited(via=False, everywhere=True), "global"),
    ],
)
async def test_a_limit_says_whose_it_is(
    crew: Crew, pointed: Discord, channel: Channel, action: Limited, scope: str
) -> None:
    where = await a_place(crew, channel)
    pointed.faults.add(Fault("POST", MESSAGES, action))

    with pytest.raises(discord.HTTPException) as limited:
        await where.send("ready")

    assert limited.value.response.headers["X-RateLimit-Scope"] == scope
