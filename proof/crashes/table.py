"""How a sweep is told: a line a run on the screen, and a table of the seams in docs/guarantees.md."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from proof.crashes.sweep import Verdict, Visited
from proof.inside.orders import Phase

PAGE: Final = Path(__file__).parents[2] / "docs" / "guarantees.md"
BEGIN: Final = "<!-- crash points: begin -->"
END: Final = "<!-- crash points: end -->"


def line(verdict: Verdict) -> str:
    """Return what became of one run, and of its traces where something is to be looked at."""
    point, word = verdict.point, "ok    " if verdict.is_good else "FOUND " if verdict.died else "MISSED"
    first = f"{word} {point.seam} [{point.phase}] on {verdict.path.name}, {verdict.seconds:.1f} s"
    found = [f"       {finding}" for finding in verdict.findings]
    return "\n".join([first, *found, *([] if verdict.is_good else [f"       {verdict.folder}"])])


def summary(verdicts: Sequence[Verdict], visited: Sequence[Visited], seconds: float, at_once: int) -> str:
    """Return the sums."""
    good = sum(verdict.is_good for verdict in verdicts)
    missed = sum(not verdict.died for verdict in verdicts)
    broken = sum(bool(one.findings) for one in visited)
    return (
        f"{len(verdicts)} kills, {good} good, {len(verdicts) - good - missed} found, {missed} not hit; "
        f"{len(visited)} paths undisturbed, {broken} with findings; {seconds:.0f} s, {at_once} at a time"
    )


def write(verdicts: Sequence[Verdict], visited: Sequence[Visited], seconds: float) -> None:
    """Put the table between the markers of the page, if there are any."""
    text = PAGE.read_text("utf-8") if PAGE.exists() else ""
    if BEGIN not in text:
        print(f"{PAGE.name} has no place for the table: {BEGIN}")
        return
    told = "\n".join([BEGIN, "", *_table(verdicts, visited, seconds), "", END])
    between = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
    PAGE.write_text(between.sub(lambda _: told, text), "utf-8")


def _table(verdicts: Sequence[Verdict], visited: Sequence[Visited], seconds: float) -> Iterable[str]:
    seams = defaultdict[str, dict[Phase, Verdict]](dict)
    for verdict in verdicts:
        seams[verdict.point.seam][verdict.point.phase] = verdict
    good = sum(verdict.is_good for verdict in verdicts)
    yield f"{len(seams)} seams, {len(visited)} paths, {len(verdicts)} kills in {seconds:.0f} s, {good} good."
    yield ""
    yield "| Seam | Killed on the path | " + " | ".join(phase.value for phase in Phase) + " |"
    yield "|---|---|" + "---|" * len(Phase)
    for seam, phases in sorted(seams.items()):
        paths = ", ".join(dict.fromkeys(verdict.path.name for verdict in phases.values()))
        words = [_word(phases.get(phase)) for phase in Phase]
        yield f"| `{seam}` | {paths} | " + " | ".join(words) + " |"


def _word(verdict: Verdict | None) -> str:
    if verdict is None:
        return ""
    return "ok" if verdict.is_good else "found" if verdict.died else "not hit"
