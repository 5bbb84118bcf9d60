"""The pages that show the last figures: replaces what stands between two marks, and nothing else."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final

from bench.machine import facts
from bench.plots import as_markdown as plots_of
from bench.report import Part, as_markdown

PAGE: Final = Path(__file__).parents[1] / "docs" / "performance.md"
BEGIN: Final = "<!-- figures: written by `make bench ARGS=--write` -->"
END: Final = "<!-- end of figures -->"


def write(parts: Sequence[Part], today: date, page: Path = PAGE) -> None:
    """Put the figures and the plots into the page; raises ValueError where its marks are missing."""
    put(page, BEGIN, f"{as_markdown(parts)}\n\n{plots_of(parts)}".rstrip(), today)


def put(page: Path, mark: str, figures: str, today: date) -> None:
    """Put figures, and of when and where they are, behind a page's mark; ValueError where one is missing."""
    before, begin, rest = page.read_text(encoding="utf-8").partition(mark)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{page.name}: the marks {mark!r} and {END!r} are missing")
    told = f"Measured on {today.isoformat()}: {facts()}.\n\n{figures}"
    page.write_text(f"{before}{mark}\n\n{told}\n\n{END}{after}", encoding="utf-8")
