"""Who ended a process: the file that it read, our limits, or somebody who says nothing about the file."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import imageio_ffmpeg
import pytest
from PIL import Image

from bot.core.errors import MemberError, PassingError, Problem, TooLargeError
from bot.core.events import Output
from bot.core.models import Kind
from bot.media.child import Child, Confines, Ran
from bot.media.desk import MediaDesk
from bot.media.encode import Encoder, Meter
from bot.media.endings import End, Strikes
from bot.media.fit import Fitting
from tests.media.brought import brought
from tests.media.films import make_film
from tests.media.offspring import children
from tests.media.origin import Origin, answer, saying
from tests.media.samples import a_picture, written

MIB = 1 << 20
CONFINES = Confines(memory=512 * MIB, cpu=5, seconds=10)


def quiet(_: float) -> None:
    pass


@pytest.mark.parametrize(
    ("code", "confines", "end"),
    [
        pytest.param(
            "while True: pass", Confines(512 * MIB, cpu=1, seconds=30), End.TOO_SLOW, id="processor"
        ),
        pytest.param(
            "import signal; signal.setitimer(signal.ITIMER_PROF, 0.1)\nwhile True: pass",
            CONFINES,
            End.TOO_SLOW,
            id="its own clock",
        ),
        pytest.param("import time; time.sleep(60)", Confines(512 * MIB, 5, 0.3), End.TOO_SLOW, id="wall"),
        pytest.param("while True: print('x' * 10_000)", CONFINES, End.TOO_MUCH, id="words"),
        pytest.param("import os; os.kill(os.getpid(), 11)", CONFINES, End.ITSELF, id="a crash"),
        pytest.param("import os; os.abort()", CONFINES, End.ITSELF, id="given up"),
        pytest.param("raise SystemExit(255)", CONFINES, End.ITSELF, id="a code"),
        pytest.param("print('No space left on device')", CONFINES, End.ITSELF, id="words of a good run"),
    ],
)
async def test_a_run_tells_how_it_ended(code: str, confines: Confines, end: End) -> None:
    ran = await Child(1, confines).run(sys.executable, "-I", "-c", code, reads=[])

    assert ran.end is end


KILLED = "import os; os.kill(os.getpid(), 9)"
FULL = "raise OSError(28, 'No space left on device')"


@pytest.mark.parametrize("code", [KILLED, FULL, "import os; os.kill(os.getpid(), 10)"])
@pytest.mark.parametrize("is_told", [False, True])
async def test_what_is_ended_from_outside_is_only_at_the_third_time_said_of_its_file(
    tmp_path: Path, code: str, *, is_told: bool
) -> None:
    child = Child(1, CONFINES)
    told: list[bytes] = []

    async def read(number: int, content: bytes) -> Ran:
        """Have it read a file that was fetched to another place than before."""
        (tmp_path / f"{number}").write_bytes(content)
        lines = told.append if is_told else None
        path = tmp_path / f"{number}"
        return await child.run(sys.executable, "-I", "-c", code, reads=[path], on_line=lines)

    for number in range(2):
        with pytest.raises(PassingError) as caught:
            await read(number, b"heavy")
        assert caught.value.reason.problem is Problem.STORE_BUSY
    with pytest.raises(PassingError):
        await read(2, b"another")
    ran = await read(3, b"heavy")

    assert (ran.code != 0, ran.end) == (True, End.OUTSIDE)


def test_a_long_memory_is_bounded(tmp_path: Path) -> None:
    strikes = Strikes()
    paths = [tmp_path / str(number) for number in range(300)]
    for number, path in enumerate(paths):
        path.write_bytes(bytes([number % 256, number // 256]))

    first = [strikes.count([path]) for path in paths for _ in range(2)]

    assert not any(first)
    assert strikes.count([paths[-1]])
    # Forgotten meanwhile.
    assert not strikes.count([paths[0]])


def test_files_alike_at_both_ends_and_of_one_size_are_one(tmp_path: Path) -> None:
    strikes = Strikes()
    heavy, longer, gone = tmp_path / "heavy", tmp_path / "longer", tmp_path / "gone"
    heavy.write_bytes(b"a" * 200_000)
    longer.write_bytes(b"a" * 200_001)

    counted = [
        strikes.count(files) for files in ([heavy], [longer], [heavy], [gone], [heavy, longer], [heavy])
    ]

    assert counted == [False] * 5 + [True]


needs_proc = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="processes are found in /proc")


def at_work(others: set[int]) -> list[int]:
    """Return our processes that have become their command, but for those that are none of the desk's."""
    own = children() - others
    return [pid for pid in own if b"confined.py" not in Path(f"/proc/{pid}/cmdline").read_bytes()]


@asynccontextmanager
async def signalling(number: int) -> AsyncGenerator[None]:
    """Signal the first process that is seen at work."""
    others = children()

    async def signal_one() -> None:
        while not (found := at_work(others)):  # noqa: ASYNC110 (another process begins)
            await asyncio.sleep(0.002)
        os.kill(found[0], number)

    task = asyncio.create_task(signal_one())
    try:
        yield
    finally:
        task.cancel()


@needs_proc
async def test_a_picture_whose_process_is_killed_is_tried_again_before_it_is_blamed(desk: MediaDesk) -> None:
    picture = a_picture()
    for _ in range(2):
        async with signalling(signal.SIGKILL):
            with pytest.raises(PassingError) as caught:
                await brought(desk, picture)
            assert caught.value.reason.problem is Problem.STORE_BUSY
    async with signalling(signal.SIGKILL):
        with pytest.raises(MemberError) as refused:
            await brought(desk, picture)

    assert refused.value.reason.problem is Problem.PICTURE_UNREADABLE
    # It is still no other file's fault, and not this one's either where nobody kills.
    file, _ = await brought(desk, picture)
    assert file.mended == ()


@needs_proc
async def test_a_result_whose_process_is_killed_is_not_broken(desk: MediaDesk) -> None:
    # Few bytes and many pixels: it is still at work when it is looked for, on a busy machine too.
    picture = written(Image.new("RGB", (4000, 3000)), "PNG")
    async with Origin(saying(answer(picture))) as origin, signalling(signal.SIGKILL):
        with pytest.raises(PassingError) as caught:
            async with desk.results([Output(origin.url, Kind.IMAGE)]):
                pass

    assert caught.value.reason.problem is Problem.STORE_BUSY


@needs_proc
async def test_an_encode_that_is_killed_is_not_too_large(desk: MediaDesk, tmp_path: Path) -> None:
    film = make_film(tmp_path / "film.mp4", sides=(1280, 720))

    async with signalling(signal.SIGKILL):
        with pytest.raises(PassingError) as caught:
            async with desk.fitted([film], film.size // 4, quiet):
                pass

    assert caught.value.reason.problem is Problem.STORE_BUSY


@needs_proc
async def test_an_encode_goes_on_when_a_supervisor_ends_all_of_the_group(
    desk: MediaDesk, tmp_path: Path
) -> None:
    film = make_film(tmp_path / "film.mp4", seconds=3)
    begun, others = asyncio.Event(), children()

    async def end_it() -> None:
        await begun.wait()
        for pid in at_work(others):
            os.kill(pid, signal.SIGTERM)

    async with asyncio.TaskGroup() as group:
        group.create_task(end_it())
        async with desk.fitted([film], film.size // 2, lambda _: begun.set()) as (smaller,):
            assert smaller.size <= film.size // 2


async def test_an_encode_for_which_the_disk_has_no_room_is_not_too_large(tmp_path: Path) -> None:
    film = make_film(tmp_path / "film.mp4")
    confines = Confines(memory=2048 * MIB, cpu=30, seconds=30, largest=512 * MIB)
    fitting = Fitting(Encoder(Child(1, confines), imageio_ffmpeg.get_ffmpeg_exe()))
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "fitted-1.mp4").symlink_to("/dev/full")

    with pytest.raises(PassingError) as caught:
        await fitting.fit([film], 200_000, folder, Meter(quiet))

    assert caught.value.reason.problem is Problem.STORE_BUSY


async def test_an_encode_that_comes_to_our_limit_is_too_large_at_once(tmp_path: Path) -> None:
    film = make_film(tmp_path / "film.mp4", sides=(1280, 720), seconds=4)
    hasty = Confines(memory=2048 * MIB, cpu=1, seconds=60, largest=512 * MIB)
    fitting = Fitting(Encoder(Child(1, hasty), imageio_ffmpeg.get_ffmpeg_exe()))

    with pytest.raises(TooLargeError):
        await fitting.fit([film], 1_000_000, tmp_path, Meter(quiet))
