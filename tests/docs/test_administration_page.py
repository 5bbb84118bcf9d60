"""docs/administration.md tells commands, rights and settings as the program has them."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import discord

from bot.chat.client import COGS, Zoetrope
from bot.config import BudgetSection, ContentSection, QuotaSection
from tests.chat.members.rights_table import HEAD, shown
from tests.docs.sources import in_code, rows, text

PAGE = text("docs/administration.md")
SECTIONS = {"quota": QuotaSection(), "budget": BudgetSection(), "content": ContentSection()}


def subcommands(part: Mapping[str, Any], above: str) -> Iterator[tuple[str, list[str], list[str]]]:
    """Yield full names with options, and those that are required."""
    for option in part["options"]:
        name = f"{above} {option['name']}"
        if option["type"] == discord.AppCommandOptionType.subcommand_group.value:
            yield from subcommands(option, name)
        else:
            names = [one["name"] for one in option["options"]]
            yield name, names, [one["name"] for one in option["options"] if one["required"]]


async def test_every_command_is_told_with_its_options() -> None:
    bot = Zoetrope(guild_ids=[])
    for name in COGS:
        await bot.load_extension(name)
    group = bot.tree.get_command("zoetrope")
    assert group is not None
    known = {
        name: (options, needed) for name, options, needed in subcommands(group.to_dict(bot.tree), "/zoetrope")
    }

    told = {
        in_code(row[0])[0]: (in_code(row[1]), re.findall(r"`(\w+)`\\\*", row[1]))
        for row in rows(PAGE, "Command", "Options (\\* required)")
    }

    assert told == known


def test_the_rights_are_those_of_the_table_that_is_tested() -> None:
    assert rows(PAGE, *HEAD) == shown()


def test_every_setting_is_told_with_its_default() -> None:
    known = {
        f"{section}.{key}": str(value) if value else "none"
        for section, values in SECTIONS.items()
        for key, value in values.model_dump().items()
    }

    assert {in_code(row[0])[0]: row[1] for row in rows(PAGE, "Setting", "Default")} == known
