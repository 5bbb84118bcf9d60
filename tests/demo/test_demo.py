"""The demo as a person runs it: a process, its output, its exit code, and what it leaves behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.sandbox.play import film
from bot.sandbox.stage import ROOT

PATIENCE = 60  # seconds, after which the demo has broken its promise


@contextmanager
def a_demo(*arguments: str, **environment: str) -> Generator[subprocess.Popen[str]]:
    """Run the demo in a process group of its own, which its bot belongs to as well."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "demo", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if is_anything_left(process):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def is_anything_left(process: subprocess.Popen[str]) -> bool:
    try:
        os.killpg(process.pid, 0)
    except ProcessLookupError:
        return False
    return True


async def test_the_demo_ends_with_videos_that_play(tmp_path: Path) -> None:
    with a_demo("--script", "--out", str(tmp_path / "new" / "out")) as process:
        output, errors = process.communicate(timeout=PATIENCE)
        assert (process.returncode, errors) == (0, "")
        assert not is_anything_left(process)

    assert "\x1b" not in output
    assert "\r" not in output
    last = Path(output.splitlines()[-1])
    assert sorted(last.parent.iterdir()) == [
        tmp_path / "new/out/1-a-picture-becomes-a-video.mp4",
        tmp_path / "new/out/3-after-a-power-cut.mp4",
    ]
    for path in last.parent.iterdir():
        found = await film.inspect(path)
        assert found is not None
        assert found.seconds == pytest.approx(4, abs=0.2)  # pyright: ignore[reportUnknownMemberType] (pytest's own stub)
        assert found.has_sound
        # The check itself is worth something only if it sees that a part is missing.
        (tmp_path / path.name).write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        assert await film.inspect(tmp_path / path.name) is None
    assert_the_story_is_told(output)


def assert_the_story_is_told(output: str) -> None:
    in_order = [
        "In RunComfy's queue",
        "in_progress",
        "completed",
        "Your video is here",
        "presses Cancel",
        "Cancelled. Nothing was charged",
        "by SIGKILL",
        "started again",
        "Your video is here",
        "What it came to",
    ]
    at = 0
    for words in in_order:
        at = output.find(words, at) + 1
        assert at, f"{words!r} is missing, or not in its place"
    rows = [
        line.split() for line in output[at:].splitlines() if " delivered " in line or " cancelled " in line
    ]
    assert [row[2:] for row in rows] == [
        ["delivered", "1", "1", "4"],
        ["cancelled", "1", "0", "0"],
        ["delivered", "1", "1", "4"],
    ]


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_demo_that_is_interrupted_leaves_nothing_behind(tmp_path: Path, sign: signal.Signals) -> None:
    with a_demo("--script", "--out", str(tmp_path)) as process:
        assert process.stdout is not None
        assert any("in_queue" in line for line in process.stdout), "the first job was never submitted"
        os.killpg(process.pid, sign)
        _, errors = process.communicate(timeout=10)
        assert process.returncode == 128 + sign
        assert "Traceback" not in errors
        assert not is_anything_left(process)


def test_a_folder_that_cannot_be_written_is_one_line_and_its_own_exit_code(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with a_demo("--script", "--out", str(tmp_path / "file" / "out")) as process:
        output, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 73
    assert output == ""
    assert errors.splitlines() == [f"demo: cannot write into {tmp_path}/file/out: Not a directory"]
