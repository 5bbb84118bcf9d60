"""The plots: each is drawn from figures under its name, the same from the same, and stands on the page."""

import json
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from bench import page, plots
from bench.report import Part, Row, Series

FIGURES: dict[str, Series] = {
    "acknowledgement": {
        f"{side}, {load}/s": [1.0 * load, 2.0 * load, 3.0 * load]
        for side in ("the bare bot", "jobs held")
        for load in (50, 200)
    },
    "acceptance": {"ours, disk": [900.0, 1000.0], "plain, disk": [90.0, 110.0]},
    "growth": {"open jobs": [10.0, 100.0, 1000.0], "a look": [50.0, 55.0, 61.0]},
    "calibration": {"said": [0.2, 0.5, 0.8], "learned": [0.21, 0.5, 0.78], "the last ten": [0.4, 0.5, 0.6]},
    "days": {"learned": [0.8, 0.7, 0.9], "the last ten": [0.5, 0.6, 0.4]},
    "delay": {"ours": [0.4, 1.2, 0.9], "naive": [1.9, 0.1, 1.0]},
}


@pytest.mark.parametrize("name", plots.PLOTS)
def test_other_figures_make_another_picture_and_the_same_make_the_same(name: str, tmp_path: Path) -> None:
    series = FIGURES[name]
    last = list(series)[-1]
    changed = {**series, last: [*series[last][:-1], series[last][-1] / 2]}

    drawn: list[bytes] = []
    for figures in (series, series, changed):
        (path,) = plots.draw({name: figures}, tmp_path)
        drawn.append(path.read_bytes())

    assert drawn[0] == drawn[1] != drawn[2]
    with Image.open(path) as picture:
        assert picture.size == (880, 495)


def test_figures_that_no_plot_is_for_are_not_passed_over(tmp_path: Path) -> None:
    with pytest.raises(KeyError, match="unheard of"):
        plots.draw({"unheard of": {}}, tmp_path)


def test_a_run_keeps_its_figures_beside_its_plots_and_the_page_shows_them(tmp_path: Path) -> None:
    row = Row("a look", (1.0,), (1.0,), "{:.1f} us", "10 open")
    parts = [Part((row,), series={name: FIGURES[name]}) for name in ("growth", "acceptance")]
    copy, kept = tmp_path / "performance.md", tmp_path / "performance.json"
    copy.write_text(f"{page.BEGIN}\n{page.END}", encoding="utf-8")

    page.write(parts, date(2025, 6, 15), copy)
    drawn = plots.write(parts, tmp_path, kept)

    assert [path.name for path in drawn] == ["plot-growth.png", "plot-acceptance.png"]
    assert json.loads(kept.read_text(encoding="utf-8")) == {
        name: FIGURES[name] for name in ("growth", "acceptance")
    }
    text = copy.read_text(encoding="utf-8")
    assert all(f'<img src="pictures/{path.name}"' in text for path in drawn)
