"""Whatever stands in the file or the environment: settings that can be used, or a line that says what not."""

import contextlib
import json
import os
import traceback
from collections.abc import Generator, Iterator, Mapping
from dataclasses import asdict
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import event, example, given
from hypothesis import strategies as st

from bot.__main__ import main
from bot.config import PREFIX, ConfigError, Settings, load
from bot.core.periods import periods
from bot.core.policy import found
from bot.core.quota import Allowance, Bound, Budget
from tests.builders import NOON
from tests.fuzz.effort import promptly, tries
from tests.fuzz.odd import DEEP
from tests.fuzz.tables import KEYS, SECRET, SECTIONS, literals, some_settings, texts, written


@contextlib.contextmanager
def surrounded(variables: Mapping[str, str]) -> Generator[None]:
    """Have nothing but these variables of ours in the environment."""
    before = {name: value for name, value in os.environ.items() if name.upper().startswith(PREFIX)}
    for name in before:
        del os.environ[name]
    os.environ.update(variables)
    try:
        yield
    finally:
        for name in variables:
            os.environ.pop(name, None)
        os.environ.update(before)


def judge(path: Path, named: set[str]) -> None:
    """Load it, and use it; a refusal has to be one line about one of these settings, without a secret."""
    with promptly():
        try:
            settings = load(path)
            tokens = settings.discord.read_token(), settings.runcomfy.read_token()
        except ConfigError as refusal:
            judge_refusal(refusal, named)
            return
    event("taken")
    assert all(token.startswith(SECRET) for token in tokens)
    assert SECRET not in repr(settings)
    judge_use(settings)


def judge_refusal(refusal: ConfigError, named: set[str]) -> None:
    line = str(refusal)
    assert len(line.splitlines()) == 1
    assert line.isprintable()
    assert any(name in line for name in named), line
    assert SECRET not in "".join(traceback.format_exception(refusal))
    event("refused")


def figures_of(value: Allowance | Bound | Budget) -> list[int]:
    """Return the figures that are set."""
    return [number for number in asdict(value).values() if number is not None]


def judge_use(settings: Settings) -> None:
    """Whatever was taken has to be something that can be counted, stored and called."""
    room = 2**63
    counts = (*settings.discord.guild_ids, *settings.discord.spoiler_channels, settings.discord.upload_limit)
    rates = settings.rates
    figures = (figures_of(one) for one in (rates.member, rates.server, rates.bot))
    amounts = (settings.runcomfy.max_in_flight, *chain.from_iterable(figures))
    assert all(0 < number < room for number in (*counts, *amounts))
    # Less than a millionth of a dollar is nothing.
    assert all(0 <= number < room for number in figures_of(rates.budget))
    assert periods(NOON, rates.zone).day.begins <= NOON
    assert not found((*settings.content.refuse, *settings.content.flag), "")
    runcomfy = settings.runcomfy
    assert 0 < runcomfy.look_min <= runcomfy.look_max < 1e10
    assert all(0 < number < 1e10 for number in (runcomfy.late_after, runcomfy.give_up_after))
    assert "\0" not in str(settings.storage.place)
    for address in (settings.discord.api_url, settings.runcomfy.api_url):
        assert address.startswith(("https://", "http://"))
        assert address.isprintable()
        address.split("/")[2].encode("idna")
    if settings.http.address is not None:
        host, port = settings.http.address
        assert host.encode("idna")
        assert 0 <= port < 65536


@tries(300)
@given(lines=some_settings)
@example({("storage", "url"): r'"sqlite:///a\u0000b"'})
@example({("runcomfy", "late_after"): "inf"})
@example({("quota", "daily_credits"): "9" * 4000})
def test_any_value_of_any_setting_is_taken_or_named(
    tmp_path: Path, lines: dict[tuple[str, str], str]
) -> None:
    path = tmp_path / "some.toml"
    path.write_text(written(lines), encoding="utf-8")
    # What is no TOML is named by the file and the place.
    judge(
        path,
        {*(f"{section}.{key}" for section, key in lines), *(section for section, _ in lines), "not TOML"},
    )


@tries(150)
@given(
    lines=some_settings
    | st.dictionaries(st.sampled_from([*KEYS, *((section, "") for section in SECTIONS)]), literals | texts)
)
@example({("discord", "guild_ids"): "[" * 100_000})
@example({("credits", ""): '{"seedance_pro": ' + '{"a": ' * 5000})
def test_any_variable_is_taken_or_named(tmp_path: Path, lines: dict[tuple[str, str], str]) -> None:
    path = tmp_path / "some.toml"
    path.write_text(written({}), encoding="utf-8")
    variables = {
        f"{PREFIX}{section}__{key}".removesuffix("__").upper(): literal.replace("\0", " ")
        for (section, key), literal in lines.items()
    }
    with surrounded(variables):
        judge(path, {"environment", *(section for section, _ in lines)})


@tries(150)
@given(
    content=st.binary(max_size=60)
    | st.text(max_size=60).map(str.encode)
    | st.sampled_from(DEEP).map(str.encode)
)
@example(b"a = " + b"[" * 5000)
@example(b"a = " + b"9" * 5000)
@example(b'[discord]\n"a\\nb" = 1\n')
@example(b'[discord]\n"\\u001b[2J" = 1\n')
def test_a_file_of_anything_is_refused_in_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "some.toml"
    path.write_bytes(content)
    with surrounded({}):
        judge(path, {"not TOML", "cannot be read", "discord", "runcomfy"})


@tries(60)
@given(name=st.text(max_size=20), content=st.binary(max_size=30))
@example("a\0b", b"")
@example("a" * 5000, b"")
def test_a_token_file_of_any_name_and_content_is_read_or_named(
    tmp_path: Path, name: str, content: bytes
) -> None:
    held = tmp_path / "token"
    held.write_bytes(SECRET.encode() + content)
    path = tmp_path / "some.toml"
    for file in (held, tmp_path / "absent" / name.encode("utf-8", "replace").decode()):
        tokens = f'[discord]\ntoken_file = {json.dumps(str(file))}\n[runcomfy]\ntoken = "{SECRET}"\n'
        path.write_text(tokens, encoding="utf-8")
        judge(path, {"discord.token_file", "not TOML"})


words = st.one_of(
    st.sampled_from(
        ("run", "demo", "check", "migrate", "report", "--config", "--verbose", "--port", "--out", "--version")
    ),
    st.sampled_from(("--port=99999", "--port=²", "--port=-1", "--port=" + "9" * 5000, "--", "-", "", "-h")),
    # Half a sign is written as its number on a real standard error, and cannot be on the one of a test.
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=10),
)


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Stand in an empty folder, with no variable of ours around: nothing can begin."""
    monkeypatch.chdir(tmp_path)
    with surrounded({}):
        yield


@tries(100)
@given(arguments=st.lists(words, max_size=4))
@pytest.mark.usefixtures("nowhere")
def test_no_command_line_ends_in_a_traceback(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    if "demo" in arguments:
        # It would begin; only what is wrong with it is of interest.
        arguments = [*arguments, "--port=none"]
    try:
        code = main(arguments)
    except SystemExit as left:
        code = left.code
    assert code in (0, 2, 69, 78)
    assert "Traceback" not in capsys.readouterr().err
