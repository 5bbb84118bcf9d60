"""The README says what the program does, and every file it points at is there."""

import re

import discord
import pytest

from bot import __version__
from bot.__main__ import main
from bot.config import EngineSection
from bot.core.diagram import state_diagram
from bot.opening import EX_CONFIG, EX_UNAVAILABLE
from tests.docs.sources import ROOT, in_code, make_targets, own_files, rows, text

README = text("README.md")


def test_the_diagram_is_the_table_of_moves() -> None:
    between = README.partition("<!-- states: begin -->\n")[2].partition("<!-- states: end -->")[0]

    assert between == f"```mermaid\n{state_diagram()}\n```\n"


def test_the_exit_codes_are_named() -> None:
    told = [int(row[0]) for row in rows(README, "Code", "Meaning")]

    assert told == [0, EX_UNAVAILABLE, EX_CONFIG]


def test_the_paid_calls_at_a_time_are_as_told() -> None:
    assert EngineSection().submits_at_a_time == 2
    assert "most two paid calls" in README


def test_every_metric_is_told() -> None:
    known = re.findall(r'Gauge\("(\w+)"', text("bot/health.py"))

    told = [in_code(row[0])[0] for row in rows(README, "Metric", "Meaning")]

    assert known
    assert sorted(told) == sorted(known)


def test_the_commands_of_the_command_line_are_those_of_the_program(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    known = set(re.findall(r"^    (\w+) +\w", capsys.readouterr().out, re.MULTILINE))

    operating = README.partition("**The command line**")[2].partition("**Exit codes**")[0]
    told = set(in_code(operating)) & {"run", "demo", "check", "report", "migrate"}
    used = set(re.findall(r"python -m bot (\w+)", README))

    assert known == told
    assert used <= known


# --- installing ------------------------------------------------------------------------------------------


def test_the_invitation_asks_for_what_the_bot_needs_and_no_more() -> None:
    wanted = discord.Permissions(
        view_channel=True,
        send_messages=True,
        send_messages_in_threads=True,
        attach_files=True,
        embed_links=True,
        read_message_history=True,
    )

    (told,) = re.findall(r"[?&]permissions=(\d+)", README)

    assert int(told) == wanted.value
    assert "scope=bot+applications.commands" in README


def test_every_target_that_is_named_exists() -> None:
    known = make_targets()

    pages = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs").glob("*.md"))
    for path in ("README.md", "CONTRIBUTING.md", *pages):
        told = set(re.findall(r"(?:`|^ *)make ([\w./-]+)", text(path), re.MULTILINE))
        assert told <= known, path


def test_every_path_that_is_linked_exists() -> None:
    pages = [path for path in own_files() if path.suffix == ".md"]
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]

    assert len(pages) > 4
    assert broken == []


def test_contributing_begins_with_the_one_command_that_checks_everything() -> None:
    assert "bash .ci/run" in text("CONTRIBUTING.md").partition("##")[0]
    assert re.findall(r"^make (\w+)", text(".ci/run"), re.MULTILINE) == ["check", "test"]


def test_the_changelog_has_this_version_and_room_for_the_next() -> None:
    headings = re.findall(r"^## \[(.+?)\]", text("CHANGELOG.md"), re.MULTILINE)

    assert headings[:2] == ["Unreleased", __version__]


def test_the_architecture_page_names_every_part() -> None:
    page = text("docs/architecture.md")
    told = {in_code(row[0])[0] for row in rows(page, "Layer", "Owns")}
    packages = {f"bot/{path.parent.name}" for path in (ROOT / "bot").glob("*/__init__.py")}

    assert packages <= told
    assert all((ROOT / name).exists() for name in told)
