"""What the settings are: the published defaults, then the file, then the environment; and then frozen."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from bot.config import ConfigError, load
from tests.config.conftest import Load

TOKENS = '[discord]\ntoken = "d"\n[runcomfy]\ntoken = "r"\n'

# The published table. Nothing but a new major version may change a row.
DEFAULTS: dict[str, object] = {
    "discord.api_url": "https://discord.com/api/v10",
    "discord.guild_ids": [],
    "discord.media_hosts": ["discordapp.com", "discordapp.net"],
    "discord.upload_limit": 10_485_760,
    "discord.spoiler_channels": [],
    "runcomfy.api_url": "https://model-api.runcomfy.net",
    "runcomfy.max_in_flight": 8,
    "runcomfy.calls_per_second": 20,
    "runcomfy.look_min": 2,
    "runcomfy.look_max": 20,
    "runcomfy.late_after": 1800,
    "runcomfy.give_up_after": 86400,
    "runcomfy.download_hosts": ["runcomfy.net", "runcomfy.com"],
    "runcomfy.balance_url": "https://api.runcomfy.net/prod/v2/balance",
    "storage.url": "sqlite:///zoetrope.db",
    "quota.daily_credits": 60,
    "quota.monthly_credits": 600,
    "quota.max_active_jobs": 2,
    "quota.server_daily_credits": None,
    "quota.server_monthly_credits": None,
    "quota.bot_daily_credits": None,
    "quota.bot_monthly_credits": None,
    "quota.time_zone": "UTC",
    "budget.daily_usd": None,
    "budget.monthly_usd": None,
    "content.refuse": [],
    "content.flag": [],
    "http.listen": None,
}
# Another value for each, as TOML and JSON write it alike.
OTHERS: dict[str, object] = {
    "discord.api_url": "http://proxy.internal:8080/api/v10",
    "discord.guild_ids": [123456789012345678],
    "discord.media_hosts": ["pictures.example"],
    "discord.upload_limit": 8_000_000,
    "discord.spoiler_channels": [223456789012345678],
    "runcomfy.api_url": "http://127.0.0.1:9000",
    "runcomfy.max_in_flight": 3,
    "runcomfy.calls_per_second": 0.5,
    "runcomfy.look_min": 1.5,
    "runcomfy.look_max": 30.5,
    "runcomfy.late_after": 60.5,
    "runcomfy.give_up_after": 120.5,
    "runcomfy.download_hosts": ["127.0.0.1"],
    "runcomfy.balance_url": "http://127.0.0.1:9000/balance",
    "storage.url": "sqlite:////var/lib/zoetrope.db",
    "quota.daily_credits": 7,
    "quota.monthly_credits": 70,
    "quota.max_active_jobs": 1,
    "quota.server_daily_credits": 700,
    "quota.server_monthly_credits": 7000,
    "quota.bot_daily_credits": 1400,
    "quota.bot_monthly_credits": 14000,
    "quota.time_zone": "Pacific/Apia",
    "budget.daily_usd": 2.5,
    "budget.monthly_usd": 40,
    "content.refuse": ["bomb*"],
    "content.flag": ["knife"],
    "http.listen": "127.0.0.1:8080",
}


def value_of(settings: Any, key: str) -> object:
    section, name = key.split(".")
    return getattr(getattr(settings, section), name)


def set_variable(monkeypatch: pytest.MonkeyPatch, key: str, value: object) -> None:
    name = f"ZOETROPE_{key.replace('.', '__').upper()}"
    monkeypatch.setenv(name, value if isinstance(value, str) else json.dumps(value))


@pytest.mark.parametrize("key", DEFAULTS)
def test_a_setting_that_nobody_sets_has_its_published_default(load_text: Load, key: str) -> None:
    assert value_of(load_text(TOKENS), key) == DEFAULTS[key]


def in_file(key: str) -> str:
    """Return a file with the tokens and this setting."""
    section, name = key.split(".")
    line = f"{name} = {json.dumps(OTHERS[key])}\n"
    if f"[{section}]\n" in TOKENS:
        return TOKENS.replace(f"[{section}]\n", f"[{section}]\n{line}")
    return f"{TOKENS}[{section}]\n{line}"


@pytest.mark.parametrize("key", OTHERS)
def test_a_setting_is_taken_from_the_file(load_text: Load, key: str) -> None:
    assert value_of(load_text(in_file(key)), key) == OTHERS[key] != DEFAULTS[key]


@pytest.mark.parametrize("key", OTHERS)
def test_a_setting_is_taken_from_the_environment(
    load_text: Load, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    set_variable(monkeypatch, key, OTHERS[key])
    assert value_of(load_text(TOKENS), key) == OTHERS[key]


def test_the_environment_wins_over_the_file_and_leaves_its_neighbours_alone(
    load_text: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_variable(monkeypatch, "runcomfy.max_in_flight", 5)
    set_variable(monkeypatch, "discord.token", "from-the-environment")

    settings = load_text(TOKENS.replace("[runcomfy]\n", "[runcomfy]\nmax_in_flight = 4\nlook_min = 3\n"))

    assert (settings.runcomfy.max_in_flight, settings.runcomfy.look_min) == (5, 3)
    assert settings.discord.read_token() == "from-the-environment"
    assert settings.runcomfy.read_token() == "r"


def test_a_whole_table_can_come_as_json(load_text: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    weights = {"480p": 1, "720p": 2, "1080p": 3}
    set_variable(monkeypatch, "credits.seedance_lite", weights)
    monkeypatch.setenv("ZOETROPE_QUOTA", '{"daily_credits": 9}')

    settings = load_text(TOKENS)

    assert settings.credits.seedance_lite == weights
    assert settings.quota.daily_credits == 9


def test_the_environment_alone_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    set_variable(monkeypatch, "discord.token", "d")
    set_variable(monkeypatch, "runcomfy.token", "r")
    assert load(None).runcomfy.read_token() == "r"


def test_without_a_path_the_file_in_the_working_directory_is_read() -> None:
    Path("config.toml").write_text(f"{TOKENS}[quota]\ndaily_credits = 11\n")
    assert load(None).quota.daily_credits == 11


def test_a_token_is_read_from_its_file_without_the_space_around_it(load_text: Load) -> None:
    Path("token").write_text("\n  from-a-file \n")
    settings = load_text('[discord]\ntoken_file = "token"\n[runcomfy]\ntoken = " r "\n')
    assert (settings.discord.read_token(), settings.runcomfy.read_token()) == ("from-a-file", "r")


@pytest.mark.parametrize(
    ("listen", "address"),
    [
        ("127.0.0.1:8080", ("127.0.0.1", 8080)),
        ("[::1]:0", ("::1", 0)),
        ("localhost:65535", ("localhost", 65535)),
    ],
)
def test_a_place_to_listen_is_host_and_port(load_text: Load, listen: str, address: tuple[str, int]) -> None:
    assert load_text(f'{TOKENS}[http]\nlisten = "{listen}"\n').http.address == address


def test_a_base_address_ends_without_a_slash(load_text: Load) -> None:
    text = TOKENS.replace("[runcomfy]\n", '[runcomfy]\napi_url = "https://api.example/v2/"\n')
    assert load_text(text).runcomfy.api_url == "https://api.example/v2"


def test_a_database_may_have_a_relative_or_an_absolute_path(load_text: Load) -> None:
    relative = load_text(f'{TOKENS}[storage]\nurl = "sqlite:///jobs.db"\n')
    absolute = load_text(f'{TOKENS}[storage]\nurl = "sqlite:////var/jobs.db"\n')
    assert (relative.storage.place, absolute.storage.place) == (Path("jobs.db"), Path("/var/jobs.db"))


def test_the_shortest_and_the_longest_look_may_be_equal(load_text: Load) -> None:
    text = TOKENS.replace("[runcomfy]\n", "[runcomfy]\nlook_min = 5\nlook_max = 5\n")
    assert load_text(text).runcomfy.look_min == 5


FIRST_FIELDS = {
    "discord": "token",
    "runcomfy": "token",
    "storage": "url",
    "quota": "daily_credits",
    "http": "listen",
    "credits": "seedance_pro",
}


def test_nothing_can_be_changed_once_it_is_read(load_text: Load) -> None:
    settings = load_text(TOKENS)
    for part, name in FIRST_FIELDS.items():
        section = getattr(settings, part)
        with pytest.raises(ValidationError, match="frozen"):
            setattr(section, name, getattr(section, name))
        with pytest.raises(ValidationError, match="frozen"):
            setattr(settings, part, section)


def test_a_path_that_is_given_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"absent\.toml: no such file"):
        load(tmp_path / "absent.toml")


def test_a_blank_token_beside_a_token_file_is_none(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("from-the-file\n")
    path = tmp_path / "config.toml"
    path.write_text(f'[discord]\ntoken = ""\ntoken_file = "{tmp_path / "token"}"\n[runcomfy]\ntoken = "b"\n')
    assert load(path, {}).discord.read_token() == "from-the-file"
