"""What an operator sees: exit codes, one line for each problem, a clean stop, /healthz."""

import asyncio
import json
import os
import sqlite3
import subprocess
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from bot import health
from bot.clock import SystemClock
from bot.core.errors import PassingError, Problem, StoreUnusable
from bot.opening import FatalError
from bot.sandbox.discord import faults as discord_faults
from bot.sandbox.discord.faults import Delay, Limited
from bot.sandbox.stage import environment, stage
from bot.serve import judge_engine
from bot.store.sqlite import SqliteStore
from tests.builders import PLENTY
from tests.e2e.play import LONG, Play
from tests.lives import to_its_end
from tests.postgres import of_a_file


async def bot(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the bot that ends by itself."""
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("ZOETROPE_")}
    chosen = {f"ZOETROPE_{name}": value for name, value in settings.items()}
    return await to_its_end(*words, environment={**surroundings, **chosen})


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
    ({**TOKENS, "RUNCOMFY__TOKEN": "two words"}, 78, "runcomfy.token: expected one word"),
    ({**TOKENS, "DISCORD__TOKEN": "two\nlines"}, 78, "discord.token: expected one word"),
    ({"DISCORD__TOKEN_FILE": "/nowhere", "RUNCOMFY__TOKEN": "x"}, 78, "discord.token_file: cannot read"),
]


@pytest.mark.parametrize(("settings", "code", "words"), WRONG, ids=[row[2] for row in WRONG])
async def test_a_foreseen_problem_is_one_line_and_an_exit_code(
    tmp_path: Path, settings: dict[str, str], code: int, words: str
) -> None:
    done = await bot("run", **{"STORAGE__URL": f"sqlite:///{tmp_path / 'z.db'}", **settings})
    assert done.returncode == code
    (line,) = done.stderr.strip().splitlines()
    assert words in line
    assert "Traceback" not in done.stderr
    assert not any(token in done.stderr for token in TOKENS.values())


@of_a_file
async def test_a_second_process_on_the_same_database_leaves_at_once_and_names_the_first(play: Play) -> None:
    settings = environment(play.bot.folder, play.discord, play.runcomfy)
    done = await bot("run", **settings)
    assert done.returncode == 69
    assert str(play.bot.pid) in done.stderr
    await play.result_of((await play.animate()).message)


@pytest.mark.parametrize("role", ["gateway", "worker"])
async def test_a_role_beside_others_is_refused_on_a_file(tmp_path: Path, role: str) -> None:
    database = tmp_path / "zoetrope.db"
    done = await bot("run", "--role", role, **TOKENS, STORAGE__URL=f"sqlite:///{database}")
    assert done.returncode == 78
    (line,) = done.stderr.splitlines()
    assert line == f"storage.url: expected postgresql://... with --role {role}; SQLite is for one process"
    assert not database.exists()


async def test_a_token_that_discord_rejects_is_a_matter_of_configuration(play: Play, tmp_path: Path) -> None:
    settings = environment(tmp_path, play.discord, play.runcomfy)
    other = {**settings, "STORAGE__URL": f"sqlite:///{tmp_path / 'other.db'}", "DISCORD__TOKEN": "wrong"}
    done = await bot("run", **other)
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


HANGS = {
    "login": discord_faults.Fault("GET", "/users/@me", Delay(60)),
    "login, limited": discord_faults.Fault("GET", "/users/@me", Limited(60)),
    "commands": discord_faults.Fault("PUT", "/applications/.*/commands", Delay(60)),
    "commands, limited": discord_faults.Fault("PUT", "/applications/.*/commands", Limited(60)),
    "gateway": discord_faults.Fault("GET", "/gateway/bot", Delay(60)),
}


@pytest.mark.parametrize("fault", [pytest.param(replace(fault), id=name) for name, fault in HANGS.items()])
async def test_sigterm_ends_a_start_that_hangs(tmp_path: Path, fault: discord_faults.Fault) -> None:
    async with stage(tmp_path) as set_up:
        set_up.discord.faults.add(fault)
        await set_up.bot.start()
        await set_up.discord.bell.until(lambda: fault.fired or None, timeout=LONG, what="a start that hangs")
        async with asyncio.timeout(10):
            assert await set_up.bot.terminate() == 0
        assert "Traceback" not in set_up.bot.log


async def test_a_database_that_is_locked_at_the_start_is_one_line(tmp_path: Path) -> None:
    async with stage(tmp_path) as set_up:
        fault = set_up.discord.faults.add(discord_faults.Fault("PUT", "/applications/.*/commands", Delay(1)))
        await set_up.bot.start()
        await set_up.discord.bell.until(lambda: fault.fired or None, timeout=LONG, what="the registration")
        with closing(sqlite3.connect(set_up.bot.database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            assert await set_up.bot.ended() == 69
        assert set_up.bot.log.strip().splitlines()[-1].startswith("storage: locked by another program")
        assert "Traceback" not in set_up.bot.log


async def test_a_folder_for_media_that_cannot_be_had_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "z.media").touch()
    done = await bot("run", **TOKENS, STORAGE__URL=f"sqlite:///{tmp_path / 'z.db'}")
    assert done.returncode == 69
    (line,) = done.stderr.strip().splitlines()
    assert line.startswith(f"storage: {tmp_path / 'z.media'}: ")


def test_the_failure_of_the_engine_comes_out_of_its_groups() -> None:
    passing = PassingError(Problem.STORE_BUSY)
    with pytest.raises(PassingError) as raised:
        judge_engine(ExceptionGroup("tasks", [ExceptionGroup("tasks", [passing])]))
    assert raised.value is passing
    with pytest.raises(FatalError, match="storage: "):
        judge_engine(ExceptionGroup("tasks", [StoreUnusable("a COMMIT failed")]))


async def test_metrics_of_a_store_that_fails_are_503(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with SqliteStore.open(tmp_path / "z.db", datetime.now(UTC)) as closed:
        pass
    vitals = health.Vitals(
        store=closed,
        clock=SystemClock(),
        rates=PLENTY.rates,
        balance=lambda: None,
        gateway_is_up=lambda: True,
        runcomfy_answered=lambda: None,
        runcomfy_takes_orders=lambda: True,
    )
    async with health.serve(("127.0.0.1", 0), vitals) as port, aiohttp.ClientSession() as session:
        for page in ("metrics", "healthz"):
            async with session.get(f"http://127.0.0.1:{port}/{page}") as answer:
                assert answer.status == 503
    assert "Traceback" not in caplog.text


async def test_healthz_and_metrics_tell_the_truth(play: Play) -> None:
    await play.bot.terminate()
    await play.start(HTTP__LISTEN="127.0.0.1:0", BUDGET__MONTHLY_USD="2.5")
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
    # Five seconds at the stand-in's 0.05 dollars.
    assert 'zoetrope_spent_usd{span="month"} 0.25' in metrics
    assert 'zoetrope_budget_usd{span="month"} 2.5' in metrics
    assert 'zoetrope_budget_usd{span="day"}' not in metrics
    assert "zoetrope_balance_usd 10.0" in metrics


async def test_migrate_brings_a_new_database_up_and_says_so(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'z.db'}"
    first = await bot("migrate", STORAGE__URL=url, **TOKENS)
    again = await bot("migrate", STORAGE__URL=url, **TOKENS)
    assert (first.returncode, again.returncode) == (0, 0)
    assert "was at 0" in first.stdout
    assert "was at" not in again.stdout
