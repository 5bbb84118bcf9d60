"""Memory runs out while the bot carries a large video: it streams it, or begins anew, and delivers once."""

import re
import resource
import sys
from pathlib import Path
from typing import Final

import pytest

from bot.sandbox.runcomfy import Action, Fate, Fault
from tests.e2e.hurried import all_over, ask_many, hurried, prompts
from tests.e2e.play import LONG, Play, upload

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits of another process: Linux alone")

MIB: Final = 2**20
LARGE: Final = 90 * MIB


def data(pid: int) -> int:
    """Return how many bytes of memory of its own a process may write to."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    found = re.search(r"^VmData:\s+(\d+) kB", status, re.MULTILINE)
    assert found is not None
    return int(found[1]) * 1024


def resident(pid: int) -> int:
    """Return how many bytes of memory a process has had at most."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    found = re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)
    assert found is not None
    return int(found[1]) * 1024


def leave(play: Play, more: int) -> None:
    """Let the bot have so many bytes more than it has now, and no more; its children have their own limit.

    Not of address space: each thread reserves some hundred megabytes of that, and uses hardly any.
    """
    _, hard = resource.prlimit(play.bot.pid, resource.RLIMIT_DATA)
    resource.prlimit(play.bot.pid, resource.RLIMIT_DATA, (data(play.bot.pid) + more, hard))


def relieve(play: Play) -> None:
    """Let the bot have all the memory that there is."""
    _, hard = resource.prlimit(play.bot.pid, resource.RLIMIT_DATA)
    resource.prlimit(play.bot.pid, resource.RLIMIT_DATA, (hard, hard))


async def test_a_video_larger_than_the_memory_that_is_left_is_carried_all_the_same(
    tmp_path: Path, description: Path | None
) -> None:
    async with hurried(tmp_path, description) as play:
        play.stage.guild.boost(3)
        # What jobs take, their threads too (each some megabytes), is there before the large one comes.
        for small in await ask_many(play, 8, "small"):
            await play.result_of(small.message)
        before = resident(play.bot.pid)
        leave(play, LARGE - 10 * MIB)
        play.runcomfy.next(Fate(size=LARGE))
        asked = await play.ask("seedance-fast", prompt="large")
        result = await play.result_of(asked.message)
        await all_over(play)
        (file,) = result.attachments
        assert file.size == LARGE
        assert resident(play.bot.pid) - before < LARGE // 3


async def test_a_bot_that_gets_no_memory_at_all_for_a_while_ends_every_job_once(
    tmp_path: Path, description: Path | None
) -> None:
    async with hurried(tmp_path, description, judged=False) as play:
        play.stage.guild.boost(3)
        play.runcomfy.next(Fate(size=LARGE))
        media = play.runcomfy.fault(Fault("media", Action.PASS, delay=0.5))
        large = await play.ask("seedance-fast", prompt="large")
        await play.runcomfy.wait_for(lambda: media.fired, LONG)
        leave(play, -8 * MIB)
        for number in range(6):
            words, image = f"starved {number}", upload(2000, 2000)
            await play.ana.command(play.channel, "seedance-pro", checked=False, prompt=words, image=image)
        await play.until(lambda play: play.bot.log.count("MemoryError") > 3 or not play.bot.is_alive)
        if play.bot.is_alive:
            relieve(play)
        else:
            await play.start()
        await all_over(play, within=60)

        assert len(play.results(large.message)) == 1
        states = {(row.state, row.hold) for row in play.rows()}
        assert states <= {("delivered", "charged"), ("failed", "returned"), ("unknown", "returned")}
        assert len(set(prompts(play))) == len(play.runcomfy.submits)
        brought = [m.reference for m in play.channel.messages if m.attachments and m.reference]
        delivered = [row for row in play.rows() if row.state == "delivered"]
        assert len(set(brought)) == len(brought) == len(delivered)
        assert play.runcomfy.problems == []
