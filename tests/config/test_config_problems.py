"""Whatever is wrong becomes one line that names the key, and no secret stands in it or anywhere near it."""

import json
import traceback
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.config import ConfigError, Settings, load
from tests.config.conftest import Load

SECRET = "s3cr3t-MARKER"
TOKENS = f'[discord]\ntoken = "{SECRET}-d"\n[runcomfy]\ntoken = "{SECRET}-r"\n'


@dataclass(frozen=True)
class Case:
    """A table of the file with a line that is wrong, and what the answer has to name."""

    section: str
    line: str
    names: str
    tells: str = ""

    @property
    def text(self) -> str:
        heading = f"[{self.section}]\n"
        if heading in TOKENS:
            return TOKENS.replace(heading, f"{heading}{self.line}\n")
        return f"{TOKENS}{heading}{self.line}\n"


FULL = '"480p" = 1, "720p" = 1'
CASES = (
    Case("discord", "tokne = 1", "discord.tokne", "unknown key"),
    Case("discord", f'passwort = "{SECRET}"', "discord.passwort", "unknown key"),
    Case("disocrd", f'token = "{SECRET}"', "disocrd", "unknown key"),
    Case("discord", "guild_ids = 5", "discord.guild_ids", "list"),
    Case("discord", 'guild_ids = ["main"]', "discord.guild_ids.0", "integer"),
    Case("discord", "guild_ids = [-1]", "discord.guild_ids.0", "greater than 0"),
    Case("discord", 'media_hosts = "discordapp.com"', "discord.media_hosts", "list"),
    Case("discord", "upload_limit = 0", "discord.upload_limit", "greater than 0"),
    Case("discord", 'upload_limit = "10 MiB"', "discord.upload_limit", "integer"),
    Case("discord", 'spoiler_channels = ["#nsfw"]', "discord.spoiler_channels.0", "integer"),
    Case("discord", 'api_url = "discord.com/api"', "discord.api_url", "https://"),
    Case("discord", 'api_url = "ftp://discord.com"', "discord.api_url", "https://"),
    Case("discord", 'api_url = "https://"', "discord.api_url", "https://"),
    Case("runcomfy", 'api_url = "http://model-api.runcomfy.net"', "runcomfy.api_url", "https://"),
    Case("runcomfy", 'api_url = "https://"', "runcomfy.api_url", "https://host/path"),
    Case("runcomfy", 'api_url = "https://a.example?key=1"', "runcomfy.api_url", "https://host/path"),
    Case("runcomfy", f'api_url = "https://me:{SECRET}@a.example"', "runcomfy.api_url", "https://host/path"),
    Case("runcomfy", 'max_in_flight = "many"', "runcomfy.max_in_flight", "integer"),
    Case("runcomfy", "max_in_flight = 0", "runcomfy.max_in_flight", "greater than 0"),
    Case("runcomfy", "max_in_flight = 1.5", "runcomfy.max_in_flight", "integer"),
    Case("runcomfy", "calls_per_second = 0", "runcomfy.calls_per_second", "greater than 0"),
    Case("runcomfy", "look_min = -1", "runcomfy.look_min", "greater than 0"),
    Case("runcomfy", "look_min = 21", "runcomfy", "look_min at most look_max"),
    Case("runcomfy", "look_max = 1", "runcomfy", "look_min at most look_max"),
    Case("runcomfy", "late_after = nan", "runcomfy.late_after", "greater than 0"),
    Case("runcomfy", "download_hosts = [1]", "runcomfy.download_hosts.0", "string"),
    Case("storage", 'url = "zoetrope.db"', "storage.url", "sqlite:///FILE"),
    Case("storage", 'url = "sqlite:///"', "storage.url", "sqlite:///FILE"),
    Case("storage", f'url = "mysql://me:{SECRET}@host/db"', "storage.url", "sqlite:///FILE"),
    Case("quota", "daily_credits = -5", "quota.daily_credits", "greater than 0"),
    Case("quota", "monthly_credits = []", "quota.monthly_credits", "integer"),
    Case("quota", "max_active_jobs = 0", "quota.max_active_jobs", "greater than 0"),
    Case("quota", "server_daily_credits = 0", "quota.server_daily_credits", "greater than 0"),
    Case("quota", "bot_monthly_credits = 1.5", "quota.bot_monthly_credits", "integer"),
    Case("quota", 'time_zone = "Mars/Base"', "quota.time_zone", "such as Europe/Rome"),
    Case("quota", 'time_zone = "../../etc/passwd"', "quota.time_zone", "such as Europe/Rome"),
    Case("quota", 'time_zone = ""', "quota.time_zone", "such as Europe/Rome"),
    Case("budget", "daily_usd = 0", "budget.daily_usd", "greater than 0"),
    Case("budget", "monthly_usd = inf", "budget.monthly_usd", "1,000,000,000"),
    Case("prices", 'seedance_pro = { "480" = 0.05 }', "prices.seedance_pro.480.[key]", "480p"),
    Case("prices", 'seedance_lite = { "480p" = -1 }', "prices.seedance_lite.480p", "greater than"),
    Case("prices", 'seedream_edit = { "2K" = nan }', "prices.seedream_edit.2K"),
    Case("prices", "veo = {}", "prices.veo", "unknown key"),
    Case("content", 'refuse = [" "]', "content.refuse.0", "at least 1 character"),
    Case("content", 'flag = ["**"]', "content.flag.0", "more than stars"),
    Case("content", 'flag = "bomb"', "content.flag", "list"),
    Case("runcomfy", 'balance_url = "http://elsewhere.example"', "runcomfy.balance_url", "https://"),
    Case("http", 'listen = "8080"', "http.listen", "host:port"),
    Case("http", 'listen = ":8080"', "http.listen", "host:port"),
    Case("http", 'listen = "localhost:"', "http.listen", "host:port"),
    Case("http", 'listen = "localhost:http"', "http.listen", "host:port"),
    Case("http", 'listen = "localhost:65536"', "http.listen", "host:port"),
    Case("http", "listen = 8080", "http.listen", "string"),
    Case("credits", f"seedance_pro = {{ {FULL} }}", "credits.seedance_pro", "1080p is missing"),
    Case("credits", f'seedance_lite = {{ {FULL}, "1080p" = 0 }}', "credits.seedance_lite.1080p", "greater"),
    Case("credits", f'seedance_fast = {{ {FULL}, "8K" = 1 }}', "credits.seedance_fast.8K.[key]", "1080p"),
    Case("credits", 'seedream_edit = { "1K" = 1, "2K" = inf, "4K" = 4 }', "credits.seedream_edit.2K"),
    Case("credits", "seedance_pro_audio = -2", "credits.seedance_pro_audio", "greater than 0"),
    Case("credits", 'seedance_pro_audio = "loud"', "credits.seedance_pro_audio", "number"),
    Case("credits", "veo = 1", "credits.veo", "unknown key"),
)


def refused(load_text: Load, text: str) -> str:
    """Return the line that a text is refused with, after a look at everything that hangs on the error."""
    with pytest.raises(ConfigError) as caught:
        load_text(text)
    return judged(caught.value)


def judged(error: ConfigError) -> str:
    line = str(error)
    assert "\n" not in line
    assert SECRET not in repr(error)
    assert SECRET not in "".join(traceback.format_exception(error))
    assert SECRET not in str(error.__context__)
    return line


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.section}: {case.line}")
def test_a_wrong_line_is_answered_with_one_that_names_the_key(load_text: Load, case: Case) -> None:
    line = refused(load_text, case.text)
    assert line.startswith(f"{case.names}:")
    assert case.tells in line


@pytest.mark.parametrize("section", ["discord", "runcomfy"])
@pytest.mark.parametrize(
    "lines",
    ["", 'token = ""', 'token = "  "', f'token = "{SECRET}"\ntoken_file = "token"'],
    ids=["neither", "empty", "blank", "both"],
)
def test_a_token_comes_from_exactly_one_place(load_text: Load, section: str, lines: str) -> None:
    other = "runcomfy" if section == "discord" else "discord"
    line = refused(load_text, f'[{section}]\n{lines}\n[{other}]\ntoken = "{SECRET}"\n')
    assert line.startswith(f"{section}.token: required")
    assert f"{section}.token_file" in line


def test_no_configuration_at_all_asks_for_both_tokens() -> None:
    with pytest.raises(ConfigError) as caught:
        load(None)
    line = judged(caught.value)
    assert "discord.token" in line
    assert "runcomfy.token" in line


@pytest.mark.parametrize("value", ["12345", "true", "[]", "{}"])
def test_a_token_of_another_type_is_not_shown(load_text: Load, value: str) -> None:
    line = refused(load_text, TOKENS.replace(f'"{SECRET}-d"', value))
    assert line.startswith("discord.token:")
    assert value not in line


@pytest.mark.parametrize("section", ["discord", "quota"])
def test_a_section_that_is_no_table_is_named(load_text: Load, section: str) -> None:
    line = refused(load_text, f'{section} = "{SECRET}"\n')
    assert f"{section}: " in line


def test_several_problems_are_still_one_line(load_text: Load) -> None:
    line = refused(load_text, f"{TOKENS}[quota]\ndaily_credits = 0\nmonthly_credits = 0\n")
    assert "quota.daily_credits" in line
    assert "quota.monthly_credits" in line


def a_token_file(content: bytes | None) -> Settings:
    """Return settings whose Discord token is in a file with this content; None: there is no such file."""
    if content is not None:
        Path("token").write_bytes(content)
    Path("config.toml").write_text(f'[discord]\ntoken_file = "token"\n[runcomfy]\ntoken = "{SECRET}"\n')
    return load(None)


@pytest.mark.parametrize(
    ("content", "tells"),
    [(None, "cannot read"), (b"", "is empty"), (b" \n\n", "is empty"), (b"\xff\xfe", "cannot read")],
    ids=["absent", "empty", "blank", "not text"],
)
def test_a_token_file_that_holds_no_token_is_named(content: bytes | None, tells: str) -> None:
    settings = a_token_file(content)
    with pytest.raises(ConfigError) as caught:
        settings.discord.read_token()
    line = judged(caught.value)
    assert line.startswith("discord.token_file: ")
    assert tells in line


@pytest.mark.parametrize("section", ["discord", "runcomfy"])
@pytest.mark.parametrize("key", ["token", "token_file"])
@pytest.mark.parametrize("content", [f"two {SECRET}", f"two\n{SECRET}", f"t\u00f6ken-{SECRET}"])
def test_a_token_that_could_not_be_sent_is_named_and_not_shown(
    load_text: Load, section: str, key: str, content: str
) -> None:
    Path("token").write_text(content, encoding="utf-8")
    other = "runcomfy" if section == "discord" else "discord"
    value = json.dumps(content if key == "token" else "token")
    settings = load_text(f'[{section}]\n{key} = {value}\n[{other}]\ntoken = "{SECRET}"\n')
    with pytest.raises(ConfigError) as caught:
        getattr(settings, section).read_token()
    assert judged(caught.value).startswith(f"{section}.{key}: expected one word")


def test_a_folder_is_no_token_file() -> None:
    Path("token").mkdir()
    settings = a_token_file(None)
    with pytest.raises(ConfigError, match=r"^discord\.token_file: cannot read token"):
        settings.discord.read_token()


@pytest.mark.parametrize(
    "text",
    [
        f'[discord]\ntoken = "{SECRET}',
        f"[discord]\ntoken = {SECRET}\n",
        f'{TOKENS}[discord]\ntoken = "{SECRET}"\n',
        f'[discord]\ntoken = "{SECRET}"\ntoken = "{SECRET}"\n',
    ],
    ids=["no end", "no quotes", "a table twice", "a key twice"],
)
def test_a_file_that_is_not_toml_is_named_with_the_place(load_text: Load, text: str) -> None:
    line = refused(load_text, text)
    assert "some.toml: not TOML" in line
    assert "line" in line or "end of document" in line


def test_a_file_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    path = tmp_path / "latin.toml"
    path.write_bytes(f'[discord]\ntoken = "{SECRET}-\xe9"\n'.encode("latin-1"))
    with pytest.raises(ConfigError) as caught:
        load(path)
    assert judged(caught.value).startswith(f"{path}: cannot be read")


def test_a_folder_is_no_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path)


@pytest.mark.parametrize(
    "name",
    [
        "ZOETROPE_DISCORD_TOKEN",
        "ZOETROPE_DISCORD__TOKN",
        "ZOETROPE_DISOCRD__TOKEN",
        "ZOETROPE_TOKEN",
        "ZOETROPE_",
    ],
)
def test_a_misspelt_variable_is_named_with_how_it_is_spelt(name: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(None, {name: SECRET})
    line = judged(caught.value)
    assert name in line
    assert "ZOETROPE_<SECTION>__<KEY>" in line


def test_variables_of_others_and_the_one_that_names_the_file_are_fine(
    load_text: Load, tmp_path: Path
) -> None:
    load_text(TOKENS)
    assert load(tmp_path / "some.toml", {"HOME": "/", "ZOETROPE_CONFIG": "x.toml", "ZOETROP": "1"})


@pytest.mark.parametrize(
    ("name", "value", "names"),
    [
        ("ZOETROPE_DISCORD", f'{{"token": "{SECRET}"', "discord"),
        ("ZOETROPE_DISCORD__GUILD_IDS", f"[{SECRET}", "discord"),
        ("ZOETROPE_QUOTA__DAILY_CREDITS", SECRET, "quota.daily_credits"),
        ("ZOETROPE_RUNCOMFY__API_URL", f"http://{SECRET}", "runcomfy.api_url"),
    ],
)
def test_a_wrong_variable_is_named_and_its_value_is_not_shown(
    load_text: Load, monkeypatch: pytest.MonkeyPatch, name: str, value: str, names: str
) -> None:
    monkeypatch.setenv(name, value)
    assert names in refused(load_text, TOKENS)


def test_no_word_of_the_settings_shows_a_secret(load_text: Load) -> None:
    settings = load_text(TOKENS)
    words = f"{settings}{settings!r}{settings.discord!r}{settings.model_dump()}{settings.model_dump_json()}"
    assert SECRET not in words
    assert settings.discord.read_token() == f"{SECRET}-d"


@pytest.mark.parametrize("wrong", ["https://runcomfy.net", "runcomfy.net/files", "run comfy.net", ""])
def test_a_host_is_a_name_without_scheme_or_path(tmp_path: Path, wrong: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(f'[discord]\ntoken = "a"\n[runcomfy]\ntoken = "b"\ndownload_hosts = ["{wrong}"]\n')
    with pytest.raises(ConfigError, match=r"runcomfy\.download_hosts\.0: expected a host name"):
        load(path, {})


@pytest.mark.parametrize(
    ("table", "key", "wrong"),
    [
        ("http", "listen", "::1"),
        ("http", "listen", "127.0.0.1:65536"),
        ("discord", "api_url", "https://host:abc"),
        ("discord", "api_url", "https://host:99999"),
        ("runcomfy", "api_url", "https://["),
        ("runcomfy", "api_url", "https://a b"),
    ],
)
def test_an_address_that_could_never_be_reached_is_refused_at_once(
    tmp_path: Path, table: str, key: str, wrong: str
) -> None:
    tables = {"discord": {"token": "a"}, "runcomfy": {"token": "b"}, "http": {}}
    tables[table][key] = wrong
    path = tmp_path / "config.toml"
    lines = [
        f"[{name}]\n" + "".join(f'{k} = "{v}"\n' for k, v in keys.items()) for name, keys in tables.items()
    ]
    path.write_text("".join(lines))
    with pytest.raises(ConfigError, match=rf"{table}\.{key}: expected"):
        load(path, {})
