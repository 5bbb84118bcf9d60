"""/zoetrope as Discord is told of it: names, order and what is required are fixed, and all of it fits."""

from collections.abc import Iterator, Mapping
from typing import Any

import discord
import pytest

from bot.chat.administration.zones import zones
from bot.chat.client import COGS, Zoetrope
from bot.sandbox.discord.command_rules import command_faults
from bot.sandbox.discord.wire import Command

SURFACE = {
    "acts": ["count", "everywhere"],
    "allow": ["channel", "role", "weight"],
    "block": ["member*", "reason*", "everywhere"],
    "cancel": ["job*", "reason"],
    "deny": ["channel", "role"],
    "forget": ["channel", "role"],
    "jobs": ["member", "state", "everywhere"],
    "log": ["channel"],
    "models": ["command*", "off", "resolution", "duration"],
    "pause": ["reason*", "everywhere"],
    "quota grant": ["member*", "credits*", "reason*", "days"],
    "quota reset": ["member*", "reason*"],
    "quota set": ["member", "role", "daily", "monthly", "active", "whole_server", "clear"],
    "quota show": ["member", "role"],
    "resume": ["everywhere"],
    "settle": ["job*", "bought*", "reason*"],
    "settings": ["time_zone", "adults_only", "spoilers"],
    "stats": ["days", "everywhere"],
    "unblock": ["member*", "everywhere"],
    "words": [],
}


@pytest.fixture
async def offered() -> Mapping[str, Any]:
    bot = Zoetrope(guild_ids=[])
    for name in COGS:
        await bot.load_extension(name)
    command = bot.tree.get_command("zoetrope")
    assert command is not None
    return command.to_dict(bot.tree)


def subcommands(part: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, list[str]]]:
    """Yield the full names of subcommands with their options, a star behind what is required."""
    for option in part["options"]:
        name = f"{above}{option['name']}"
        if option["type"] == discord.AppCommandOptionType.subcommand_group.value:
            yield from subcommands(option, f"{name} ")
        else:
            yield name, [f"{one['name']}{'*' if one['required'] else ''}" for one in option["options"]]


async def test_names_order_and_what_is_required_are_fixed(offered: Mapping[str, Any]) -> None:
    found = dict(subcommands(offered))

    assert {name: found[name] for name in SURFACE} == SURFACE


async def test_it_is_hidden_from_all_but_managers_and_offered_in_servers_only(
    offered: Mapping[str, Any],
) -> None:
    assert int(offered["default_member_permissions"]) == discord.Permissions(manage_guild=True).value
    assert offered["contexts"] == [0]


async def test_discord_takes_all_of_it(offered: Mapping[str, Any]) -> None:
    assert list(command_faults([Command.model_validate(offered)])) == []
    assert len(offered["options"]) <= 25


async def test_each_bot_gets_a_group_of_its_own() -> None:
    first, second = Zoetrope(guild_ids=[]), Zoetrope(guild_ids=[])
    for bot in (first, second):
        for name in COGS:
            await bot.load_extension(name)
    assert first.tree.get_command("zoetrope") is not second.tree.get_command("zoetrope")


@pytest.mark.parametrize(
    ("typed", "first"),
    [("rom", "Europe/Rome"), ("new y", "America/New_York"), ("utc", "UTC"), ("Kolk", "Asia/Kolkata")],
)
def test_zones_are_found_by_their_city(typed: str, first: str) -> None:
    assert zones(typed)[0] == first


def test_as_many_zones_are_suggested_as_discord_takes_and_none_for_nonsense() -> None:
    assert len(zones("")) == 25
    assert zones("../etc/passwd") == []
