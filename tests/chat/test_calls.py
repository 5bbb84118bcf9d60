"""What each failure of Discord means to us, and how often a call is tried."""

import logging
import time
from collections.abc import Awaitable, Callable

import discord
import pytest

from bot.chat import calls
from bot.chat.client import Zoetrope
from bot.core.errors import LostError, PassingError
from bot.sandbox.discord import Channel, Closed, Delay, Discord, Fault, Limited, Reset, Status
from bot.sandbox.discord.faults import Action

SECRET = "a prompt that nobody shall read"


@pytest.fixture
def send(bot: Zoetrope, channel: Channel) -> Callable[[], Awaitable[discord.Message]]:
    return lambda: bot.get_partial_messageable(channel.id).send(SECRET, nonce="job:r")


Send = Callable[[], Awaitable[discord.Message]]


def strike(platform: Discord, action: Action, times: int | None = None) -> Fault:
    return platform.faults.add(Fault("POST", r"/channels/\d+/messages", action, times=times))


@pytest.mark.parametrize("status", [400, 405, 409])
async def test_a_refusal_that_no_repetition_changes_is_a_loss_and_one_warning_without_the_body(
    platform: Discord, send: Send, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    fault = strike(platform, Status(status, 50083, SECRET))

    with pytest.raises(LostError):
        await calls.repeat(send)

    assert fault.fired == 1
    warnings = [one for one in caplog.records if one.name == calls.__name__]
    assert [(one.levelno, one.getMessage()) for one in warnings] == [
        (logging.WARNING, f"Discord refuses a call: {status}, code 50083")
    ]


@pytest.mark.parametrize(
    ("action", "error"),
    [
        (Status(403, 50013), LostError),
        (Status(404, 10008), LostError),
        (Status(401, 50027), calls.TokenDeadError),
        (Status(404, 10015), calls.TokenDeadError),
        (Status(413), calls.TooLargeError),
        (Status(400, 40005), calls.TooLargeError),
        (Status(403, 160002), calls.NoReplyError),
        (Status(401), PassingError),
        (Status(400, 30046), PassingError),
    ],
)
async def test_each_refusal_has_its_meaning_and_is_not_tried_again(
    platform: Discord, send: Send, action: Action, error: type[Exception]
) -> None:
    fault = strike(platform, action)

    with pytest.raises(error):
        await calls.repeat(send)

    assert fault.fired == 1


@pytest.mark.parametrize("action", [Status(503), Reset(), Closed(), Closed(handled=True), Limited(via=False)])
async def test_what_passes_is_tried_again_and_sent_once(
    platform: Discord, channel: Channel, send: Send, action: Action
) -> None:
    fault = strike(platform, action, times=1)

    await calls.repeat(send)

    assert fault.fired == 1
    assert len(channel.messages) == 1


async def test_a_long_wait_that_is_asked_for_is_left_to_the_caller_at_once(
    platform: Discord, send: Send
) -> None:
    fault = strike(platform, Limited(7.5, via=False))
    began = time.monotonic()

    with pytest.raises(PassingError) as passing:
        await calls.repeat(send)

    assert passing.value.retry_after == 7.5
    assert fault.fired == 1
    assert time.monotonic() - began < 7.5


async def test_a_try_that_takes_too_long_is_given_up_and_repeated(
    platform: Discord, channel: Channel, send: Send
) -> None:
    fault = strike(platform, Delay(20), times=1)

    await calls.repeat(send, within=0.5)

    assert fault.fired == 1
    assert len(channel.messages) == 1


async def test_no_try_is_begun_once_a_nonce_is_no_longer_trusted(platform: Discord, send: Send) -> None:
    fault = strike(platform, Reset())

    with pytest.raises(PassingError):
        await calls.repeat(send, trusted=0.1)

    assert fault.fired == 1


async def test_a_call_that_is_cut_off_in_a_global_limit_does_not_silence_all_others_for_good(
    platform: Discord, channel: Channel, send: Send
) -> None:
    strike(platform, Limited(30, everywhere=True), times=1)
    with pytest.raises(PassingError):
        await calls.repeat(send, within=0.2, trusted=0)

    await calls.repeat(send, within=5)

    assert len(channel.messages) == 1
