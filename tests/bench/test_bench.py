"""Each measurement at a tiny size: that it measures, and that the report says it as it should."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bench import (
    accept,
    acknowledge,
    growth,
    ledger,
    many,
    memory,
    month,
    notice,
    page,
    reencode,
    relay,
    rush,
    start,
    suite,
)
from bench.load import Load, percentile
from bench.machine import facts
from bench.media.play import Plan as Film
from bench.report import (
    HEADINGS,
    Aim,
    Part,
    Row,
    as_markdown,
    figure_at_most,
    more_by_at_most,
    ratio_at_least,
    ratio_at_most,
)

TINY = Load(per_second=20, seconds=0.5, warm_up=0.1)
FASTER = Load(per_second=40, seconds=0.5, warm_up=0.1)
FILM = 3_000_000  # bytes
SHORT = Film(seconds=4, width=854, height=480, bitrate=8_000_000)


def a_row(ours: tuple[float, ...] = (2.0, 4.0, 9.0), baseline: tuple[float, ...] = (1.0, 2.0, 3.0)) -> Row:
    return Row("answer p99", ours, baseline, "{:.1f} ms", "bare", ratio_at_most(2))


async def test_both_bots_answer_and_the_report_has_a_row_for_each_percentile() -> None:
    part = await acknowledge.measure(1, (TINY, FASTER))

    assert [row.what for row in part.rows] == [
        "answer p50, jobs held, 20/s",
        "answer p99, jobs held, 20/s",
        "answer p50, jobs held, 40/s",
        "answer p99, jobs held, 40/s",
        "answer p50, jobs running, 20/s",
        "answer p99, jobs running, 20/s",
    ]
    assert all(0 < figure < 3000 for row in part.rows for figure in (*row.ours, *row.baseline))
    assert [row.aim is not None for row in part.rows] == [False, True] * 3
    assert any("the bare bot at 20/s 0 of" in note for note in part.notes)
    assert all(list(line) == sorted(line) for line in part.series["acknowledgement"].values())


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="memory is measured on Linux")
async def test_both_bots_bring_the_file_and_the_naive_one_pays_for_it() -> None:
    part = await memory.measure(1, FILM)

    (row,) = part.rows
    assert row.ours[0] >= 0
    assert row.baseline[0] > FILM / 1_000_000


async def test_acceptance_is_measured_against_single_statements() -> None:
    part = await accept.measure(1, our_jobs=500, baseline_jobs=60)

    usual, waits, slow, slow_waits = part.rows
    assert usual.ratio > 1
    assert slow.ratio > usual.ratio
    assert slow.baseline[0] < 200
    assert [row.cells()[6] for row in (usual, slow)] == [">= 10 times"] * 2
    assert [row.cells()[6] for row in (waits, slow_waits)] == ["<= 0.25 times"] * 2


async def test_a_relay_is_measured_against_aiohttp_alone() -> None:
    (row,) = (await relay.measure(1, FILM)).rows

    assert row.what == "relay of 3 MB"
    assert row.ours[0] > 0 < row.baseline[0]
    assert row.cells()[6] == ">= 0.7 times"


async def test_a_check_is_measured_against_a_short_ledger() -> None:
    part = await ledger.measure(1, long=3000)

    assert [row.what for row in part.rows] == ["a check, 3,000 entries", "an acceptance, 3,000 entries"]
    assert all(row.figure > 0 and row.cells()[6] == "<= 1.5 times" for row in part.rows)


async def test_many_jobs_in_one_process_are_measured_against_a_task_for_each() -> None:
    part = await many.measure(1, jobs=600, seconds=0.5)

    assert all(row.baseline[0] > 0 for row in part.rows)
    assert any("bytes that ours wrote to its log meanwhile: 0." in note for note in part.notes)


async def test_a_start_is_measured_with_and_without_open_jobs() -> None:
    part = await start.measure(1, jobs=30)

    assert [row.what for row in part.rows] == [
        "start, no jobs open",
        "start, 30 at RunComfy",
        "start, 30 in the line",
    ]
    assert all(row.ours[0] > 0 < row.baseline[0] for row in part.rows)
    assert [row.cells()[6] for row in part.rows] == ["", "<= 2 s more", "<= 2 s more"]


async def test_growth_is_measured_from_the_fewest_to_the_most() -> None:
    part = await growth.measure(1, (10, 300))

    (sheet,) = part.sheets
    assert sheet.headings == ("open jobs", "10", "300")
    assert [row[0] for row in sheet.rows] == list(growth.FIGURES)
    assert all(row.figure > 0 < row.baseline[0] for row in part.rows)
    assert part.series["growth"]["open jobs"] == [10, 300]


async def test_films_are_made_to_fit_one_at_a_time_by_a_nicer_process() -> None:
    part = await reencode.measure(1, seconds=1.0, film=SHORT)

    late, at_worst, at_once = part.rows
    assert 0 < late.figure <= at_worst.figure
    assert at_once.ours == (1.0,)
    assert at_once.cells()[-1] == "yes"
    assert re.search(r"nicer than the bot by [1-9]", part.notes[0])


async def test_a_measurement_that_fails_is_told_and_leaves_the_others_alone(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(*_: object) -> Part:
        raise TimeoutError("no bot")

    async def succeed(*_: object) -> Part:
        return Part((a_row(),))

    monkeypatch.setattr(acknowledge, "measure", fail)
    monkeypatch.setattr(memory, "measure", succeed)
    monkeypatch.setattr(accept, "measure", succeed)
    monkeypatch.setattr(ledger, "measure", succeed)
    monkeypatch.setattr(many, "measure", succeed)
    for module in (relay, start, growth, reencode, month, rush, notice):
        monkeypatch.setattr(module, "measure", succeed)

    outcome = await suite.measure(suite.Plan(), lambda _: None)

    assert outcome.failed == ("acknowledgement",)
    assert len(outcome.parts) == 11
    assert "no bot" in caplog.text


def test_the_ratio_is_taken_within_each_round_and_its_spread_is_the_middle_half() -> None:
    row = a_row(ours=(1.0, 20.0, 3.0, 40.0), baseline=(1.0, 10.0, 1.0, 10.0))

    assert row.ratios == [1.0, 2.0, 3.0, 4.0]
    assert row.ratio == 2.5
    assert row.cells()[3:5] == ("2.5", "2-3")


@pytest.mark.parametrize(
    ("aim", "reached"),
    [
        (ratio_at_most(2), True),
        (ratio_at_most(1.9), False),
        (ratio_at_least(2), True),
        (ratio_at_least(2.1), False),
        (more_by_at_most(2, "{:g} ms"), True),
        (more_by_at_most(1.9, "{:g} ms"), False),
        (figure_at_most(4, "{:.0f} ms"), True),
        (figure_at_most(3, "{:.0f} ms"), False),
    ],
)
def test_a_missed_aim_is_not_glossed_over(aim: Aim, *, reached: bool) -> None:
    row = replace(a_row(), aim=aim)

    assert row.cells()[-1] == ("yes" if reached else "NO")


def test_a_percentile_is_a_value_that_was_measured() -> None:
    values = [float(number) for number in range(100, 0, -1)]

    assert (percentile(values, 0.5), percentile(values, 0.99), percentile([7.0], 0.99)) == (50.0, 99.0, 7.0)


def test_the_page_keeps_everything_but_its_figures(tmp_path: Path) -> None:
    copy = tmp_path / "performance.md"
    copy.write_text(f"before\n{page.BEGIN}\nold\n{page.END}\nafter\n", encoding="utf-8")

    for _ in range(2):
        page.write([Part((a_row(),), ("a note",))], date(2025, 6, 15), copy)

    text = copy.read_text(encoding="utf-8")
    assert text.startswith(f"before\n{page.BEGIN}\n\nMeasured on 2025-06-15: {facts()}.\n")
    assert text.endswith(f"- a note\n\n{page.END}\nafter\n")
    assert "old" not in text
    assert text.count(as_markdown([Part((a_row(),))])) == 1


def test_a_page_without_marks_is_left_alone(tmp_path: Path) -> None:
    copy = tmp_path / "performance.md"
    copy.write_text("nothing here", encoding="utf-8")

    with pytest.raises(ValueError, match="marks"):
        page.write([Part((a_row(),))], date(2025, 6, 15), copy)

    assert copy.read_text(encoding="utf-8") == "nothing here"


def test_the_shipped_page_has_the_marks_and_a_table_under_the_present_headings() -> None:
    text = page.PAGE.read_text(encoding="utf-8")

    assert page.BEGIN in text
    assert page.END in text
    assert f"| {' | '.join(HEADINGS)} |" in text
