"""All measurements of media in turn, and the page that shows them."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from bench import page
from bench.media import films, heavy, hostile, joins, pictures
from bench.media.play import Plan as HeavyPlan
from bench.media.samples import SAMPLES, Sample
from bench.media.sheet import Sheet, page_of
from bench.suite import Outcome, in_turn

PAGE: Final = page.PAGE.with_name("media.md")
BEGIN: Final = "<!-- figures: written by `make media` -->"


@dataclass(frozen=True, slots=True)
class Plan:
    """How much of each; the default takes some five minutes."""

    samples: Sequence[Sample] = SAMPLES
    times: int = 5
    """How often each picture is brought."""
    cases: Sequence[films.Case] = films.CASES
    seconds: float = films.SECONDS
    """How long each video plays."""
    chains: Sequence[Sequence[films.Case]] = joins.CHAINS
    heavy: HeavyPlan = field(default_factory=HeavyPlan)
    hostile: int | None = None
    """How many of the files made to harm; all of them."""
    keep: Path | None = None
    """Where to put what came out, to be looked at."""


async def measure(plan: Plan, say: Callable[[str], None]) -> Outcome[Sheet]:
    """Run every measurement; `say` is told which one is under way."""
    works: dict[str, Callable[[], Awaitable[Sheet]]] = {
        "pictures": lambda: pictures.measure(plan.samples, plan.times, plan.keep),
        "videos": lambda: films.measure(plan.cases, plan.seconds, keep=plan.keep),
        "clips": lambda: joins.measure(plan.chains),
        "a heavy result": lambda: heavy.measure(plan.heavy, plan.keep),
        "files made to harm": lambda: hostile.measure(most=plan.hostile),
    }
    return await in_turn(works, say)


def write(sheets: Sequence[Sheet], today: date, path: Path = PAGE) -> None:
    """Put the tables into the page; raises ValueError where its marks are missing."""
    page.put(path, BEGIN, page_of(sheets), today)
