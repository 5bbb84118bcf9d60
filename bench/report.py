"""What the measurements hand in, and how it is shown: one table, for the terminal and for a page.

Owns no measurement. A ratio is taken within each round, and its spread is the middle half of the rounds.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Final

from rich.box import SIMPLE
from rich.table import Table

from bench.media.sheet import Sheet

WIDTH: Final = 124  # columns that the table needs
HEADINGS: Final = ("what", "ours", "baseline", "ratio", "spread", "rounds", "aim", "reached")


Series = Mapping[str, Sequence[float]]
"""Figures for a plot, by what they are of."""


@dataclass(frozen=True, slots=True)
class Aim:
    """What a row is to reach."""

    words: str
    holds: "Callable[[Row], bool]"


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of ours and of the baseline, by rounds; `form` writes one of them with its unit."""

    what: str
    ours: tuple[float, ...]
    baseline: tuple[float, ...]
    form: str
    against: str
    aim: Aim | None = None

    @property
    def figure(self) -> float:
        """Our median."""
        return median(self.ours)

    @property
    def ratios(self) -> list[float]:
        """Ours to the baseline's, smallest first."""
        return sorted(ours / max(base, 1e-9) for ours, base in zip(self.ours, self.baseline, strict=True))

    @property
    def ratio(self) -> float:
        """The median of the ratios."""
        return median(self.ratios)

    @property
    def excess(self) -> float:
        """The median of what ours is above the baseline's."""
        return median(ours - base for ours, base in zip(self.ours, self.baseline, strict=True))

    def cells(self) -> tuple[str, ...]:
        """Return the row under HEADINGS."""
        quarter = len(self.ratios) // 4
        return (
            self.what,
            self.form.format(self.figure),
            f"{self.form.format(median(self.baseline))} {self.against}",
            f"{self.ratio:.3g}",
            f"{self.ratios[quarter]:.3g}-{self.ratios[-1 - quarter]:.3g}",
            str(len(self.ours)),
            self.aim.words if self.aim else "",
            "" if self.aim is None else "yes" if self.aim.holds(self) else "NO",
        )


@dataclass(frozen=True, slots=True)
class Part:
    """What one measurement hands in: its rows, and what must be known to read them."""

    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    """Tables of its own, below the one that all share."""
    series: Mapping[str, Series] = field(default_factory=dict[str, Series])
    """What is plotted, by the name of the plot."""


def ratio_at_most(bound: float) -> Aim:
    """Aim at a ratio no higher than this."""
    return Aim(f"<= {bound:g} times", lambda row: row.ratio <= bound)


def ratio_at_least(bound: float) -> Aim:
    """Aim at a ratio no lower than this."""
    return Aim(f">= {bound:g} times", lambda row: row.ratio >= bound)


def more_by_at_most(bound: float, form: str) -> Aim:
    """Aim at a figure that exceeds the baseline's of the same round by no more than this."""
    return Aim(f"<= {form.format(bound)} more", lambda row: row.excess <= bound)


def figure_at_most(bound: float, form: str) -> Aim:
    """Aim at a figure of ours no higher than this, whatever the baseline's."""
    return Aim(f"<= {form.format(bound)}", lambda row: row.figure <= bound)


def as_table(parts: Sequence[Part]) -> Table:
    """Lay the rows out for a terminal."""
    table = Table(title="Ratios against baselines of the same run (medians)", box=SIMPLE)
    for heading in HEADINGS:
        justify = "left" if heading in {"what", "baseline", "aim"} else "right"
        table.add_column(heading, justify=justify, no_wrap=True)
    for row in _rows(parts):
        table.add_row(*row.cells())
    return table


def as_markdown(parts: Sequence[Part]) -> str:
    """Lay the rows out for a page, the notes below them."""
    lines = [HEADINGS, ("---",) * len(HEADINGS), *(row.cells() for row in _rows(parts))]
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
    notes = "\n".join(f"- {note}" for part in parts for note in part.notes)
    sheets = "\n\n".join(sheet.as_markdown() for part in parts for sheet in part.sheets)
    return "\n\n".join(block for block in (table, notes, sheets) if block)


def _rows(parts: Sequence[Part]) -> Iterator[Row]:
    for part in parts:
        yield from part.rows
