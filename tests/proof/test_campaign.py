"""A short campaign on the real bot; and that a script is its seed's alone, and a finding names its seed."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from bot.sandbox.postgres import programs
from bot.sandbox.stage import ROOT
from proof.campaign.drawing import draw
from proof.campaign.script import Database, Turn
from proof.campaign.turning_server import OF_A_SERVER
from proof.campaign.words import told

RUNS: Final = 5
_SPOILED: Final = """
import sys
import proof.campaign.run
from proof.__main__ import main
from proof.judging.evidence import Finding

async def spoiled(*_, **__):
    return [Finding("I1", "planted")]

proof.campaign.run.verdict = spoiled
sys.exit(main(sys.argv[1:]))
"""
"""A campaign whose judge finds something in every run."""


def campaign(folder: Path, *arguments: str, program: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    """Run a campaign as a process of its own, and return what it printed."""
    return subprocess.run(
        [sys.executable, *program, "campaign", "--keep", str(folder), *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )


def test_some_runs_with_members_and_misfortunes_break_no_promise(tmp_path: Path) -> None:
    ran = campaign(tmp_path, "--runs", str(RUNS), "--seed", "1", program=("-m", "proof"))
    assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr[-2000:]
    assert f"{RUNS} runs, seeds 1 to {RUNS}" in ran.stdout
    assert "nothing found" in ran.stdout
    happened = [line.rsplit(maxsplit=1)[1] for line in ran.stdout.splitlines() if line.startswith("killed")]
    assert any(int(times) for times in happened)


@pytest.mark.skipif(programs() is None, reason="no PostgreSQL is installed here: initdb is not found")
def test_a_run_on_postgresql_in_which_the_server_restarts_breaks_no_promise(tmp_path: Path) -> None:
    chosen = ("--database", "postgresql", "--runs", "1", "--seed", "245", "--at-once", "1")
    ran = campaign(tmp_path, *chosen, program=("-m", "proof"))
    assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr[-2000:]
    assert "nothing found" in ran.stdout
    assert re.search(r"^PostgreSQL restarted +1 +1$", ran.stdout, re.MULTILINE), ran.stdout


def test_a_script_for_postgresql_has_nothing_in_it_that_only_a_file_knows() -> None:
    scripts = [draw(seed, Database.POSTGRESQL) for seed in range(1, 1001)]
    kinds = {misfortune.kind for script in scripts for misfortune in script.misfortunes}
    assert not kinds & {Turn.DISK_FULL, Turn.LOCKED, Turn.SECOND_BOT}
    assert kinds >= set(OF_A_SERVER)
    lives = [life for script in scripts for life in script.lives]
    assert not any(life.power_lost or life.sync_fails_at or life.sync_seconds for life in lives)


def test_what_is_found_names_its_seed_and_how_to_play_it_again(tmp_path: Path) -> None:
    ran = campaign(tmp_path, "--runs", "1", "--seed", "22", program=("-c", _SPOILED))
    assert ran.returncode == 1, ran.stderr[-2000:]
    assert "seed 22: FOUND" in ran.stdout
    assert "I1: planted" in ran.stdout
    assert "python -m proof campaign --runs 1 --seed 22" in ran.stdout
    kept = tmp_path / "seed-22"
    assert "I1: planted" in (kept / "findings.txt").read_text()
    assert (kept / "zoetrope.db").exists()
    assert (kept / "bot.log").exists()


@pytest.mark.parametrize("hashes", ["1", "2"])
def test_a_script_is_the_same_for_the_same_seed_in_every_process(hashes: str) -> None:
    program = (
        "from proof.campaign.drawing import draw\n"
        "from proof.campaign.words import told\n"
        "print(*told(draw(7)), sep='\\n')"
    )
    again = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": hashes},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert again.stdout.splitlines() == list(told(draw(7)))


def test_scripts_of_different_seeds_differ_and_come_to_every_kind_of_misfortune() -> None:
    scripts = [draw(seed) for seed in range(1, 1001)]
    assert len({tuple(told(script)) for script in scripts}) == len(scripts)
    kinds = {misfortune.kind for script in scripts for misfortune in script.misfortunes}
    assert len(kinds) > 40
