"""Several real processes on one PostgreSQL, killed, cut off and stopped; judged by their three ledgers."""

from pathlib import Path

import pytest

from bot.sandbox.postgres import programs
from proof.scale.cutting import cutting
from proof.scale.halting import Phase
from proof.scale.killing import killing
from proof.scale.pausing import TAKEOVER, pausing

pytestmark = pytest.mark.skipif(
    programs() is None, reason="no PostgreSQL is installed here: initdb and postgres are not found"
)


async def test_nothing_is_lost_or_done_twice_while_processes_are_killed_and_the_database_restarts(
    tmp_path: Path,
) -> None:
    kills, done = await killing(tmp_path, seed=1, seconds=5.0, every=1.5)

    assert [str(finding) for finding in done.findings] == []
    assert kills >= 1
    assert done.jobs["delivered"] > 0


async def test_nothing_is_lost_or_done_twice_while_processes_are_cut_off_from_the_database(
    tmp_path: Path,
) -> None:
    cuts, done = await cutting(tmp_path, seed=1, seconds=5.0, every=1.5)

    assert [str(finding) for finding in done.findings] == []
    assert (cuts.long >= 1, cuts.short + cuts.late + cuts.losses >= 1) == (True, True)
    assert done.jobs["delivered"] > 0


async def test_a_worker_that_was_stopped_for_too_long_does_nothing_twice_when_it_goes_on(
    tmp_path: Path,
) -> None:
    (posted,) = await pausing(tmp_path, [("post", Phase.BEFORE)])

    assert [str(finding) for finding in posted.findings] == []
    assert posted.ended == "delivered"
    # The other worker is started only after the stop, which a busy machine takes some seconds for.
    assert posted.taken_over < TAKEOVER + 20
