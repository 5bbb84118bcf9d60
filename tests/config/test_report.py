"""`report`: what a month came to, as text and as a table, and the months that there are."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.config import Settings, load
from bot.core.errors import StoreUnusable
from bot.core.ids import UserId
from bot.core.job import State
from bot.core.models import SeedreamEdit
from bot.report import COLUMNS, report
from bot.store.sqlite import SqliteStore
from tests.builders import NOON, a_stored_job

LATER = datetime(2025, 7, 2, tzinfo=UTC)


@pytest.fixture
async def settings(tmp_path: Path) -> Settings:
    path = tmp_path / "zoetrope.db"
    async with SqliteStore.open(path, NOON) as store:
        for _ in range(2):
            await a_stored_job(store, State.DELIVERED, estimated=1_250_000)
        await a_stored_job(store, State.FAILED, estimated=500_000, owner_id=UserId(99))
        await a_stored_job(store, State.RUNNING, guild_id=None, request=SeedreamEdit(prompt="a secret fox"))
    config = tmp_path / "config.toml"
    tokens = '[discord]\ntoken = "a"\n[runcomfy]\ntoken = "b"\n'
    config.write_text(f'{tokens}[storage]\nurl = "sqlite:///{path}"\n', encoding="utf-8")
    return load(config, environ={})


def said(settings: Settings, month: str | None, *, now: datetime = NOON, as_csv: bool = False) -> str:
    lines = list[str]()
    assert report(settings, month, lines.append, now=now, as_csv=as_csv) == 0
    return "\n".join(lines)


async def test_it_tells_jobs_members_credits_dollars_models_and_failures(settings: Settings) -> None:
    text = said(settings, "2025-06", now=LATER)
    head, *parts = text.split("\n\n")
    assert head.splitlines() == [
        "2025-06 (UTC)",
        "4 jobs, 2 of them delivered; 2 members; 1 servers",
        "10 credits charged, 5 reserved for jobs under way",
        "3.00 USD, 3.00 of them estimated and not told by RunComfy",
    ]
    assert [part.split()[0] for part in parts] == ["Command", "Server", "Member", "State", "Failure"]
    command = [line.split() for line in parts[0].splitlines()]
    assert command[1:] == [
        ["/seedance-pro", "3", "2", "10", "3.00", "3.00"],
        ["/seedream-edit", "1", "0", "0", "0.00", "0.00"],
    ]
    assert parts[4].splitlines()[1].split()[:2] == ["generation_failed", "1"]
    assert "direct messages" in parts[1]
    assert "fox" not in text


async def test_a_sheet_gets_a_line_for_each_kind_of_job_that_sums_up_to_the_same(settings: Settings) -> None:
    rows = list(csv.DictReader(io.StringIO(said(settings, "2025-06", as_csv=True))))
    assert tuple(rows[0]) == COLUMNS
    assert {row["month"] for row in rows} == {"2025-06"}
    assert sum(int(row["jobs"]) for row in rows) == 4
    assert sum(int(row["credits"]) for row in rows) == 10
    assert sum(float(row["usd"]) for row in rows) == 3.0
    failed = next(row for row in rows if row["state"] == "failed")
    assert (failed["server"], failed["member"], failed["problem"]) == ("7", "99", "generation_failed")


async def test_without_a_month_it_is_the_present_one(settings: Settings) -> None:
    assert said(settings, None).startswith("2025-06 (UTC)\n4 jobs")
    assert said(settings, None, now=LATER).startswith("2025-07 (UTC)\n0 jobs")


async def test_a_month_without_jobs_is_an_empty_one(settings: Settings) -> None:
    assert said(settings, "2024-02").endswith("0.00 USD, 0.00 of them estimated and not told by RunComfy")
    assert said(settings, "2024-02", as_csv=True) == ",".join(COLUMNS)


@pytest.mark.parametrize(
    "month", ["2025-13", "2025-00", "2025-6", "06-2025", "2025-06-01", "0001-01", "9999-12", "٢٠٢٥-٠٦"]
)
def test_what_is_no_month_is_refused(month: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["report", "--month", month])
    assert left.value.code == 2
    assert "is not a month such as 2026-11" in capsys.readouterr().err


async def test_without_a_database_it_says_so(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "zoetrope.db").unlink()
    with pytest.raises(StoreUnusable, match="there is no database yet"):
        said(settings, None)
    assert not (tmp_path / "zoetrope.db").exists()
