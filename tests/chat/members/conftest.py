"""The whole reception, connected to a Discord of our own; its store is real, and nobody turns its engine."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from discord.asset import Asset

from bot.chat.client import Zoetrope, point_at
from bot.chat.courier import DiscordCourier
from bot.chat.log_channel import LogChannels
from bot.chat.owners import actors
from bot.chat.reception import Reception
from bot.clock import SystemClock
from bot.core.credits import Weights
from bot.core.ids import new_job_id
from bot.core.money import Prices
from bot.core.quota import Rates
from bot.flow.administration import Administration
from bot.flow.administration_allowances import Allowances
from bot.flow.administration_books import Books
from bot.flow.administration_jobs import JobActs
from bot.flow.administration_places import PlaceActs
from bot.flow.chronicle import Chronicle
from bot.flow.house_rules import Content, HouseRules
from bot.flow.intake import Intake
from bot.flow.precedence import Precedence
from bot.media.desk import MediaDesk
from bot.media.hosts import HostRule
from bot.sandbox.discord import Channel, Discord, Member
from bot.store.opening import open_store
from tests.blank import blank_database
from tests.builders import PLENTY
from tests.chat.members.scene import COVERED, Idle, Scene
from tests.postgres import place


@pytest.fixture
def rates() -> Rates:
    """What the operator has set for everybody."""
    return PLENTY.rates


@pytest.fixture
def hidden(channel: Channel) -> Channel:
    """A channel where everything is covered."""
    assert channel.guild is not None
    return channel.guild.add_channel(COVERED)


@pytest.fixture
async def scene(  # noqa: PLR0917 (what it stands on, as pytest hands it over)
    platform: Discord,
    bot: Zoetrope,
    courier: DiscordCourier,
    channel: Channel,
    hidden: Channel,
    ana: Member,
    rates: Rates,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Scene]:
    monkeypatch.setattr(Asset, "BASE", Asset.BASE)
    point_at(platform.api_url)
    clock = SystemClock()
    blank_database(tmp_path / "zoetrope.db")
    async with (
        open_store(place(tmp_path / "zoetrope.db"), clock.now()) as store,
        aiohttp.ClientSession() as session,
    ):
        hosts = HostRule.of(["127.0.0.1"])
        media = MediaDesk(session, picture_hosts=hosts, result_hosts=hosts, folder=tmp_path / "media")
        media.sweep()
        intake = Intake(
            store=store,
            engine=Idle(),
            clock=clock,
            weights=Weights(),
            house=HouseRules(
                office=store.office,
                rates=rates,
                clock=clock,
                said=Prices(),
                catalogue=dict,
                content=Content(),
            ),
            new_id=new_job_id,
        )
        places = PlaceActs(store.office, clock)
        administration = Administration(
            Allowances(store.office, rates, clock),
            JobActs(office=store.office, intake=intake, engine=Idle(), clock=clock),
            places,
            Books(store.office, clock),
            Chronicle(
                office=store.office,
                places=places,
                chronicler=LogChannels(bot),
                is_flagged=intake.house.is_flagged,
            ),
        )
        bot.reception = Reception(
            intake,
            store,
            clock,
            media=media,
            courier=courier,
            administration=administration,
            precedence=Precedence(),
            actors=actors(lambda: bot.owners),
            spoiler_channels=frozenset({hidden.id}),
        )
        await bot.load_commands(store)
        gateway = asyncio.create_task(bot.connect())
        await platform.ready(10)
        yield Scene(platform, bot, store, courier, channel, ana, tmp_path)
        await bot.close()
        gateway.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await gateway
    assert [problem for call in platform.log for problem in call.problems] == []
