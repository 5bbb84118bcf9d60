"""What an operator sees: exit codes, one line for each problem, a clean stop, /healthz, and `check`."""

import asyncio
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import aiohttp
import pytest

from bot.sandbox.discord import Discord
from bot.sandbox.runcomfy import Action, Fault, RunComfy, Studio, When
from bot.sandbox.stage import ROOT, environment
from tests.e2e.play import Play


def bot(command: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the bot that ends by itself."""
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("ZOETROPE_")}
    chosen = {f"ZOETROPE_{name}": value for name, value in settings.items()}
    return subprocess.run(
        [sys.executable, "-m", "bot", command],
        cwd=ROOT,
        env={**surroundings, **chosen},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


TOKENS = {"DISCORD__TOKEN": "a-token-for-discord", "RUNCOMFY__TOKEN": "a-token-for-runcomfy"}
WRONG: list[tuple[dict[str, str], int, str]] = [
    ({}, 78, "discord.token: required"),
    ({"DISCORD__TOKEN": "x"}, 78, "runcomfy.token: required"),
    ({**TOKENS, "DISCORD__TOKEN": ""}, 78, "discord.token: required"),
    ({**TOKENS, "QUOTA__DAILY_CREDITS": "many"}, 78, "quota.daily_credits"),
    ({**TOKENS, "QUOTA__WEEKLY": "5"}, 78, "ZOETROPE_QUOTA__WEEKLY is not a setting"),
    ({**TOKENS, "STORAGE__URL": "mysql://x"}, 78, "storage.url: expected sqlite:///FILE"),
    ({**TOKENS, "CONFIG": "/nowhere/config.toml"}, 78, "/nowhere/config.toml: no such file"),
    ({**TOKENS, "STORAGE__URL": "sqlite:////nowhere/z.db"}, 69, "storage:"),
    ({**TOKENS, "DISCORD__API_URL": "http://127.0.0.1:9"}, 69, "Discord cannot be reached"),
]


@pytest.mark.parametrize(("settings", "code", "words"), WRONG, ids=[row[2] for row in WRONG])
def test_a_foreseen_problem_is_one_line_and_an_exit_code(
    tmp_path: Path, settings: dict[str, str], code: int, words: str
) -> None:
    done = bot("run", **{"STORAGE__URL": f"sqlite:///{tmp_path / 'z.db'}", **settings})
    assert done.returncode == code
    (line,) = done.stderr.strip().splitlines()
    assert words in line
    assert "Traceback" not in done.stderr
    assert not any(token in done.stderr for token in TOKENS.values())


async def test_a_second_process_on_the_same_database_leaves_at_once_and_names_the_first(play: Play) -> None:
    settings = environment(play.bot.folder, play.discord, play.runcomfy)
    done = await asyncio.to_thread(lambda: bot("run", **settings))
    assert done.returncode == 69
    assert str(play.bot.pid) in done.stderr
    await play.result_of((await play.animate()).message)


async def test_a_token_that_discord_rejects_is_a_matter_of_configuration(play: Play, tmp_path: Path) -> None:
    settings = environment(tmp_path, play.discord, play.runcomfy)
    other = {**settings, "STORAGE__URL": f"sqlite:///{tmp_path / 'other.db'}", "DISCORD__TOKEN": "wrong"}
    done = await asyncio.to_thread(lambda: bot("run", **other))
    play.discord.problems.clear()
    assert done.returncode == 78
    assert done.stderr.strip() == "discord.token: Discord rejects it; expected a valid bot token"


async def test_sigterm_ends_the_bot_within_ten_seconds_and_work_goes_on_after_the_next_start(
    play: Play,
) -> None:
    play.runcomfy.hold()
    asked = await play.animate()
    await play.card_says(asked.message, "In RunComfy's queue")
    began = time.monotonic()
    assert await play.bot.terminate() == 0
    assert time.monotonic() - began < 10
    play.runcomfy.release()
    await play.start()
    await play.result_of(asked.message)
    assert len(play.runcomfy.submits) == 1


async def test_healthz_and_metrics_tell_the_truth(play: Play) -> None:
    await play.bot.terminate()
    await play.start(HTTP__LISTEN="127.0.0.1:0")
    port = play.bot.log.rpartition("/healthz")[0].rpartition(":")[2]
    await play.card_says((await play.animate()).message, "Done in")
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
        async with session.get("/healthz") as answer:
            assert answer.status == 200
            body = json.loads(await answer.read())
        async with session.get("/metrics") as answer:
            metrics = await answer.text()
    assert body["gateway_connected"] is True
    assert body["database_writable"] is True
    assert body["runcomfy_last_answer"] is not None
    assert 'zoetrope_jobs{state="delivered"} 1.0' in metrics


async def test_check_says_ok_for_each_thing_or_what_to_do(tmp_path: Path) -> None:
    async with Discord() as discord, RunComfy(studio=Studio(quick=True)) as runcomfy:
        settings = environment(tmp_path, discord, runcomfy)
        good = await asyncio.to_thread(lambda: bot("check", **settings))
        assert good.returncode == 0, good.stdout + good.stderr
        assert good.stdout.count("ok ") == 7
        assert "bytedance/seedream-4-0/edit: base price" in good.stdout
        runcomfy.reject_token = True
        rejected = await asyncio.to_thread(lambda: bot("check", **settings))
        assert rejected.returncode == 78
        assert "set runcomfy.token to a valid one" in rejected.stdout
        runcomfy.reject_token = False
        wrong = {**settings, "DISCORD__TOKEN": "wrong"}
        refused = await asyncio.to_thread(lambda: bot("check", **wrong))
        assert refused.returncode == 78
        assert "WRONG discord.token" in refused.stdout
        assert runcomfy.submits == []
    gone = await asyncio.to_thread(lambda: bot("check", **settings))
    assert gone.returncode == 69
    assert "WRONG discord.api_url" in gone.stdout
    assert "Traceback" not in gone.stderr


async def test_a_job_in_doubt_is_shown_by_check(play: Play) -> None:
    play.runcomfy.fault(Fault("submit", Action.RESET, when=When.DONE))
    asked = await play.animate()
    await play.card_says(asked.message, "cannot be paid for twice")
    await play.bot.terminate()
    done = await asyncio.to_thread(
        lambda: bot("check", **environment(play.bot.folder, play.discord, play.runcomfy))
    )
    assert f"job {play.rows()[0].id} of member {play.ana.id} is in doubt" in done.stdout


def test_migrate_brings_a_new_database_up_and_says_so(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'z.db'}"
    first = bot("migrate", STORAGE__URL=url, **TOKENS)
    again = bot("migrate", STORAGE__URL=url, **TOKENS)
    assert (first.returncode, again.returncode) == (0, 0)
    assert "was at 0" in first.stdout
    assert "was at" not in again.stdout
