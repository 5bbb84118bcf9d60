"""The fuse below the library: few calls once Discord has refused too many, and its edge's pauses for all."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp
import discord
import pytest

from bot.chat import calls, fuse
from bot.chat.client import Zoetrope
from bot.core.errors import PassingError
from bot.sandbox.discord import Channel, Discord, Fault, Html, Limited, Member, Status
from bot.sandbox.discord.faults import Action
from tests.runcomfy.hand_clock import HandClock


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def session(clock: HandClock) -> AsyncIterator[aiohttp.ClientSession]:
    """A session like that of the library."""
    async with aiohttp.ClientSession(trace_configs=[fuse.Fuse(clock).trace()]) as session:
        yield session


async def call(session: aiohttp.ClientSession, platform: Discord, path: str = "/channels/1") -> int:
    """Make a call and return its status; 0 where it was held back."""
    try:
        async with session.get(f"{platform.api_url}{path}") as answer:
            return answer.status
    except fuse.Held:
        return 0


def refuse(platform: Discord, action: Action, times: int | None = None) -> Fault:
    return platform.faults.add(Fault("*", r"/channels/.*", action, times=times))


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A budget that a test can use up."""
    monkeypatch.setattr(fuse, "BUDGET", 20)


@pytest.mark.parametrize("action", [Status(401), Status(403, 50013), Limited()])
async def test_once_the_budget_is_used_up_there_is_one_call_a_second(
    pointed: Discord,
    session: aiohttp.ClientSession,
    clock: HandClock,
    caplog: pytest.LogCaptureFixture,
    action: Action,
) -> None:
    fault = refuse(pointed, action)
    for _ in range(20):
        assert await call(session, pointed) >= 400
    made = list[bool]()
    for _ in range(50):
        made.append(bool(await call(session, pointed)))
        await clock.wind(0.1)
    assert made.count(True) == 5
    assert fault.fired == 25
    told = [one for one in caplog.records if one.name == fuse.__name__ and one.levelno == logging.ERROR]
    assert len(told) == 1


async def test_ten_minutes_later_the_budget_is_whole_again(
    pointed: Discord, session: aiohttp.ClientSession, clock: HandClock
) -> None:
    refuse(pointed, Status(401))
    for _ in range(20):
        await call(session, pointed)
    assert await call(session, pointed)
    assert not await call(session, pointed)
    await clock.wind(fuse.WINDOW)
    assert [await call(session, pointed) for _ in range(18)] == [401] * 18


@pytest.mark.parametrize("action", [Status(404), Status(400), Status(503), Limited(shared=True)])
async def test_what_is_no_fault_of_ours_counts_for_nothing(
    pointed: Discord, session: aiohttp.ClientSession, action: Action
) -> None:
    fault = refuse(pointed, action)
    for _ in range(40):
        assert await call(session, pointed) >= 400
    assert fault.fired == 40


async def test_a_first_answer_and_the_gateway_are_never_held_up(
    pointed: Discord, session: aiohttp.ClientSession
) -> None:
    refuse(pointed, Status(403))
    for _ in range(22):
        await call(session, pointed)
    assert not await call(session, pointed)
    assert await call(session, pointed, "/interactions/1/token/callback")
    async with session.ws_connect(pointed.gateway_url) as socket:
        assert (await socket.receive_json())["op"] == 10


@pytest.mark.parametrize(
    "action",
    [
        Limited(30, via=False),
        Html(429, headers={"Retry-After": "30"}),
        Html(429, headers={"Retry-After": "30", "Via": "1.1 google"}),
    ],
    ids=["bare", "a page", "a page by way of a proxy"],
)
async def test_a_pause_that_the_edge_asks_for_holds_for_all(
    pointed: Discord, session: aiohttp.ClientSession, clock: HandClock, action: Action
) -> None:
    fault = refuse(pointed, action, times=1)
    await call(session, pointed)
    assert fault.fired == 1
    await clock.wind(29)
    assert not await call(session, pointed, "/users/@me")
    await clock.wind(1)
    assert await call(session, pointed, "/users/@me") == 401


@pytest.mark.parametrize(("asked", "held"), [("1000000000", 300.0), ("tomorrow", 5.0), ("-5", 0.0)])
async def test_an_absurd_pause_is_kept_within_bounds(
    pointed: Discord, session: aiohttp.ClientSession, clock: HandClock, asked: str, held: float
) -> None:
    refuse(pointed, Html(429, headers={"Retry-After": asked}), times=1)
    await call(session, pointed)
    if held:
        await clock.wind(held - 1)
        assert not await call(session, pointed)
        await clock.wind(1)
    assert await call(session, pointed)


@pytest.fixture(params=[False, True], ids=["the bot's token", "an interaction's"])
async def send(
    request: pytest.FixtureRequest, bot: Zoetrope, channel: Channel, ana: Member
) -> Callable[[], Awaitable[object]]:
    """Sending by the one part of the library or by the other."""
    asked = await ana.command(channel, "seedance-fast", checked=False)
    webhook = discord.Webhook.partial(bot.application_id or 0, asked.token, client=bot)
    place = bot.get_partial_messageable(channel.id)
    return (lambda: webhook.send("a", wait=True)) if request.param else lambda: place.send("a", nonce="job:r")


@pytest.mark.parametrize(
    "action",
    [
        Html(429, headers={"Via": "1.1 google", "Retry-After": "0"}),
        Html(200),
        Html(200, kind="application/json"),
        Html(200, page="\xff\xfe", kind="application/json", charset="latin-1"),
    ],
    ids=["429 with Via", "a page with success", "a page called JSON", "bytes called JSON"],
)
async def test_a_page_where_the_library_expects_json_is_a_failure_that_passes(
    pointed: Discord, send: Callable[[], Awaitable[object]], action: Action
) -> None:
    fault = pointed.faults.add(Fault("POST", ".*", action, times=None))
    with pytest.raises(PassingError):
        await calls.repeat(send)
    assert fault.fired == calls.TRIES
