"""The README tells every command, option, limit and price as the program has them."""

import re
from collections.abc import Mapping
from typing import Any

import discord
import pytest

from bot.chat.client import COGS, Zoetrope
from bot.chat.orders import build_request
from bot.config import QuotaSection
from bot.core.credits import PerPicture, PerSecond, Weights, cost
from bot.core.models import MODELS, PictureRule, Request
from bot.core.pictures import PIXEL_LIMIT
from tests.docs.sources import in_code, numbers, rows, text

README = text("README.md")
Command = Mapping[str, Any]  # as Discord's API describes it
MODEL_OF: dict[str, type[Request]] = {str(model.model_fields["command"].default): model for model in MODELS}


@pytest.fixture
async def commands() -> dict[str, Command]:
    bot = Zoetrope(guild_ids=[])
    for name in COGS:
        await bot.load_extension(name)
    return {command.name: command.to_dict(bot.tree) for command in bot.tree.get_commands()}


def _command_rows() -> dict[str, list[str]]:
    table = rows(README, "Command", "What it makes")
    return {in_code(row[0])[0].removeprefix("/"): row for row in table}


def _options(command: Command) -> list[dict[str, Any]]:
    """Return the options of a command; the entries of a message's menu have none."""
    return command.get("options", [])


async def test_every_command_is_in_the_readme_with_its_options_in_order(commands: dict[str, Command]) -> None:
    told = {name: in_code(row[3]) for name, row in _command_rows().items()}

    known = {name: [option["name"] for option in _options(it)] for name, it in commands.items()}

    assert told == known


async def test_the_required_options_carry_a_star(commands: dict[str, Command]) -> None:
    told = {name: re.findall(r"`(\w+)`\\\*", row[3]) for name, row in _command_rows().items()}

    known = {
        name: [option["name"] for option in _options(it) if option.get("required")]
        for name, it in commands.items()
    }
    assert told == known


def test_every_model_has_its_row() -> None:
    told = {name: in_code(row[2]) for name, row in _command_rows().items() if row[2]}

    assert told == {name: [model.model_id] for name, model in MODEL_OF.items()}


@pytest.mark.parametrize("name", MODEL_OF)
def test_the_credits_told_are_those_of_the_default_weights(name: str) -> None:
    weights = Weights()
    by_default = cost(MODEL_OF[name](prompt="-"), weights)
    field = name.replace("-", "_")
    table: PerSecond | PerPicture = getattr(weights, field)
    factor = [weights.seedance_pro_audio] if name == "seedance-pro" else []

    told = numbers(_command_rows()[name][4].partition(" for ")[0])

    assert told == [by_default, *table.values(), *factor]


def _values_row(command: str, option: str) -> list[str]:
    found = [
        row
        for row in rows(README, "Option", "Of")
        if option in _spread(row[0]) and f"/{command}" in in_code(row[1])
    ]
    assert len(found) == 1, f"{option} of /{command} has {len(found)} rows"
    return found[0]


def _spread(cell: str) -> list[str]:
    """Read `image` to `image10` as all ten."""
    names = in_code(cell)
    if " to " in cell:
        first, last = names
        return [first, *(f"{first}{n}" for n in range(2, int(last.removeprefix(first)) + 1))]
    return names


async def test_the_readme_tells_what_each_option_takes(commands: dict[str, Command]) -> None:
    for name in MODEL_OF:
        for option in _options(commands[name]):
            told = _values_row(name, option["name"])[2]
            _compare(told, option, name)


def _compare(told: str, option: dict[str, Any], command: str) -> None:
    match discord.AppCommandOptionType(option["type"]):
        case discord.AppCommandOptionType.attachment:
            rule = MODEL_OF[command].picture_rule
            assert rule is not None
            assert told == _say_rule(rule)
        case discord.AppCommandOptionType.boolean:
            assert told == "true, false"
        case _ if choices := option.get("choices"):
            assert told == ", ".join(str(choice["value"]) for choice in choices)
        case discord.AppCommandOptionType.integer if "min_value" in option:
            assert told == f"{option['min_value']} to {option['max_value']} seconds"
        case discord.AppCommandOptionType.integer:
            assert told == "a whole number"
        case kind:
            assert kind is discord.AppCommandOptionType.string
            assert told == f"{option['min_length']} to {option['max_length']} characters"


def _say_rule(rule: PictureRule) -> str:
    *most, last = sorted(rule.formats)
    under = f" and under {rule.side_under}" if rule.side_under else ""
    return (
        f"a picture; mended, where it is not, to: {', '.join(most)} or {last}; "
        f"sides over {rule.side_over}{under} pixels; "
        f"width to height over {rule.aspect_over} and under {rule.aspect_under}; "
        f"under {rule.bytes_under // 1_000_000} MB"
    )


@pytest.mark.parametrize("name", MODEL_OF)
def test_the_readme_tells_what_holds_unless_chosen(name: str) -> None:
    request = build_request(MODEL_OF[name], {"prompt": "-"})

    chosen = {option: str(value) for option, value in request.settings().items()}

    assert {option: _values_row(name, option)[3] for option in chosen} == {
        option: value.lower() if value in {"True", "False"} else value for option, value in chosen.items()
    }


def test_the_quota_told_is_the_default() -> None:
    quota = QuotaSection()
    words = " ".join(README.split())

    assert (
        f"by default {quota.daily_credits} credits a day, {quota.monthly_credits} a month, and "
        f"{quota.max_active_jobs} jobs under way" in words
    )
    assert f"over {PIXEL_LIMIT // 1_000_000} million pixels" in words
