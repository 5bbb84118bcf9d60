"""The process for strangers' files: what it may use, and that nothing of it is left."""

import asyncio
import os
import sys
import time
from pathlib import Path

import pytest

from bot.media.child import Child, Confines

MIB = 1 << 20
ROOT = Path(__file__).parents[2]
CONFINES = Confines(memory=512 * MIB, cpu=5, seconds=10)


async def run(code: str, confines: Confines = CONFINES, *arguments: str) -> tuple[int, bytes]:
    ran = await Child(1, confines).run(sys.executable, "-I", "-c", code, *arguments, reads=[])
    return ran.code, ran.output


async def until_written(told: Path) -> None:
    """Wait until a file holds something."""
    async with asyncio.timeout(5):
        while not _holds_something(told):  # noqa: ASYNC110 (another process writes it)
            await asyncio.sleep(0.005)


def _holds_something(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def is_zombie(pid: int) -> bool:
    """Tell whether a process is dead, though nobody has asked how it ended: init may take its time."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


async def test_its_words_and_its_complaints_come_back() -> None:
    code, output = await run(
        "import sys; print('out', flush=True); print('err', file=sys.stderr); sys.exit(3)"
    )

    assert (code, output) == (3, b"out\nerr\n")


async def test_its_lines_come_while_it_runs(tmp_path: Path) -> None:
    """It writes the second line only when we have told it that the first has come."""
    path = str(tmp_path / "told")
    os.mkfifo(path)
    told = os.open(path, os.O_RDWR)
    code = (
        "import sys; print('one', flush=True); open(sys.argv[1], 'rb').read(1); print('two'); print('three')"
    )
    lines: list[bytes] = []

    def take(line: bytes) -> None:
        lines.append(line)
        if line == b"one":
            os.write(told, b"!")

    ran = await Child(1, CONFINES).run(sys.executable, "-I", "-c", code, path, reads=[], on_line=take)
    os.close(told)

    assert (ran.code, ran.output) == (0, b"")
    assert lines == [b"one", b"two", b"three"]


async def test_lines_that_are_handed_out_may_be_many_but_not_long() -> None:
    count = 0

    def take(line: bytes) -> None:
        nonlocal count
        count += len(line)

    many = "for number in range(300_000): print('12345')"
    long = "while True: print('x' * 10_000, end='')"
    ran = [
        await Child(1, CONFINES).run(sys.executable, "-I", "-c", code, reads=[], on_line=take)
        for code in (many, long)
    ]

    assert (ran[0].code, ran[1].code < 0, count) == (0, True, 1_500_000)


async def test_it_sees_nothing_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZOETROPE_DISCORD__TOKEN", "secret")

    _, output = await run("import os; print(sorted(os.environ))")

    assert b"PATH" in output
    assert b"ZOETROPE" not in output


async def test_it_is_nicer_than_we_are() -> None:
    _, output = await run("import os; print(os.nice(0))")

    assert int(output) == min(os.nice(0) + 10, 19)


async def test_more_memory_than_allowed_is_not_had() -> None:
    code, output = await run(f"bytearray({600 * MIB})")

    assert code == 1
    assert b"MemoryError" in output


async def test_more_processor_time_than_allowed_ends_it() -> None:
    started = time.monotonic()

    code, _ = await run("while True: pass", Confines(memory=512 * MIB, cpu=1, seconds=30))

    assert code < 0
    assert time.monotonic() - started < 25


async def test_more_words_than_allowed_end_it() -> None:
    started = time.monotonic()

    code, output = await run("while True: print('x' * 10_000)")

    assert (code < 0, output) == (True, b"")
    assert time.monotonic() - started < 5


async def test_more_time_than_allowed_ends_it(tmp_path: Path) -> None:
    told = tmp_path / "pid"
    idle = "import os, sys, time; open(sys.argv[1], 'w').write(str(os.getpid())); time.sleep(60)"

    code, _ = await run(idle, Confines(memory=512 * MIB, cpu=5, seconds=0.5), str(told))

    assert code < 0
    assert not is_alive(int(told.read_text()))


async def test_calling_it_off_ends_it(tmp_path: Path) -> None:
    told = tmp_path / "pid"
    idle = "import os, sys, time; open(sys.argv[1], 'w').write(str(os.getpid())); time.sleep(60)"
    task = asyncio.create_task(run(idle, CONFINES, str(told)))
    await until_written(told)

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert not is_alive(int(told.read_text()))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent died")
async def test_it_dies_with_a_bot_that_is_killed(tmp_path: Path) -> None:
    told = tmp_path / "pid"
    idle = "import os, sys, time; open(sys.argv[1], 'w').write(str(os.getpid())); time.sleep(60)"
    code = """
import asyncio, sys
from bot.media.child import Child, Confines
child = Child(1, Confines(memory=1 << 29, cpu=5, seconds=60))
asyncio.run(child.run(sys.executable, "-I", "-c", *sys.argv[1:], reads=[]))
"""
    bot = await asyncio.create_subprocess_exec(sys.executable, "-c", code, idle, str(told), cwd=ROOT)
    await until_written(told)
    pid = int(told.read_text())
    assert is_alive(pid)

    bot.kill()
    await bot.wait()

    async with asyncio.timeout(5):
        while is_alive(pid) and not is_zombie(pid):  # noqa: ASYNC110 (another process ends)
            await asyncio.sleep(0.005)


async def test_no_more_than_so_many_run_at_a_time(tmp_path: Path) -> None:
    child = Child(2, CONFINES)
    log = tmp_path / "log"
    code = """
import sys, time
def note(word):
    with open(sys.argv[1], "a") as log: log.write(word + "\\n")
def begun():
    with open(sys.argv[1]) as log: return log.read().count("+")
note("+")
while begun() < 2: time.sleep(0.01)
time.sleep(0.05); note("-")
"""
    async with asyncio.TaskGroup() as group:
        for _ in range(5):
            group.create_task(child.run(sys.executable, "-I", "-c", code, str(log), reads=[]))

    running = most = 0
    for word in log.read_text().split():
        running += 1 if word == "+" else -1
        most = max(most, running)
    assert (running, most) == (0, 2)


@pytest.mark.parametrize("listens", [False, True])
async def test_what_a_supervisor_tells_the_whole_group_does_not_end_it(
    tmp_path: Path, *, listens: bool
) -> None:
    """As ffmpeg, it may even have taken the signals for itself."""
    code = """
import os, signal, sys
if sys.argv[1] == "True": signal.signal(signal.SIGTERM, lambda *_: os._exit(255))
os.kill(os.getpid(), signal.SIGTERM)
os.kill(os.getpid(), signal.SIGINT)
print("done")
"""
    ran = await Child(1, CONFINES).run(sys.executable, "-I", "-c", code, str(listens), reads=[tmp_path])

    assert (ran.code, ran.output) == (0, b"done\n")


async def test_nothing_is_begun_where_the_bot_has_died_meanwhile() -> None:
    """It cannot be told any more that the bot dies: it has another parent already."""
    limits = (str(512 * MIB), "5", str(MIB))
    launcher = ROOT / "bot/media/confined.py"
    begun = [sys.executable, "-I", str(launcher), str(os.getpid() + 1), *limits, "/bin/echo", "begun"]
    process = await asyncio.create_subprocess_exec(*begun, stdout=asyncio.subprocess.PIPE)
    output, _ = await process.communicate()

    assert (process.returncode, output) == (1, b"")
