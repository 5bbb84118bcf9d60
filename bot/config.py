"""The settings: a TOML file, then the environment. Read once, in `__main__`, and handed down.

Every problem becomes one line that names the key and what is expected; no value of a secret is ever shown.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from tempfile import gettempdir
from typing import Annotated, Any, ClassVar, Final, Self
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PositiveFloat,
    SecretStr,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.addresses import ApiUrl, Host, Listen, ProxyUrl, StorageUrl
from bot.core.credits import Weights
from bot.core.money import Prices, microusd
from bot.core.periods import zone_named
from bot.core.quota import Allowance, Bound, Budget, Rates

PREFIX: Final = "ZOETROPE_"
DEFAULT_PATH: Final = Path("config.toml")

# What Discord's numbers and a column of the database have room for: more would be refused there, job by job.
Number = Annotated[int, Field(gt=0, lt=2**63)]
Amount = Annotated[int, Field(gt=0, le=1_000_000_000)]
Shard = Annotated[int, Field(ge=0, lt=2**31)]


def _more_than_stars(word: str) -> str:
    if not word.replace("*", "").strip():
        raise ValueError("a word that is more than stars")
    return word


Word = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=100),
    AfterValidator(_more_than_stars),
]


def _is_zone(name: str) -> str:
    if zone_named(name) is None:
        raise ValueError("the name of a time zone, such as Europe/Rome")
    return name


Zone = Annotated[str, AfterValidator(_is_zone)]


def _finite(number: float) -> float:
    if number > 1e9:
        raise ValueError("a number up to 1,000,000,000")
    return number


Measure = Annotated[PositiveFloat, AfterValidator(_finite)]


class ConfigError(Exception):
    """The configuration cannot be used; the message is the line to print.

    A name in it may hold a line's end, or what a terminal obeys: those are left out.
    """

    def __init__(self, line: str) -> None:
        super().__init__("".join(char if char.isprintable() else "?" for char in line))


class Section(BaseModel):
    """A table of the file: frozen, and no key that is not known."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class WithToken(Section):
    """A section whose token may stand in a file of its own."""

    table: ClassVar[str]
    """Its name in the file."""

    token: SecretStr | None = None
    token_file: Path | None = None

    @model_validator(mode="after")
    def _one_token(self) -> Self:
        if bool(self._typed) == (self.token_file is not None):
            raise ValueError("either token or token_file")
        return self

    @property
    def _typed(self) -> str:
        """The token in the file or the environment; a blank one, as a compose file leaves it, is none."""
        return "" if self.token is None else self.token.get_secret_value().strip()

    def read_token(self) -> str:
        """Return the token; raises ConfigError where there is none, or none that could be sent."""
        key = f"{self.table}.{'token' if self._typed else 'token_file'}"
        token = self._typed or self._content(key).strip()
        # It becomes a part of a header; whatever else it holds was not meant to be there.
        if not re.fullmatch(r"[!-~]+", token):
            raise ConfigError(f"{key}: expected one word of ASCII letters, digits and signs, without spaces")
        return token

    def _content(self, key: str) -> str:
        assert self.token_file is not None
        try:
            content = self.token_file.read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            # A name with a NUL in it is a ValueError, as is a file that is not text.
            raise ConfigError(f"{key}: cannot read {self.token_file}: {error}") from error
        if not content.strip():
            raise ConfigError(f"{key}: {self.token_file} is empty")
        return content


class DiscordSection(WithToken):
    """`[discord]`."""

    table = "discord"

    api_url: ProxyUrl = "https://discord.com/api/v10"
    guild_ids: list[Number] = []
    media_hosts: list[Host] = ["discordapp.com", "discordapp.net"]
    upload_limit: Number = 10 * 2**20
    """Bytes."""
    spoiler_channels: list[Number] = []
    shard_count: Number | None = None
    shard_ids: list[Shard] = []

    @model_validator(mode="after")
    def _shards_in_order(self) -> Self:
        if self.shard_ids and (self.shard_count is None or max(self.shard_ids) >= self.shard_count):
            raise ValueError("shard_count, and shard_ids below it")
        return self


class RunComfySection(WithToken):
    """`[runcomfy]`; times are in seconds."""

    table = "runcomfy"

    api_url: ApiUrl = "https://model-api.runcomfy.net"
    max_in_flight: Amount = 8
    calls_per_second: Measure = 20
    look_min: Measure = 2
    look_max: Measure = 20
    late_after: Measure = 1800
    give_up_after: Measure = 86400
    download_hosts: list[Host] = ["runcomfy.net", "runcomfy.com"]
    balance_url: ApiUrl = "https://api.runcomfy.net/prod/v2/balance"

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.look_min > self.look_max:
            raise ValueError("look_min at most look_max")
        return self


class StorageSection(Section):
    """`[storage]`."""

    url: StorageUrl = "sqlite:///zoetrope.db"
    media_folder: Path | None = None

    @property
    def is_shared(self) -> bool:
        """Whether several processes may use it: it is on PostgreSQL."""
        return not isinstance(self.place, Path)

    @property
    def place(self) -> Path | str:
        """The database file, or the address of the database."""
        if self.url.startswith("sqlite:///"):
            return Path(self.url.removeprefix("sqlite:///"))
        return self.url

    @classmethod
    def at(cls, url: str | None) -> Path | str | None:
        """Return the place that an address means; None where it is none."""
        try:
            return cls(url=url or "").place
        except ValidationError:
            return None

    @property
    def media(self) -> Path:
        """Where media are on their way: where nothing is set, beside the file or in the system's place."""
        if self.media_folder is not None:
            return self.media_folder.absolute()
        if isinstance(self.place, Path):
            return self.place.absolute().with_suffix(".media")
        return Path(gettempdir()) / "zoetrope.media"


class QuotaSection(Section):
    """`[quota]`: of each member, of each server, and of the whole bot."""

    daily_credits: Amount = 60
    monthly_credits: Amount = 600
    max_active_jobs: Amount = 2
    server_daily_credits: Amount | None = None
    server_monthly_credits: Amount | None = None
    bot_daily_credits: Amount | None = None
    bot_monthly_credits: Amount | None = None
    time_zone: Zone = "UTC"


class BudgetSection(Section):
    """`[budget]`, in dollars."""

    daily_usd: Measure | None = None
    monthly_usd: Measure | None = None


class ContentSection(Section):
    """`[content]`: words in prompts."""

    refuse: list[Word] = []
    flag: list[Word] = []


class Role(StrEnum):
    """What a process does of all that the bot does."""

    ALL = "all"
    GATEWAY = "gateway"
    """Hears the members and answers them; works on no job."""
    WORKER = "worker"
    """Works on jobs; has no connection to the gateway."""

    @property
    def listens(self) -> bool:
        return self is not Role.WORKER

    @property
    def works(self) -> bool:
        return self is not Role.GATEWAY


class EngineSection(Section):
    """`[engine]`: how several processes on one PostgreSQL work together."""

    takeover_after: Annotated[Measure, Field(ge=1)] = 15
    """Seconds."""
    jobs_at_a_time: Amount = 3000
    submits_at_a_time: Amount = 2


class HttpSection(Section):
    """`[http]`."""

    listen: Listen | None = None

    @property
    def address(self) -> tuple[str, int] | None:
        """Host and port, if there is to be a server."""
        if self.listen is None:
            return None
        host, _, port = self.listen.rpartition(":")
        return host.strip("[]"), int(port)


class Settings(BaseSettings):
    """Everything that an operator can set."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        hide_input_in_errors=True,
    )

    discord: DiscordSection
    runcomfy: RunComfySection
    storage: StorageSection = StorageSection()
    quota: QuotaSection = QuotaSection()
    budget: BudgetSection = BudgetSection()
    content: ContentSection = ContentSection()
    http: HttpSection = HttpSection()
    engine: EngineSection = EngineSection()
    credits: Weights = Weights()
    prices: Prices = Prices()

    @property
    def rates(self) -> Rates:
        """What the operator has set for everybody."""
        quota, budget = self.quota, self.budget
        return Rates(
            member=Allowance(quota.daily_credits, quota.monthly_credits, quota.max_active_jobs),
            server=Bound(quota.server_daily_credits, quota.server_monthly_credits),
            bot=Bound(quota.bot_daily_credits, quota.bot_monthly_credits),
            budget=Budget(_microusd(budget.daily_usd), _microusd(budget.monthly_usd)),
            zone=ZoneInfo(quota.time_zone),
        )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 (the library's signature)
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over the file, whose content comes in as arguments."""
        return env_settings, init_settings


def _microusd(usd: float | None) -> int | None:
    return None if usd is None else microusd(usd)


def load(path: Path | None, environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings; raises ConfigError with one line.

    Without a path, `config.toml` is read if it is there.
    """
    _check_environment(environ)
    content = _read(path or DEFAULT_PATH, required=path is not None)
    for section in ("discord", "runcomfy"):
        content.setdefault(section, {})
    try:
        return Settings(**content)
    except ValidationError as error:
        raise ConfigError("; ".join(_say(problem) for problem in error.errors()[:3])) from None
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"environment: {error}; lists and tables are written as JSON") from None


def _read(path: Path, *, required: bool) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if required:
            raise ConfigError(f"{path}: no such file; config.example.toml shows what goes into it") from None
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from error
    except (ValueError, RecursionError) as error:
        # The library says so itself, but for a number of thousands of digits and for the deepest nesting.
        raise ConfigError(f"{path}: not TOML: {error}") from error


def _check_environment(environ: Mapping[str, str]) -> None:
    """Refuse a misspelt variable, which the library would pass over in silence."""
    known = {f"{PREFIX}CONFIG"}
    for section, table in Settings.model_fields.items():
        name = f"{PREFIX}{section}".upper()
        fields = getattr(table.annotation, "model_fields", {})
        known |= {name, *(f"{name}__{field}".upper() for field in fields)}
    for name in environ:
        if name.startswith(PREFIX) and name.upper() not in known:
            raise ConfigError(f"environment: {name} is not a setting (ZOETROPE_<SECTION>__<KEY>)")


def _say(problem: ErrorDetails) -> str:
    key = ".".join(str(part) for part in problem["loc"]) or "configuration"
    match problem["type"]:
        case "extra_forbidden":
            return f"{key}: unknown key; config.example.toml lists them all"
        case "missing":
            return f"{key}: missing"
        case "value_error" if problem["loc"] and "token_file" in problem["msg"]:
            return f"{key}.token: required: set {key}.token, or {key}.token_file, and not both"
        case "value_error":
            return f"{key}: expected {problem['msg'].removeprefix('Value error, ')}"
        case _:
            return f"{key}: {problem['msg'][0].lower()}{problem['msg'][1:]}"
