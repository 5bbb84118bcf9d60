"""The demo in the browser as a person starts and ends it: one line with an address, and nothing left."""

import os
import signal
import subprocess
import time
from contextlib import AbstractContextManager
from pathlib import Path

import aiohttp
import pytest

from tests.demo.test_demo import a_demo, is_anything_left
from tests.sandbox.web.tab import a_tab

SOON = 20  # seconds from the start to the page; a small machine takes about one, a busy one ten


def a_page(folder: Path, *arguments: str) -> AbstractContextManager[subprocess.Popen[str]]:
    """Run the demo with all that it leaves lying in this folder."""
    return a_demo(*arguments, TMPDIR=str(folder))


def address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("Zoetrope, the demo: http://127.0.0.1:")
    return line.rpartition(" ")[2].strip().rstrip("/")


def left(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def first(url: str) -> str:
    async with aiohttp.ClientSession(url) as http, http.get("/api/state") as answer:
        return str((await answer.json())["me"]["id"])


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("is_everybody_told", [True, False])
async def test_a_page_is_there_at_once_and_leaves_nothing_when_it_is_ended(
    tmp_path: Path, sign: signal.Signals, *, is_everybody_told: bool
) -> None:
    began = time.monotonic()
    with a_page(tmp_path) as process:
        url = address(process)
        async with a_tab(url, await first(url)) as tab:
            await tab.event("bot", lambda one: '"running"' in str(one).replace("'", '"'))
            assert time.monotonic() - began < SOON
            assert left(tmp_path)
            # A terminal tells the whole group, a supervisor the first process alone.
            (os.killpg if is_everybody_told else os.kill)(process.pid, sign)
            _, errors = process.communicate(timeout=20)
        assert (process.returncode, errors.strip()) == (0, "demo: stopped; nothing is left running")
        assert not is_anything_left(process)
    assert not left(tmp_path)


async def test_a_page_ends_as_well_when_its_bot_was_killed(tmp_path: Path) -> None:
    with a_page(tmp_path) as process:
        url = address(process)
        async with a_tab(url, await first(url)) as tab:
            await tab.event("bot", lambda one: "running" in str(one))
            await tab.fate("kill")
            await tab.event("bot", lambda one: "dead" in str(one))
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
        assert process.returncode == 0
        assert not is_anything_left(process)
    assert not left(tmp_path)


def test_a_port_that_is_taken_is_one_line_and_its_own_exit_code(tmp_path: Path) -> None:
    with a_page(tmp_path) as first_one:
        port = address(first_one).rpartition(":")[2]
        with a_page(tmp_path / "..", "--port", port) as second:
            output, errors = second.communicate(timeout=20)
    assert (second.returncode, output) == (69, "")
    assert errors.splitlines() == [f"demo: cannot listen on port {port}: Address already in use"]


@pytest.mark.parametrize("port", ["-1", "65536", "x"])
def test_a_port_that_is_none_is_said(tmp_path: Path, port: str) -> None:
    with a_page(tmp_path, f"--port={port}") as process:
        _, errors = process.communicate(timeout=20)
    assert process.returncode == 2
    assert "is not a number from 0 to 65535" in errors
