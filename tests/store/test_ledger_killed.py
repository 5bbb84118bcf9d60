"""Ten thousand operations by fifty members and three managers, in a process that is killed again and again.

After each life every balance is the sum of its ledger and agrees with the jobs, nothing was exceeded, and
what was answered is there.
"""

import json
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path
from random import Random

from bot.core.ids import GuildId, UserId
from bot.core.quota import Allowance, Bound, Figures, Layer, in_force
from tests.store import bustle
from tests.store.accounted import discrepancies
from tests.store.kept_to import Replay

ROOT = Path(__file__).parents[2]
OPERATIONS = 10_000
LIVES = 8


def test_every_credit_is_accounted_for_whatever_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "zoetrope.db"
    answered: dict[int, str] = {}
    for quota in lives():
        answered |= life(path, [n for n in range(OPERATIONS) if n not in answered], quota)
        assert faults(path, answered) == []

    assert len(answered) == OPERATIONS
    outcomes = Counter(answered.values())
    # Otherwise nothing was tried: all that bounds has refused somebody, and every kind of end came about.
    for outcome in (
        *("quota_daily", "quota_monthly", "quota_active", "quota_server", "quota_bot", "budget_spent"),
        *("accepted", "managed", "delivered", "failed", "cancelled", "unknown", "slow"),
    ):
        assert outcomes[outcome] > 0, outcomes
    assert entered(path) >= {"reserved", "charged", "given back", "granted", "expired", "adjusted"}
    assert "late answer" in reasons(path)


def lives() -> list[int]:
    """Return after how many answers each life ends; the last goes on to the end."""
    chance = Random(8)
    return [chance.randint(500, 1700) for _ in range(LIVES - 1)] + [OPERATIONS]


def life(path: Path, left: list[int], quota: int) -> dict[int, str]:
    """Run the program until it has said so many answers, kill it, and return all that it has said."""
    arguments = [sys.executable, "-m", "tests.store.bustle", str(path)]
    with subprocess.Popen(
        arguments, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(json.dumps(left) + "\n")
        child.stdin.flush()
        lines: list[str] = []
        for line in child.stdout:
            lines.append(line)
            if len(lines) == quota:
                child.kill()
    assert child.returncode == (0 if len(left) == len(lines) else -9)
    said = (line.split() for line in lines if line.endswith("\n"))
    return {int(number): outcome for number, outcome in said}


def faults(path: Path, answered: dict[int, str]) -> list[str]:
    """Return all that is wrong in the file."""
    with closing(sqlite3.connect(path)) as connection:
        stored = {row[0] for row in connection.execute("SELECT interaction_id - 1 FROM jobs")}
    lost = [number for number, outcome in answered.items() if outcome == "accepted" and number not in stored]
    excesses = Replay(bustle.RATES, allowed, bounded).excesses(path)
    return [*discrepancies(path), *excesses, *(f"job {number} is lost" for number in lost)]


def allowed(member: int, place: int) -> Allowance:
    """Return what a member may have used at most when a job was accepted."""
    default = bustle.RATES.member
    if place == bustle.RESTLESS:
        return in_force(default, [(Layer.MEMBER, greater(bustle.MOST, default))])
    roles = bustle.roles_of(UserId(member))
    return in_force(
        default,
        [
            (subject.layer, figures)
            for subject, figures in bustle.STEADY_FIGURES.items()
            if GuildId(place) == subject.guild_id and (subject.id in (None, member) or subject.id in roles)
        ],
    )


def greater(figures: Figures, default: Allowance) -> Figures:
    return Figures(
        max(figures.daily or 0, default.daily),
        max(figures.monthly or 0, default.monthly),
        max(figures.active or 0, default.active),
    )


def bounded(place: int) -> Bound:
    if place == bustle.STEADY:
        return bustle.STEADY_BOUND
    return Bound(10 * (bustle.MOST.daily or 0) + 100, None)


def entered(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        return {row[0] for row in connection.execute("SELECT DISTINCT movement FROM ledger")}


def reasons(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        return {row[0] for row in connection.execute("SELECT DISTINCT why FROM ledger")}
