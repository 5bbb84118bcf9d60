"""config.example.toml lists every setting, each with the default that the program has."""

import re
import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from bot.config import Settings, load
from tests.docs.sources import text

EXAMPLE = text("config.example.toml")
# A line that is off: `# key = value`.
OFF = re.compile(r"^# (?=[a-z_]+ = )", re.MULTILINE)
# Keys without a default: required, or off.
NO_DEFAULT = {
    ("discord", "token"),
    ("discord", "token_file"),
    ("runcomfy", "token"),
    ("runcomfy", "token_file"),
    ("http", "listen"),
    ("discord", "shard_count"),
    ("storage", "media_folder"),
    ("quota", "server_daily_credits"),
    ("quota", "server_monthly_credits"),
    ("quota", "bot_daily_credits"),
    ("quota", "bot_monthly_credits"),
    ("budget", "daily_usd"),
    ("budget", "monthly_usd"),
}


def _keys() -> dict[tuple[str, str], Any]:
    """Return every key that the settings have, with its default."""
    found: dict[tuple[str, str], Any] = {}
    for section, table in Settings.model_fields.items():
        model: Any = table.annotation
        assert issubclass(model, BaseModel)
        found |= {
            (section, key): field.get_default(call_default_factory=True, validated_data={})
            for key, field in model.model_fields.items()
        }
    return found


def _told(content: str) -> dict[tuple[str, str], Any]:
    tables = tomllib.loads(content)
    return {(section, key): value for section, table in tables.items() for key, value in table.items()}


def _loaded(path: Path, content: str) -> Settings:
    path.write_text(content, encoding="utf-8")
    return load(path, environ={})


def test_every_setting_is_there_and_no_other() -> None:
    assert set(_told(OFF.sub("", EXAMPLE))) == set(_keys())


def test_every_line_that_is_off_shows_the_default() -> None:
    known = {key: default for key, default in _keys().items() if key not in NO_DEFAULT}

    told = {key: value for key, value in _told(OFF.sub("", EXAMPLE)).items() if key not in NO_DEFAULT}

    assert told == known


def test_only_the_tokens_are_set() -> None:
    assert set(_told(EXAMPLE)) == {("discord", "token"), ("runcomfy", "token")}


def test_it_is_a_valid_configuration_as_soon_as_the_tokens_are_put_in(tmp_path: Path) -> None:
    content = EXAMPLE.replace("YOUR-DISCORD-BOT-TOKEN", "first").replace("YOUR-RUNCOMFY-TOKEN", "second")

    settings = _loaded(tmp_path / "config.toml", content)

    assert settings.discord.read_token() == "first"
    assert settings.runcomfy.read_token() == "second"
    assert settings.http.address is None


def test_it_is_valid_with_every_line_on(tmp_path: Path) -> None:
    content = re.sub(r"^token_file.*$", "", OFF.sub("", EXAMPLE), flags=re.MULTILINE)

    settings = _loaded(tmp_path / "config.toml", content)

    assert settings.http.address is not None
    off = {
        "http": type(settings.http)(),
        "quota": type(settings.quota)(),
        "budget": type(settings.budget)(),
        "discord": settings.discord.model_copy(update={"shard_count": None}),
        "storage": settings.storage.model_copy(update={"media_folder": None}),
    }
    assert settings.model_copy(update=off) == _loaded(tmp_path / "other.toml", EXAMPLE)


def test_every_setting_has_a_word_on_what_it_does() -> None:
    lines = EXAMPLE.splitlines()
    bare = [
        line
        for above, line in pairwise(lines)
        if re.match(r"(?:# )?[a-z_]+ = ", line) and not above.startswith("# ")
    ]

    assert bare == []


def test_the_environment_wins_key_by_key_as_the_head_of_the_file_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZOETROPE_QUOTA__DAILY_CREDITS", "30")
    monkeypatch.setenv("ZOETROPE_DISCORD__GUILD_IDS", "[123456789012345678]")
    content = f"{EXAMPLE}\n".replace("# monthly_credits = 600", "monthly_credits = 500")

    settings = _loaded(tmp_path / "config.toml", content)

    assert (settings.quota.daily_credits, settings.quota.monthly_credits) == (30, 500)
    assert settings.discord.guild_ids == [123456789012345678]
    assert "ZOETROPE_QUOTA__DAILY_CREDITS=30" in EXAMPLE
    assert "ZOETROPE_DISCORD__GUILD_IDS='[123456789012345678]'" in EXAMPLE
