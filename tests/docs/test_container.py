"""The Dockerfile and compose.yaml run what exists, as nobody in particular, and keep what must be kept."""

import re
from pathlib import Path, PurePosixPath
from typing import Any, Final, cast

import pytest

from bot.config import Settings, load
from tests.docs.container import Stage, compose, exec_form, stages
from tests.docs.sources import ROOT, make_targets, text

BUILDER, LAST = stages(text("Dockerfile"))
COMPOSE: Final = cast("Any", compose(text("compose.yaml")))
SERVICE: Final = COMPOSE["services"]["bot"]
SECRETS: Final = {"discord_token", "runcomfy_token"}


def _copied(stage: Stage) -> list[tuple[str | None, list[str], str]]:
    """Return each COPY: from which stage, what, where to."""
    found: list[tuple[str | None, list[str], str]] = []
    for argument in stage.all("COPY"):
        words = argument.split()
        flags = [word for word in words if word.startswith("--")]
        source = flags[0].removeprefix("--from=") if flags else None
        *what, to = [word for word in words if not word.startswith("--")]
        found.append((source, what, to))
    return found


def _settings(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> Settings:
    # Where no config.toml of the developer's is.
    monkeypatch.chdir(ROOT / "docs")
    for name, value in variables.items():
        if name.startswith("ZOETROPE_"):
            monkeypatch.setenv(name, value)
    return load(None)


# --- the image -------------------------------------------------------------------------------------------


def test_the_virtual_environment_is_used_where_it_was_made() -> None:
    made = PurePosixPath(BUILDER.one("WORKDIR"), ".venv")
    moved = [(what, to) for source, what, to in _copied(LAST) if source == BUILDER.name]

    ((what, to),) = moved

    assert what == [str(made)]
    assert PurePosixPath(LAST.one("WORKDIR"), to) == made
    assert LAST.environment()["PATH"].partition(":")[0] == str(made / "bin")


def test_both_stages_have_the_same_python() -> None:
    assert BUILDER.image == "python:3.13"
    assert LAST.image == "python:3.13-slim"


def test_the_packages_are_installed_by_the_makefiles_own_step_with_hashes() -> None:
    made = [run.split()[1] for run in BUILDER.all("RUN") if run.startswith("make ")]
    recipe = text("Makefile").partition("$(VENV)/.run: requirements.lock")[2].partition("\n\n")[0]

    assert made == [".venv/.run"]
    assert set(made) <= make_targets()
    assert "--require-hashes -r requirements.lock" in recipe


def test_everything_that_is_copied_exists_and_reaches_the_build() -> None:
    let_in = {line[1:] for line in text(".dockerignore").splitlines() if line.startswith("!")}
    copied = {
        name
        for stage in (BUILDER, LAST)
        for source, what, _ in _copied(stage)
        if source is None
        for name in what
    }

    assert copied == let_in
    assert all((ROOT / name).exists() for name in copied)
    assert "*" in text(".dockerignore").splitlines()


def test_nothing_of_development_is_in_the_last_stage() -> None:
    copied = " ".join(LAST.all("COPY"))

    assert not re.search(r"tests|bench|dev|Makefile", copied)
    assert not re.search(r"\b(?:apt|apt-get|pip|make|curl)\b", " ".join(LAST.all("RUN")))


def test_the_bot_is_not_root_and_owns_only_its_state() -> None:
    uid, _, gid = LAST.one("USER").partition(":")
    prepared = LAST.all("RUN")[0]

    assert int(uid) > 0
    assert int(gid) > 0
    assert f"--uid {uid} " in prepared
    assert f"--owner={uid} --group={gid}" in prepared
    assert prepared.endswith(f" {LAST.one('VOLUME')}")


def test_the_bot_is_started_without_a_shell_so_that_signals_reach_it() -> None:
    assert exec_form(LAST.one("CMD")) == ["python", "-m", "bot", "run"]
    assert LAST.one("STOPSIGNAL") == "SIGTERM"
    assert LAST.all("ENTRYPOINT") == []


def test_the_health_check_asks_where_the_bot_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    tokens = {"ZOETROPE_DISCORD__TOKEN": "a", "ZOETROPE_RUNCOMFY__TOKEN": "b"}
    settings = _settings(monkeypatch, LAST.environment() | tokens)
    python, option, code = exec_form(LAST.one("HEALTHCHECK"))

    assert (python, option) == ("python", "-c")
    assert settings.http.address is not None
    assert f"http://{settings.http.listen}/healthz" in code
    compile(code, "healthcheck", "exec")


def test_the_state_is_kept_on_the_volume(monkeypatch: pytest.MonkeyPatch) -> None:
    tokens = {"ZOETROPE_DISCORD__TOKEN": "a", "ZOETROPE_RUNCOMFY__TOKEN": "b"}
    settings = _settings(monkeypatch, LAST.environment() | tokens)

    assert str(Path(settings.storage.place).parent) == LAST.one("VOLUME")
    assert f"state:{LAST.one('VOLUME')}" in SERVICE["volumes"]
    assert "state" in COMPOSE["volumes"]


# --- compose ---------------------------------------------------------------------------------------------


def test_the_tokens_come_as_files_that_compose_mounts(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = _settings(monkeypatch, SERVICE["environment"])

    files = {settings.discord.token_file, settings.runcomfy.token_file}

    assert {str(file) for file in files} == {f"/run/secrets/{name}" for name in SECRETS}
    assert set(SERVICE["secrets"]) == set(COMPOSE["secrets"]) == SECRETS
    for name in SECRETS:
        assert COMPOSE["secrets"][name]["file"] == f"./secrets/{name}"
        assert f"> secrets/{name}" in text("README.md")


def test_only_the_state_and_the_temporary_folder_can_be_written() -> None:
    assert SERVICE["read_only"] == "true"
    assert SERVICE["tmpfs"] == ["/tmp"]
    assert SERVICE["cap_drop"] == ["ALL"]


def test_there_is_one_service_one_volume_and_no_open_port() -> None:
    assert list(COMPOSE["services"]) == ["bot"]
    assert list(COMPOSE["volumes"]) == ["state"]
    assert "ports" not in SERVICE
    assert SERVICE["build"] == "."


def test_the_bot_comes_back_and_is_given_time_to_leave() -> None:
    assert SERVICE["restart"] == "unless-stopped"
    assert int(SERVICE["stop_grace_period"].removesuffix("s")) > 10


def test_the_service_that_the_readme_runs_is_the_one_that_is_there() -> None:
    told = re.findall(r"docker compose run --rm (\S+) python -m bot (\w+)", text("README.md"))

    assert told == [("bot", "check")]
    assert "the volume `state`" in text("README.md")


def test_what_this_reader_of_yaml_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="not understood"):
        compose("services:\n  - name: bot\n    image: x\n")
