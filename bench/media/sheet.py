"""One table of the page: its rows in words, and what must be known to read them. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from rich.box import SIMPLE
from rich.table import Table

_MB: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with a title; each row has as many cells as there are headings."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()

    def as_table(self) -> Table:
        """Lay it out for a terminal."""
        table = Table(title=self.title, box=SIMPLE, title_justify="left")
        for heading in self.headings:
            table.add_column(heading)
        for row in self.rows:
            table.add_row(*row)
        return table

    def as_markdown(self) -> str:
        """Lay it out for a page, the notes below it."""
        lines = [self.headings, ("---",) * len(self.headings), *self.rows]
        table = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
        notes = "\n".join(f"- {note}" for note in self.notes)
        return f"### {self.title}\n\n{table}\n\n{notes}".rstrip()


def page_of(sheets: Iterable[Sheet]) -> str:
    """Return all tables for a page, in order."""
    return "\n\n".join(sheet.as_markdown() for sheet in sheets)


def weight(size: float) -> str:
    """Write a number of bytes."""
    return f"{size / _MB:.1f} MB" if size >= _MB else f"{size / 1000:.0f} kB"


def sides(width: int, height: int) -> str:
    """Write the sides of a picture or a video."""
    return f"{width} x {height}"


def judged(reached: Sequence[bool]) -> str:
    """Say whether all of it is as it should be."""
    return "yes" if all(reached) else "NO"
