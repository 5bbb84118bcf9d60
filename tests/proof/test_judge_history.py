"""The judge is judged: the history of the rows (I6), forged line by line."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from proof.judging.judge import judge
from tests.proof.good_run import Forgery, broken

pytestmark = pytest.mark.asyncio(loop_scope="module")


Forge = Callable[[list[dict[str, Any]]], None]


def moves(lines: list[dict[str, Any]], before: str, after: str) -> list[dict[str, Any]]:
    """Return the lines that tell of such a move."""
    changes = [line for line in lines if line.get("before") and line.get("after")]
    return [line for line in changes if (line["before"]["state"], line["after"]["state"]) == (before, after)]


def an_illegal_move(lines: list[dict[str, Any]]) -> None:
    (first, second) = (moves(lines, "queued", "submitting")[0], moves(lines, "submitting", "running")[0])
    assert first["after"] == second["before"]
    second["before"] = first["before"]
    lines.remove(first)
    second["after"]["version"] -= 1
    later = lines[lines.index(second) + 1 :]
    for line in later:
        if line.get("before") and line["before"]["id"] == second["after"]["id"]:
            line["before"]["version"] -= 1
            line["after"]["version"] -= 1


def a_version_that_falls(lines: list[dict[str, Any]]) -> None:
    moves(lines, "running", "ready")[0]["after"]["version"] = 1


def a_move_without_a_version(lines: list[dict[str, Any]]) -> None:
    line = moves(lines, "running", "ready")[0]
    line["after"]["version"] = line["before"]["version"]


def a_move_that_is_missing(lines: list[dict[str, Any]]) -> None:
    lines.remove(moves(lines, "preparing", "queued")[0])


def an_end_that_is_missing(lines: list[dict[str, Any]]) -> None:
    for line in lines[-1:0:-1]:
        if line.get("after"):
            lines.remove(line)
            return


def a_job_that_is_missing(lines: list[dict[str, Any]]) -> None:
    job_id = next(line["after"]["id"] for line in lines if line.get("after"))
    lines[:] = [line for line in lines if not line.get("after") or line["after"]["id"] != job_id]


def a_row_that_is_deleted(lines: list[dict[str, Any]]) -> None:
    last = next(line for line in reversed(lines) if line.get("after"))
    lines.append({**last, "before": last["after"], "after": None})


@pytest.mark.parametrize(
    "forged",
    [
        an_illegal_move,
        a_version_that_falls,
        a_move_without_a_version,
        a_move_that_is_missing,
        an_end_that_is_missing,
        a_job_that_is_missing,
        a_row_that_is_deleted,
    ],
    ids=lambda forged: forged.__name__,
)
async def test_a_history_that_breaks_the_law_is_found(forgery: Forgery, forged: Forge) -> None:
    lines = read_lines(forgery.history)
    forged(lines)
    write_lines(forgery.history, lines)
    assert broken(forgery.evidence) == {"I6"}


async def test_a_name_that_is_forgotten_on_the_way_is_found(forgery: Forgery) -> None:
    lines = read_lines(forgery.history)
    moves(lines, "running", "ready")[0]["after"]["request_id"] = None
    write_lines(forgery.history, lines)
    assert broken(forgery.evidence) == {"I5", "I6"}


async def test_what_was_undone_or_may_not_have_happened_is_no_break_in_the_history(forgery: Forgery) -> None:
    lines = read_lines(forgery.history)
    first = next(line for line in lines if line.get("after"))
    ghost = {**first, "after": {**first["after"], "id": "ghost"}, "transaction": -1}
    undone = {"life": first["life"], "transaction": -1, "outcome": "undone"}
    dying = {**ghost, "life": "a life that was killed in its COMMIT"}
    write_lines(forgery.history, [ghost, undone, dying, *lines])
    assert judge(forgery.evidence) == []
    write_lines(forgery.history, [ghost, {**undone, "outcome": "committed"}, *lines])
    assert broken(forgery.evidence) == {"I6"}


def read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def write_lines(path: Path, lines: list[dict[str, Any]]) -> None:
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
