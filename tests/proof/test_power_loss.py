"""A sync that fails, or at which the power is lost: a few of those that `python -m proof disk` goes through.

Each is a whole play of the real bot, restarted on what the disk had, while the world has moved on.
"""

from pathlib import Path

import pytest

from proof.disks.trials import Mishap, Trial, tried
from tests.lives import begin
from tests.proof.reach import needs_a_disk

TRIALS = [
    Trial(Mishap.FAILS, 7),
    Trial(Mishap.STAYS_BROKEN, 6),
    *(Trial(Mishap.POWER_BEFORE, nth) for nth in (11, 16)),
    Trial(Mishap.POWER_TORN, 13),
    Trial(Mishap.POWER_AFTER, 10),
]


@pytest.mark.parametrize("trial", TRIALS, ids=str)
async def test_a_sync_that_fails_or_loses_the_power_costs_nobody_anything(
    tmp_path: Path, trial: Trial
) -> None:
    needs_a_disk()

    done = await tried(trial, tmp_path, begin=begin)

    assert done.seen is not None
    assert done.seen.syncs == trial.nth
    assert done.code == (69 if trial.orders.sync_fails_at else -9)
    assert done.findings == []
