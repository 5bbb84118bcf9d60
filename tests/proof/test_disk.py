"""The store on a disk that fails at any call, or loses what was not synced: nothing answered is lost."""

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.store.sqlite import SqliteStore
from proof.inside.orders import Phase
from proof.inside.vfs import Deed
from tests.builders import NOON
from tests.proof.reach import ROOT, needs_a_disk
from tests.proof.store_lives import DATABASE, FIRED, JOBS, KILLED, SAID


@dataclass(frozen=True)
class Life:
    """What became of a life, and what it had answered."""

    home: Path
    code: int

    def said(self, what: str) -> set[str]:
        """Return the jobs that were answered so."""
        path = self.home / SAID
        lines = path.read_text().splitlines() if path.exists() else []
        return {job for answer, job in (line.split() for line in lines) if answer == what}

    def found(self) -> set[str]:
        """Open the store as the next life would, and return the jobs that are there."""

        async def look() -> set[str]:
            async with SqliteStore.open(self.home / DATABASE, NOON) as store:
                return {str(job_id) for job_id, _ in await store.unfinished()}

        found = asyncio.run(look())
        with closing(sqlite3.connect(self.home / DATABASE)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return found


def lives(folder: Path, mishap: str, *how: str) -> Sequence[Life]:
    """Have a mishap at the first, second, third ... of its occasions, in a life each; the last knew none."""
    needs_a_disk()
    command = [sys.executable, "-m", "tests.proof.store_lives", str(folder), mishap, *how]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
    return [Life(folder / f"{nth}", int(code)) for nth, code in enumerate(done.stdout.split(), 1)]


DEEDS = {Deed.OPEN: 2, Deed.WRITE: 1, Deed.GROW: 10, Deed.SYNC: 8, Deed.TRUNCATE: 1, Deed.DELETE: 1}
"""With how many there are of each at the least."""


@pytest.mark.parametrize("how", ["once", "for good"])
@pytest.mark.parametrize("deed", DEEDS)
def test_a_disk_that_fails_at_any_call_loses_nothing_that_was_answered(
    tmp_path: Path, deed: Deed, how: str
) -> None:
    *failed, well = lives(tmp_path, "fails", deed, how)

    assert len(failed) >= DEEDS[deed]
    assert (well.code, len(well.said("done"))) == (0, JOBS)
    for life in failed:
        assert (life.home / FIRED).exists()
        assert life.code in (0, 69)
        assert life.said("done") <= life.found() <= life.said("done") | life.said("unknown")


def test_a_commit_that_failed_can_be_there_in_the_next_life(tmp_path: Path) -> None:
    *failed, _ = lives(tmp_path, "fails", Deed.SYNC, "for good")

    reappeared = [life for life in failed if life.said("unknown") & life.found()]
    assert len(reappeared) >= JOBS


@pytest.mark.parametrize(
    ("phase", "what"), [(Phase.BEFORE, "whole"), (Phase.BEFORE, "torn"), (Phase.AFTER, "whole")]
)
def test_a_power_loss_at_any_sync_loses_nothing_that_was_answered(
    tmp_path: Path, phase: Phase, what: str
) -> None:
    *cut, well = lives(tmp_path, "loses_power", phase, what)

    assert len(cut) >= DEEDS[Deed.SYNC]
    assert (well.code, len(well.said("done"))) == (0, JOBS)
    for life in cut:
        assert life.said("done") <= life.found()


def test_what_a_life_has_found_is_not_taken_away_by_a_power_loss(tmp_path: Path) -> None:
    *cut, _ = lives(
        tmp_path,
        "loses_power_after_a_look",
    )

    assert all(life.code == KILLED for life in cut)
    assert sum(bool(life.said("done")) for life in cut) >= JOBS
    for life in cut:
        assert life.said("done") <= life.found()


@pytest.mark.parametrize(("care", "left"), [("careful", JOBS), ("careless", 0)])
def test_without_a_sync_for_each_commit_a_power_loss_is_seen(tmp_path: Path, care: str, left: int) -> None:
    life, _ = lives(tmp_path, "loses_power_at_the_end", care)

    assert life.code == KILLED
    assert len(life.said("done")) == JOBS
    assert len(life.found()) == left
