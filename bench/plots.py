"""The plots of the pages, drawn from the figures of one run, which a file keeps beside them.

A plot shows what its figures say and nothing that was not measured. Each is a function from figures to a
picture, by its name in `PLOTS`; whoever measures hands in figures under that name.
"""
# matplotlib leaves the types of its keyword arguments open.
# pyright: reportUnknownMemberType=false

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.report import Part, Series

PICTURES: Final = Path(__file__).parents[1] / "docs" / "pictures"
FIGURES: Final = PICTURES.parent / "performance.json"

INK: Final = "#22303c"
FAINT: Final = "#c9d1d8"
OURS: Final = "#c2185b"
BASELINE: Final = "#607d8b"
_COLOURS: Final = (OURS, "#1976d2", "#00897b", "#f57c00", "#7b1fa2", BASELINE, "#5d4037", "#9e9d24")
_STYLE: Final[dict[Any, Any]] = {  # as matplotlib declares it
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlecolor": INK,
    "axes.titlelocation": "left",
    "axes.titlesize": 12,
    "axes.titleweight": "bold",
    "axes.titlepad": 14,
    "grid.color": "#e8ecef",
    "legend.frameon": False,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
}
_SIZE: Final = (8.0, 4.5)  # inches
_DOTS: Final = 110  # an inch


def acknowledgement(axes: Axes, figures: Series) -> None:
    """Draw which share of the commands was answered within which time; a load has a colour."""
    loads = sorted({name.rpartition(", ")[2] for name in figures}, key=lambda load: float(load[:-2]))
    colours = dict(zip(loads, _COLOURS, strict=False))
    dashes = {"the bare bot": ":", "jobs held": "-", "jobs running": "--"}
    for name, percentiles in figures.items():
        side, _, load = name.rpartition(", ")
        shares = range(1, len(percentiles) + 1)
        axes.plot(percentiles, shares, dashes.get(side, "-"), color=colours[load], label=name, linewidth=1.8)
    axes.set(title="Commands answered within", xlabel="milliseconds", ylabel="% of the commands")
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter("{x:g}")
    axes.set_ylim(0, 100)
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))


def acceptance(axes: Axes, figures: Series) -> None:
    """Draw a bar for each side with all its rounds as dots."""
    middles = [median(rates) for rates in figures.values()]
    colours = [OURS if name.startswith("ours") else BASELINE for name in figures]
    axes.barh(range(len(figures)), middles, color=colours, height=0.6, alpha=0.85)
    for place, rates in enumerate(figures.values()):
        axes.plot(rates, [place] * len(rates), "o", color=INK, markersize=3, alpha=0.5)
        axes.text(max(rates), place, f"  {median(rates):,.0f}/s", va="center")
    axes.set_yticks(range(len(figures)), list(figures))
    axes.invert_yaxis()
    axes.set(title="Jobs accepted per second by 50 callers", xlabel="jobs a second, each synced to disk")
    axes.set_xlim(0, 1.15 * max(max(rates) for rates in figures.values()))
    axes.xaxis.set_major_formatter("{x:,.0f}")


def growth(axes: Axes, figures: Series) -> None:
    """Draw how many times as much as with the fewest each figure is, both axes logarithmic."""
    sizes = figures["open jobs"]
    others = {name: values for name, values in figures.items() if name != "open jobs"}
    for colour, (name, values) in zip(_COLOURS, others.items(), strict=False):
        grown = [value / max(values[0], 1e-9) for value in values]
        axes.plot(sizes, grown, "o-", color=colour, label=name, markersize=4, linewidth=1.6)
    axes.plot(sizes, [size / sizes[0] for size in sizes], ":", color=FAINT, label="as the number of jobs")
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.yaxis.set_major_formatter("{x:g}")
    axes.set(title="How cost grows", xlabel="open jobs", ylabel=f"times as much as with {sizes[0]:g}")
    axes.legend(loc="upper left", fontsize=9)


def calibration(axes: Axes, figures: Series) -> None:
    """Draw how often what was said to be likely came true. `said`: shares; all others: what came of them."""
    said = figures["said"]
    axes.plot([0, 1], [0, 1], ":", color=FAINT, label="as said")
    others = {name: values for name, values in figures.items() if name != "said"}
    for colour, (name, held) in zip((OURS, BASELINE, *_COLOURS[1:]), others.items(), strict=False):
        axes.plot(said, held, "o-", color=colour, label=name, markersize=4, linewidth=1.8)
    axes.set(title="Of the estimates, so many held", xlabel="likelihood that was said", ylabel="held")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda share, _: f"{share:.0%}")
    axes.set(xlim=(0, 1), ylim=(0, 1))
    axes.legend(loc="upper left")


def days(axes: Axes, figures: Series) -> None:
    """Draw for each day which share held."""
    for colour, (name, held) in zip((OURS, BASELINE), figures.items(), strict=True):
        axes.plot(range(1, len(held) + 1), held, "o-", color=colour, label=name, markersize=4, linewidth=1.6)
    axes.set(title="Estimates that held, by the day", xlabel="day of the month", ylabel="held", ylim=(0, 1))
    axes.yaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
    axes.legend(loc="lower left")


def delay(axes: Axes, figures: Series) -> None:
    """Draw which share was noticed, or posted, within which time, each side in one colour.

    Seconds in any order; a name tells what, and then whose.
    """
    for name, delays in figures.items():
        colour = BASELINE if name.endswith("naive") else OURS
        dashes = "--" if name.startswith("noticed") else "-"
        ordered = sorted(delays)
        shares = [100 * (place + 1) / len(ordered) for place in range(len(ordered))]
        axes.step(ordered, shares, dashes, where="post", color=colour, label=name, linewidth=1.8)
    axes.set(title="After it was done at RunComfy", xlabel="seconds", ylabel="% of the jobs")
    axes.set(xlim=(0, None), ylim=(0, 100))
    axes.legend(loc="lower right")


@dataclass(frozen=True, slots=True)
class Plot:
    """How a plot is drawn, and what it shows, for who cannot see it."""

    draw: Callable[[Axes, Series], None]
    told: str


PLOTS: Final[Mapping[str, Plot]] = {
    "acknowledgement": Plot(
        acknowledgement, "Share of commands answered within a time, by the bot and by a bare one"
    ),
    "acceptance": Plot(acceptance, "Jobs accepted per second, by the store and statement by statement"),
    "growth": Plot(
        growth, "How many times as much each thing costs with more open jobs, both axes logarithmic"
    ),
    "calibration": Plot(calibration, "How often estimates held, against how likely they were said to be"),
    "days": Plot(days, "How many estimates of each day held, in a month whose tempo drifts"),
    "delay": Plot(delay, "Share of the jobs noticed within a time after they were done at RunComfy"),
}


def draw(figures: Mapping[str, Series], folder: Path) -> list[Path]:
    """Draw what there are figures for, each into a file of its own; KeyError where no plot has that name."""
    return [_draw(name, PLOTS[name].draw, series, folder) for name, series in figures.items()]


def as_markdown(parts: Sequence[Part]) -> str:
    """Return the plots of a run for a page beside their folder."""
    names = [name for part in parts for name in part.series]
    return "\n\n".join(
        f'<img src="{PICTURES.name}/{_file(name)}" width="720" alt="{PLOTS[name].told}">' for name in names
    )


def _file(name: str) -> str:
    return f"plot-{name}.png"


def _draw(name: str, plot: Callable[[Axes, Series], None], series: Series, folder: Path) -> Path:
    path = folder / _file(name)
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=_SIZE, dpi=_DOTS, layout="constrained")
        axes = figure.add_subplot()
        axes.grid(visible=True)
        axes.set_axisbelow(True)
        plot(axes, series)
        # Without the library's version in it, the same figures make the same file.
        figure.savefig(path, metadata={"Software": None})
    return path


def write(parts: Sequence[Part], folder: Path = PICTURES, kept: Path = FIGURES) -> list[Path]:
    """Keep a run's figures and draw them."""
    figures = {name: series for part in parts for name, series in part.series.items()}
    kept.write_text(json.dumps(_rounded(figures), indent=1) + "\n", encoding="utf-8")
    return draw(figures, folder)


def _rounded(figures: Mapping[str, Series]) -> dict[str, dict[str, list[float]]]:
    return {
        name: {what: [float(f"{value:.4g}") for value in values] for what, values in series.items()}
        for name, series in figures.items()
    }
