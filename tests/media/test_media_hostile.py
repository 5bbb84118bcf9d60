"""Files made to harm: each is mended or refused in words, soon, and nothing is left of any.

A third of them by default, and all where more is asked for: see tests/depth.py. `make media` tries all, too.
"""

import asyncio
import gc
import os
import resource
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest

from bot.core.errors import MemberError, Problem
from bot.core.media import MediaFile
from bot.core.mending import Framing
from bot.core.models import EDIT_RULE, FRAME_RULE, PictureRule
from bot.core.pictures import PictureFacts, judge
from bot.media.child import Child
from bot.media.desk import DEFAULTS, MediaDesk
from bot.media.probing import probe, read_signature
from tests.depth import TIMES
from tests.media.brought import ROOM, source
from tests.media.conftest import LOCAL
from tests.media.harmful import harmful_files
from tests.media.offspring import children
from tests.media.origin import Origin, answer

# At a time; each has a processor to itself on the smallest machine that this is meant for.
AT_ONCE = 2
# Seconds of processor time, of all that are tried at a time: what else the machine does counts for nothing.
SOON = AT_ONCE * 8.0
# A flipped bit in the name of a format makes it another one, and that is said.
REFUSALS = {
    Problem.PICTURE_UNREADABLE,
    Problem.PICTURE_TOO_SLOW,
    Problem.PICTURE_TOO_MANY_PIXELS,
    Problem.PICTURE_FORMAT,
}
GROWTH = 32 << 20  # bytes
ONE_IN = 3 if TIMES == 1 else 1


@dataclass
class Account:
    """What became of the files."""

    ends: Counter[str] = field(default_factory=Counter[str])
    slowest: tuple[float, str] = (0.0, "")
    wrong: list[str] = field(default_factory=list[str])


def own_memory() -> int:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def spent() -> float:
    """Return the seconds of processor time that all children have used which are no more."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


async def try_one(desk: MediaDesk, url: str, rule: PictureRule, prober: Child) -> str:
    """Bring one file and name how it ended; whatever is mended is opened once more by another program."""
    try:
        async with desk.pictures([source(url)], rule, framing=Framing.CROP, room=ROOM) as (file,):
            await assert_good(file, rule, prober)
    except MemberError as refusal:
        return refusal.reason.problem
    return "mended"


async def assert_good(file: MediaFile, rule: PictureRule, prober: Child) -> None:
    signature = read_signature(file.path)
    assert signature is not None
    found = await probe(prober, file.path, signature)
    assert found is not None
    assert found.whole
    assert (found.width, found.height, found.frames) == (file.width, file.height, 1)
    judge(PictureFacts("cat.png", signature.name, size_of(file), found.width, found.height), rule)


def size_of(file: MediaFile) -> int:
    return file.path.stat().st_size


@pytest.fixture
async def shelf() -> AsyncIterator[tuple[Origin, dict[int, bytes]]]:
    """A server that gives each file by its number."""
    files: dict[int, bytes] = {}

    async def script(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = int(origin.heads[-1].split(b"n=")[1].split()[0])
        writer.write(answer(files[number], more="Connection: close\r\n"))
        await writer.drain()

    async with Origin(script) as origin:
        yield origin, files


@pytest.mark.skipif(
    not Path("/proc/self/statm").exists(), reason="memory is measured by Linux's account of it"
)
async def test_harmful_files_are_mended_or_refused_soon_and_leave_nothing(
    session: aiohttp.ClientSession, tmp_path: Path, shelf: tuple[Origin, dict[int, bytes]]
) -> None:
    origin, files = shelf
    desk = MediaDesk(session, LOCAL, LOCAL, tmp_path / "media", DEFAULTS)
    desk.sweep()
    named = [*harmful_files(seed=7)][::ONE_IN]
    files.update(enumerate(content for _, content in named))
    prober = Child(AT_ONCE, DEFAULTS.probe)
    account, waiting = Account(), iter(range(len(named)))

    async def work() -> None:
        for number in waiting:
            started = spent()
            rule = (FRAME_RULE, EDIT_RULE)[number % 2]
            try:
                account.ends[await try_one(desk, f"{origin.url}?n={number}", rule, prober)] += 1
            except Exception as error:  # noqa: BLE001 (of all that goes wrong, all is told)
                account.wrong.append(f"{named[number][0]}: {error!r}")
            account.slowest = max(account.slowest, (spent() - started, named[number][0]))

    before, others = own_memory(), children()
    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(work())
    growth = own_memory() - before

    assert account.wrong == []
    assert account.ends.total() == len(named) >= 200 // ONE_IN
    assert account.ends.keys() <= {"mended", *REFUSALS}
    assert account.ends["mended"] >= 20 // ONE_IN
    assert account.ends[Problem.PICTURE_UNREADABLE] >= 50 // ONE_IN
    assert account.ends[Problem.PICTURE_TOO_MANY_PIXELS] >= 5 // ONE_IN
    assert account.slowest[0] < SOON
    assert list((tmp_path / "media").iterdir()) == []
    assert children() <= others
    assert growth < GROWTH
